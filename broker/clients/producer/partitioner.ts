/**
 * Chooses the partition of a record that names none (KafkaProducer#partition). If `partitioner.class` is
 * null, the hash of the key chooses the partition of a record with a key, unless `partitioner.ignore.keys`
 * is set. Every other record goes to the sticky partition of its topic (`sticky-partition.ts`).
 * RoundRobinPartitioner ignores keys.
 */
import type { ProducerConfig } from '../../config/definitions.js';
import type { Random } from '../../env.js';
import type { ClusterMetadata } from '../cluster-metadata.js';
import { StickyPartition } from './sticky-partition.js';

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

/** BuiltInPartitioner#partitionForKey. */
export function partitionForKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitionCount;
}

export interface PartitionerOptions {
  readonly config: ProducerConfig;
  readonly metadata: ClusterMetadata;
  /** Called at the first record that names no partition. */
  readonly random: () => Random;
}

export class Partitioner {
  readonly #options: PartitionerOptions;
  readonly #isRoundRobin: boolean;
  readonly #ignoresKeys: boolean;
  readonly #counters = new Map<string, number>();
  readonly #sticky = new Map<string, StickyPartition>();
  #random: Random | null = null;

  constructor(options: PartitionerOptions) {
    const { config } = options;
    this.#options = options;
    this.#isRoundRobin =
      config['partitioner.class'] === 'org.apache.kafka.clients.producer.RoundRobinPartitioner';
    this.#ignoresKeys = config['partitioner.ignore.keys'];
  }

  /**
   * The partition that the partitioner or the key chooses; −1: the record goes to the sticky partition of
   * its topic.
   */
  partition(topic: string, key: Uint8Array | null): number {
    if (this.#isRoundRobin) return this.#nextInTurn(topic);
    if (key === null || this.#ignoresKeys) return -1;
    return partitionForKey(key, this.#options.metadata.partitionCount(topic));
  }

  stickyOf(topic: string): StickyPartition {
    let sticky = this.#sticky.get(topic);
    if (sticky === undefined) {
      const { config, metadata, random } = this.#options;
      this.#random ??= random();
      sticky = new StickyPartition(topic, metadata, this.#random, Math.max(1, config['batch.size']));
      this.#sticky.set(topic, sticky);
    }
    return sticky;
  }

  /** Topics with a sticky partition. */
  get sticky(): ReadonlyMap<string, StickyPartition> {
    return this.#sticky;
  }

  /** RoundRobinPartitioner: the partitions with a leader in turn; all partitions when none has a leader. */
  #nextInTurn(topic: string): number {
    const { metadata } = this.#options;
    const count = this.#counters.get(topic) ?? 0;
    this.#counters.set(topic, count + 1);
    const available = metadata.available(topic);
    if (available.length === 0) return count % metadata.partitionCount(topic);
    return available[count % available.length]!;
  }
}
