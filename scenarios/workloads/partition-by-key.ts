/** The keys of a workload and the partition of each, computed with murmur2 as every Kafka client does. */
import { partitionForKey } from '../../broker/clients/producer/partitioner.js';

/** The bytes of the key with this number. */
export const keyBytes = (index: number): Uint8Array => new TextEncoder().encode(`key-${index}`);

export class ByKey<Target extends { readonly topic: string; readonly index: number }> {
  readonly #bytes: readonly Uint8Array[];
  readonly #targets = new Map<string, readonly Target[]>();

  constructor(targets: readonly Target[], keys: number) {
    this.#bytes = Array.from({ length: keys }, (_, index) => keyBytes(index));
    for (const topic of new Set(targets.map((target) => target.topic))) {
      const ofTopic = targets.filter((target) => target.topic === topic);
      ofTopic.sort((left, right) => left.index - right.index);
      this.#targets.set(
        topic,
        this.#bytes.map((bytes) => ofTopic[partitionForKey(bytes, ofTopic.length)]!),
      );
    }
  }

  bytes(keyIndex: number): Uint8Array {
    return this.#bytes[keyIndex]!;
  }

  /** A key of the partition; −1: no key belongs to it. */
  keyIn(target: Target): number {
    return this.#targets.get(target.topic)!.indexOf(target);
  }

  target(topic: string, keyIndex: number): Target {
    return this.#targets.get(topic)![keyIndex]!;
  }
}
