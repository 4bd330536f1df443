/**
 * The assignors that move as few partitions as balance permits (KIP-54; AbstractStickyAssignor):
 *
 * 1. A member keeps what it held, unless another member held it in a later generation, or it no longer subscribes.
 * 2. What nobody holds goes to the subscriber with the fewest partitions.
 * 3. Partitions move from members with more to members with fewer, until no move makes the group more even.
 *
 * With equal subscriptions the counts differ by one at most. `cooperative-sticky` (KIP-429) gives a partition that
 * moves to nobody in the first rebalance: its owner gives it up and the group rebalances again.
 */
import type { TopicPartition } from '../consumer-record.js';
import {
  type Assignor,
  compare,
  emptyAssignment,
  type GroupAssignment,
  inOrder,
  type MemberSubscription,
  partitionsOf,
} from './assignor.js';

export const stickyAssignor: Assignor = {
  name: 'sticky',
  isCooperative: false,
  keepsOwnership: true,
  assign: assignSticky,
};

export const cooperativeStickyAssignor: Assignor = {
  name: 'cooperative-sticky',
  isCooperative: true,
  keepsOwnership: false,
  assign(partitionCounts, members) {
    const assignment = assignSticky(partitionCounts, members);
    const owners = ownersOf(members);
    for (const [memberId, partitions] of assignment) {
      const kept = partitions.filter((each) => (owners.get(keyOf(each)) ?? memberId) === memberId);
      assignment.set(memberId, kept);
    }
    return assignment;
  },
};

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** The member that held each partition in the latest generation. If two claim it in the same one, neither held it. */
function ownersOf(members: readonly MemberSubscription[]): Map<string, string> {
  const claims = new Map<string, { readonly memberId: string; readonly generationId: number }>();
  const contested = new Set<string>();
  for (const { memberId, generationId, ownedPartitions } of inOrder(members)) {
    for (const partition of ownedPartitions) {
      const key = keyOf(partition);
      const before = claims.get(key);
      if (before === undefined || before.generationId < generationId) {
        claims.set(key, { memberId, generationId });
        contested.delete(key);
      } else if (before.generationId === generationId) contested.add(key);
    }
  }
  return new Map(
    [...claims].filter(([key]) => !contested.has(key)).map(([key, { memberId }]) => [key, memberId]),
  );
}

function assignSticky(
  partitionCounts: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
): GroupAssignment {
  const assignment = emptyAssignment(members);
  const owners = ownersOf(members);
  const ordered = inOrder(members);
  const subscribed = new Map(members.map(({ memberId, topics }) => [memberId, new Set(topics)]));
  const free: TopicPartition[] = [];
  for (const partition of partitionsOf(
    partitionCounts,
    members.flatMap(({ topics }) => topics),
  )) {
    const owner = owners.get(keyOf(partition));
    if (owner !== undefined && subscribed.get(owner)?.has(partition.topic))
      assignment.get(owner)?.push(partition);
    else free.push(partition);
  }
  const countOf = (memberId: string): number => assignment.get(memberId)?.length ?? 0;
  for (const partition of free) {
    const taker = fewest(ordered, partition.topic, countOf);
    if (taker !== null) assignment.get(taker)?.push(partition);
  }
  balance(assignment, ordered, countOf);
  for (const partitions of assignment.values())
    partitions.sort((one, other) => compare(one.topic, other.topic) || one.partition - other.partition);
  return assignment;
}

function fewest(
  members: readonly MemberSubscription[],
  topic: string,
  countOf: (memberId: string) => number,
): string | null {
  let best: string | null = null;
  for (const { memberId, topics } of members) {
    if (!topics.includes(topic)) continue;
    if (best === null || countOf(memberId) < countOf(best)) best = memberId;
  }
  return best;
}

/** Each move makes two members more even, so the moves end. */
function balance(
  assignment: GroupAssignment,
  members: readonly MemberSubscription[],
  countOf: (memberId: string) => number,
): void {
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    const byCount = [...members].sort((one, other) => countOf(other.memberId) - countOf(one.memberId));
    for (const { memberId } of byCount)
      hasMoved = giveAway(memberId, assignment, members, countOf) || hasMoved;
  }
}

function giveAway(
  memberId: string,
  assignment: GroupAssignment,
  members: readonly MemberSubscription[],
  countOf: (memberId: string) => number,
): boolean {
  const partitions = assignment.get(memberId) ?? [];
  let hasMoved = false;
  for (let at = partitions.length - 1; at >= 0; at--) {
    const taker = fewest(members, partitions[at]!.topic, countOf);
    if (taker === null || countOf(taker) + 1 >= partitions.length) continue;
    const [moved] = partitions.splice(at, 1);
    if (moved !== undefined) assignment.get(taker)?.push(moved);
    hasMoved = true;
  }
  return hasMoved;
}
