/**
 * How the leader of a classic group divides partitions among its members
 * (org.apache.kafka.clients.consumer.ConsumerPartitionAssignor). An assignor is a pure function: same members, same
 * partitions, same assignment.
 */
import type { TopicPartition } from '../consumer-record.js';

export interface MemberSubscription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  /** The partitions that the member held in `generationId`. */
  readonly ownedPartitions: readonly TopicPartition[];
  /** −1: the member knows none. */
  readonly generationId: number;
}

/** Partitions by member id. Every member has an entry. */
export type GroupAssignment = Map<string, TopicPartition[]>;

export interface Assignor {
  /** The name of the protocol in JoinGroup. */
  readonly name: string;
  /** Members keep their partitions during a rebalance (KIP-429). */
  readonly isCooperative: boolean;
  /** The member writes what it held into its user data, because it gives up everything before it joins. */
  readonly keepsOwnership: boolean;
  /** `partitionCounts`: only topics that exist, by name. */
  assign(
    partitionCounts: ReadonlyMap<string, number>,
    members: readonly MemberSubscription[],
  ): GroupAssignment;
}

/** Static members first, by instance id; then dynamic ones by member id (AbstractPartitionAssignor.MemberInfo). */
export function inOrder(members: readonly MemberSubscription[]): MemberSubscription[] {
  return [...members].sort((one, other) => {
    const [first, second] = [one.groupInstanceId, other.groupInstanceId];
    if (first !== null && second !== null) return compare(first, second);
    if (first !== null || second !== null) return first !== null ? -1 : 1;
    return compare(one.memberId, other.memberId);
  });
}

export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export function emptyAssignment(members: readonly MemberSubscription[]): GroupAssignment {
  return new Map(members.map(({ memberId }) => [memberId, []]));
}

/** Every partition of the topics, by topic and index. */
export function partitionsOf(
  partitionCounts: ReadonlyMap<string, number>,
  topics: Iterable<string>,
): TopicPartition[] {
  return [...new Set(topics)]
    .sort(compare)
    .flatMap((topic) =>
      Array.from({ length: partitionCounts.get(topic) ?? 0 }, (_none, partition) => ({ topic, partition })),
    );
}
