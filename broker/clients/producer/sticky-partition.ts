/**
 * The sticky partition of one topic (KIP-480, KIP-794; BuiltInPartitioner). Records without a key go to one
 * partition until it has received `batch.size` bytes, so that batches fill. Then another partition is drawn
 * at random among the partitions with a leader. Once the queues of the partitions differ in length, a
 * partition with a shorter queue is more likely.
 */
import type { Random } from '../../env.js';
import type { ClusterMetadata } from '../cluster-metadata.js';

/** `upTo[i]` is the sum of the weights of `partitions[0..i]`. */
interface Load {
  readonly partitions: readonly number[];
  readonly upTo: readonly number[];
}

export interface QueueSizes {
  /** The number of partitions of the topic that have a queue, including those left out below. */
  readonly queuesCount: number;
  /** The partitions that may be drawn, and the number of batches that wait for each. */
  readonly partitions: readonly number[];
  readonly sizes: readonly number[];
}

export class StickyPartition {
  readonly #topic: string;
  readonly #metadata: ClusterMetadata;
  readonly #random: Random;
  readonly #batchSizeBytes: number;
  #partition = -1;
  #producedBytes = 0;
  /** Null: all partitions are equally likely. */
  #load: Load | null = null;

  constructor(topic: string, metadata: ClusterMetadata, random: Random, batchSizeBytes: number) {
    this.#topic = topic;
    this.#metadata = metadata;
    this.#random = random;
    this.#batchSizeBytes = batchSizeBytes;
  }

  /** The partition of the next record. */
  current(): number {
    if (this.#partition < 0) this.#switch();
    return this.#partition;
  }

  /**
   * `bytes` were added to the current partition; 0 only checks whether it is time to switch. A partition
   * keeps records while its batch is not full, so that no fraction of a batch is sent alone, but at most up
   * to twice `batch.size`.
   */
  produced(bytes: number, isLastBatchFull: boolean): void {
    this.#producedBytes += bytes;
    const least = this.#batchSizeBytes;
    if (this.#producedBytes >= (isLastBatchFull ? least : 2 * least)) this.#switch();
  }

  /** `partitioner.adaptive.partitioning.enable`; null: some partition has had no batch yet. */
  weigh(queues: QueueSizes | null): void {
    this.#load = queues === null ? null : loadOf(queues);
  }

  #switch(): void {
    this.#partition = this.#next();
    this.#producedBytes = 0;
  }

  #next(): number {
    const load = this.#load;
    if (load !== null) {
      const drawn = this.#random.nextInt(load.upTo[load.upTo.length - 1]!);
      return load.partitions[load.upTo.findIndex((sum) => sum > drawn)]!;
    }
    const available = this.#metadata.available(this.#topic);
    return available.length > 0
      ? available[this.#random.nextInt(available.length)]!
      : this.#random.nextInt(this.#metadata.partitionCount(this.#topic));
  }
}

/** The weights: the length of the longest queue, minus the partition's own queue length, plus 1. */
function loadOf({ queuesCount, partitions, sizes }: QueueSizes): Load | null {
  if (partitions.length < 1 || queuesCount < 2) return null;
  const longest = Math.max(...sizes);
  if (partitions.length === queuesCount && sizes.every((size) => size === longest)) return null;
  const upTo: number[] = [];
  for (const size of sizes) upTo.push((upTo[upTo.length - 1] ?? 0) + longest + 1 - size);
  return { partitions, upTo };
}
