/** What a member writes into JoinGroup and reads from SyncGroup (ConsumerCoordinator, StickyAssignor). */
import type { JoinGroupResponse } from '../../../protocol/apis/11-join-group.js';
import {
  decodeAssignment,
  decodeStickyUserData,
  decodeSubscription,
  encodeAssignment,
  encodeStickyUserData,
  encodeSubscription,
} from '../../../protocol/consumer-protocol.js';
import type { TopicPartition } from '../consumer-record.js';
import type { Assignor, MemberSubscription } from './assignor.js';

type ByTopic = { readonly topic: string; readonly partitions: readonly number[] }[];

export interface Ownership {
  readonly partitions: readonly TopicPartition[];
  readonly generationId: number;
}

function byTopic(partitions: readonly TopicPartition[]): ByTopic {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const of = topics.get(topic);
    if (of === undefined) topics.set(topic, [partition]);
    else of.push(partition);
  }
  return Array.from(topics, ([topic, of]) => ({ topic, partitions: of }));
}

const flat = (topics: ByTopic): TopicPartition[] =>
  topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));

/** `owned`: what the member has now. `former`: what it had in its last generation. */
export function subscriptionOf(
  assignor: Assignor,
  topics: readonly string[],
  owned: Ownership,
  former: Ownership,
): Uint8Array {
  const userData = assignor.keepsOwnership
    ? encodeStickyUserData({
        previousAssignment: byTopic(former.partitions),
        generation: former.generationId,
      })
    : null;
  return encodeSubscription({
    topics,
    userData,
    ownedPartitions: byTopic(owned.partitions),
    generationId: owned.generationId,
    rackId: null,
  });
}

/** Members whose subscription cannot be read subscribe to nothing. */
export function membersOf(joined: JoinGroupResponse, assignor: Assignor): MemberSubscription[] {
  return joined.members.map(({ memberId, groupInstanceId, metadata }) => {
    const subscription = decodeSubscription(metadata);
    if (subscription === null)
      return { memberId, groupInstanceId, topics: [], ownedPartitions: [], generationId: -1 };
    const { topics, ownedPartitions, generationId, userData } = subscription;
    const kept = assignor.keepsOwnership && userData !== null ? decodeStickyUserData(userData) : null;
    return {
      memberId,
      groupInstanceId,
      topics,
      ownedPartitions: flat([...(kept === null ? ownedPartitions : kept.previousAssignment)]),
      generationId: kept === null ? generationId : kept.generation,
    };
  });
}

export const assignmentBytes = (partitions: readonly TopicPartition[]): Uint8Array =>
  encodeAssignment({ assignedPartitions: byTopic(partitions), userData: null });

/** null: the bytes are no assignment. */
export function assignedPartitions(bytes: Uint8Array): TopicPartition[] | null {
  // A leader that leaves a member out gives it nothing at all.
  if (bytes.length === 0) return [];
  const assignment = decodeAssignment(bytes);
  return assignment === null ? null : flat([...assignment.assignedPartitions]);
}
