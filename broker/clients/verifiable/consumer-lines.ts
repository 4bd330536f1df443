/**
 * The output lines of Kafka's VerifiableConsumer (org.apache.kafka.tools.VerifiableConsumer): one JSON
 * object per line, with `timestamp` (milliseconds) and `name` first.
 */
import type { TopicPartition } from '../consumer/consumer-record.js';

export interface ConsumedRecord extends TopicPartition {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
}

export interface CommittedOffset extends TopicPartition {
  readonly offset: number;
}

interface ConsumedRange extends TopicPartition {
  count: number;
  minOffset: number;
  maxOffset: number;
}

export const consumerStartupLine = (timestamp: number): string =>
  JSON.stringify({ timestamp, name: 'startup_complete' });

export const consumerShutdownLine = (timestamp: number): string =>
  JSON.stringify({ timestamp, name: 'shutdown_complete' });

export function assignmentLine(
  timestamp: number,
  change: 'partitions_assigned' | 'partitions_revoked',
  partitions: readonly TopicPartition[],
): string {
  const named = partitions.map(({ topic, partition }) => ({ topic, partition }));
  return JSON.stringify({ timestamp, name: change, partitions: named });
}

/** The records of one poll, by partition in the order of first appearance. */
export function recordsConsumedLine(timestamp: number, records: readonly ConsumedRecord[]): string {
  const ranges: ConsumedRange[] = [];
  for (const { topic, partition, offset } of records) {
    const range = ranges.find((other) => other.topic === topic && other.partition === partition);
    if (range === undefined)
      ranges.push({ topic, partition, count: 1, minOffset: offset, maxOffset: offset });
    else {
      range.count += 1;
      range.minOffset = Math.min(range.minOffset, offset);
      range.maxOffset = Math.max(range.maxOffset, offset);
    }
  }
  return JSON.stringify({ timestamp, name: 'records_consumed', count: records.length, partitions: ranges });
}

/** Only with `--verbose`. */
export function recordDataLine(timestamp: number, record: ConsumedRecord): string {
  const { key, value, topic, partition, offset } = record;
  return JSON.stringify({ timestamp, name: 'record_data', key, value, topic, partition, offset });
}

/** `error` null: the offsets were committed. */
export function offsetsCommittedLine(
  timestamp: number,
  offsets: readonly CommittedOffset[],
  error: string | null,
): string {
  const committed = offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset }));
  const outcome = error === null ? { success: true } : { success: false, error };
  return JSON.stringify({ timestamp, name: 'offsets_committed', offsets: committed, ...outcome });
}
