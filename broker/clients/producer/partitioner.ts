/** Which partition a record goes to when its sender names none: as Kafka's default partitioner, but round robin without a key. */

/** Austin Appleby's MurmurHash2 with Kafka's seed (org.apache.kafka.common.utils.Utils#murmur2), as an int32. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = data.length;
  let h = 0x9747b28c ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = length - at;
  if (rest === 3) h ^= data[at + 2]! << 16;
  if (rest >= 2) h ^= data[at + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[at]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return (h ^ (h >>> 15)) | 0;
}

export class Partitioner {
  readonly #next = new Map<string, number>();

  partition(topic: string, key: Uint8Array | null, partitionCount: number): number {
    if (key !== null) return (murmur2(key) & 0x7fff_ffff) % partitionCount;
    const next = this.#next.get(topic) ?? 0;
    this.#next.set(topic, next + 1);
    return next % partitionCount;
  }
}
