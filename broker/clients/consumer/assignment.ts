/** The partitions a consumer reads, in the order they were assigned. */
import type { ClusterMetadata } from '../cluster-metadata.js';
import type { TopicPartition } from './consumer-record.js';
import { PartitionCursor, type ResetPolicy } from './partition-cursor.js';

export class Assignment {
  readonly #metadata: ClusterMetadata;
  readonly #policy: ResetPolicy;
  readonly #byTopic = new Map<string, Map<number, PartitionCursor>>();
  #cursors: PartitionCursor[] = [];

  constructor(metadata: ClusterMetadata, policy: ResetPolicy) {
    this.#metadata = metadata;
    this.#policy = policy;
  }

  get cursors(): readonly PartitionCursor[] {
    return this.#cursors;
  }

  find(topic: string, partition: number): PartitionCursor | null {
    return this.#byTopic.get(topic)?.get(partition) ?? null;
  }

  /**
   * Replaces the assignment. Partitions that stay keep their cursors. Returns the cursors dropped and the
   * cursors added.
   */
  replace(partitions: readonly TopicPartition[]): {
    readonly dropped: readonly PartitionCursor[];
    readonly added: readonly PartitionCursor[];
  } {
    const previous = this.#cursors;
    const next = new Set<PartitionCursor>();
    const added: PartitionCursor[] = [];
    for (const { topic, partition } of partitions) {
      let cursor = this.find(topic, partition);
      if (cursor === null) {
        cursor = new PartitionCursor(this.#metadata.partition(topic, partition), this.#policy);
        this.#remember(topic, partition, cursor);
        added.push(cursor);
      }
      next.add(cursor);
    }
    const dropped = previous.filter((cursor) => !next.has(cursor));
    for (const { metadata } of dropped) this.#byTopic.get(metadata.topic)?.delete(metadata.index);
    this.#cursors = [...next];
    return { dropped, added };
  }

  #remember(topic: string, partition: number, cursor: PartitionCursor): void {
    const partitions = this.#byTopic.get(topic);
    if (partitions === undefined) this.#byTopic.set(topic, new Map([[partition, cursor]]));
    else partitions.set(partition, cursor);
  }
}
