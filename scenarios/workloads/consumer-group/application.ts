/**
 * What an application in a consumer group does between two polls, and around a rebalance. An application lives as long
 * as its process.
 */
import type {
  ConsumedOffset,
  ConsumerRecord,
  TopicPartition,
} from '../../../broker/clients/consumer/consumer-record.js';
import type { GroupConsumer } from '../../../broker/clients/consumer/group/group-consumer.js';
import type {
  CommitError,
  CommitInterceptor,
} from '../../../broker/clients/consumer/group/offset-committer.js';
import { partitionName } from '../../../broker/protocol/partition-name.js';

export interface Application {
  /** The records of a poll, at least one. The application polls again. */
  onRecords(records: readonly ConsumerRecord[]): void;
  /** A poll returned nothing. The application polls again. */
  onNothing(): void;
  /** Before the partitions are given up. */
  onRevoked(revoked: readonly TopicPartition[], done: () => void): void;
  onAssigned(added: readonly TopicPartition[]): void;
  /** Partitions are gone, revoked or lost. */
  onGone(partitions: readonly TopicPartition[]): void;
  /** Every commit of the consumer; absent: the application sees its own commits. */
  readonly interceptor?: CommitInterceptor;
}

/** What the process of an application does for it. */
export interface ApplicationHost {
  readonly consumer: GroupConsumer;
  poll(): void;
  owns(topic: string, partition: number): boolean;
  /** Works on the records for as long as that takes. At the end their effects take place, all at one instant. */
  work(records: readonly ConsumerRecord[], then: () => void): void;
  /** As `work`, and the effects are one transaction, which may be rolled back. */
  workInTransaction(
    records: readonly ConsumerRecord[],
    transaction: () => boolean,
    then: (isDone: boolean) => void,
  ): void;
  /** commitSync. `isProcessed`: the application says that it has processed what it commits. */
  commit(offsets: readonly ConsumedOffset[], isProcessed: boolean, then: (error: CommitError) => void): void;
  /** Partitions that were assigned just now begin at these offsets. */
  beginAt(offsets: readonly ConsumedOffset[]): void;
  /** The next poll begins at these offsets. */
  goBack(offsets: readonly ConsumedOffset[]): void;
  later(micros: number, run: () => void): void;
  /** Sends the records to the retry topics of their topics. False: some may be missing there. */
  publish(records: readonly ConsumerRecord[], then: (isPublished: boolean) => void): void;
  /** A commit that the host did not send, as seen by the checker. */
  noteAttempt(offsets: readonly ConsumedOffset[], isProcessed: boolean): void;
  noteAcknowledgement(offsets: readonly ConsumedOffset[]): void;
}

export const nameOf = ({ topic, partition }: TopicPartition): string => partitionName(topic, partition);

export const behind = ({ topic, partition, offset, leaderEpoch }: ConsumerRecord): ConsumedOffset => ({
  topic,
  partition,
  offset: offset + 1,
  leaderEpoch,
});

/** Behind the last record of each partition. */
export function endsOf(records: readonly ConsumerRecord[]): readonly ConsumedOffset[] {
  const ends = new Map<string, ConsumedOffset>();
  for (const record of records) ends.set(nameOf(record), behind(record));
  return [...ends.values()];
}

/** The first record of each partition. */
export function startsOf(records: readonly ConsumerRecord[]): readonly ConsumedOffset[] {
  const starts = new Map<string, ConsumedOffset>();
  for (const record of records) {
    const { topic, partition, offset } = record;
    if (!starts.has(nameOf(record)))
      starts.set(nameOf(record), { topic, partition, offset, leaderEpoch: -1 });
  }
  return [...starts.values()];
}
