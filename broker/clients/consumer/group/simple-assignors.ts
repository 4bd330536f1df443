/** The assignors that look at nothing but subscriptions. */
import {
  type Assignor,
  emptyAssignment,
  type GroupAssignment,
  inOrder,
  type MemberSubscription,
  partitionsOf,
} from './assignor.js';

/** Each topic by itself: consecutive partitions, one more for the first members (RangeAssignor). */
export const rangeAssignor: Assignor = {
  name: 'range',
  isCooperative: false,
  keepsOwnership: false,
  assign(partitionCounts, members) {
    const assignment = emptyAssignment(members);
    const topics = new Set(members.flatMap((member) => member.topics));
    for (const topic of topics) {
      const subscribers = inOrder(members.filter((member) => member.topics.includes(topic)));
      const count = partitionCounts.get(topic) ?? 0;
      const least = Math.floor(count / subscribers.length);
      const withOneMore = count % subscribers.length;
      let next = 0;
      for (const [at, { memberId }] of subscribers.entries()) {
        const end = next + least + (at < withOneMore ? 1 : 0);
        for (; next < end; next++) assignment.get(memberId)?.push({ topic, partition: next });
      }
    }
    return assignment;
  },
};

/** All partitions in turn to the members that subscribe to their topics (RoundRobinAssignor). */
export const roundRobinAssignor: Assignor = {
  name: 'roundrobin',
  isCooperative: false,
  keepsOwnership: false,
  assign: assignInTurn,
};

function assignInTurn(
  partitionCounts: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
): GroupAssignment {
  const assignment = emptyAssignment(members);
  const ordered = inOrder(members);
  let next = 0;
  const topics = members.flatMap((member) => member.topics);
  for (const partition of partitionsOf(partitionCounts, topics)) {
    while (!ordered[next % ordered.length]!.topics.includes(partition.topic)) next += 1;
    assignment.get(ordered[next % ordered.length]!.memberId)?.push(partition);
    next += 1;
  }
  return assignment;
}
