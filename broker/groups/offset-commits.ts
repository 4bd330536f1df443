/**
 * Decides OffsetCommit and OffsetDelete, answers OffsetFetch, and expires offsets (KIP-211;
 * org.apache.kafka.coordinator.group.OffsetMetadataManager). A commit without a member is accepted for a group that
 * has no members; a group that does not exist becomes a simple group.
 */
import type { OffsetCommitRequest, OffsetCommitResponse } from '../protocol/apis/08-offset-commit.js';
import type { OffsetFetchRequest, OffsetFetchResponse } from '../protocol/apis/09-offset-fetch.js';
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '../protocol/apis/47-offset-delete.js';
import type { ErrorName } from '../protocol/errors.js';
import type { GroupRecord } from '../protocol/group-records.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { ClassicGroup } from './classic-group.js';
import type { ClassicRebalance } from './classic-rebalance.js';
import { groupTombstone, offsetTombstone } from './group-record-builders.js';
import type { CommittedOffset, GroupShard } from './group-shard.js';
import type { ShardContext } from './shard-context.js';

export type FetchedGroup = OffsetFetchResponse['groups'][number];
export type AskedGroup = OffsetFetchRequest['groups'][number];
type FetchedTopic = FetchedGroup['topics'][number];
type FetchedOffset = FetchedTopic['partitions'][number];
type CommittedTopic = OffsetCommitResponse['topics'][number];

export interface Committing {
  readonly request: OffsetCommitRequest;
  /** GROUP_ID_NOT_FOUND instead of ILLEGAL_GENERATION, from version 9 on. */
  readonly saysGroupIdNotFound: boolean;
}

/** A decision that is refused as a whole, or has records and a response. */
export type OffsetDecision<Response> =
  | { readonly ok: true; readonly records: readonly GroupRecord[]; readonly response: Response }
  | { readonly ok: false; readonly error: ErrorName };

const refused = (error: ErrorName): { readonly ok: false; readonly error: ErrorName } => ({
  ok: false,
  error,
});

export class OffsetCommits {
  readonly #context: ShardContext;
  readonly #shard: GroupShard;
  readonly #rebalance: ClassicRebalance;

  constructor(context: ShardContext, shard: GroupShard, rebalance: ClassicRebalance) {
    this.#context = context;
    this.#shard = shard;
    this.#rebalance = rebalance;
  }

  commit({ request, saysGroupIdNotFound }: Committing): OffsetDecision<OffsetCommitResponse['topics']> {
    const { groupId, generationIdOrMemberEpoch: generationId } = request;
    const known = this.#shard.groups.get(groupId);
    if (known === undefined && generationId >= 0)
      return refused(saysGroupIdNotFound ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION');
    const nowMillis = this.#context.nowMillis();
    const group = known ?? this.#shard.getOrCreate(groupId, nowMillis);
    const refusal = validateCommit(group, request);
    if (refusal !== 'NONE') return refused(refusal);
    const member = group.members.get(request.memberId);
    if (member !== undefined && (group.state === 'Stable' || group.state === 'PreparingRebalance'))
      this.#rebalance.keepAlive(group, member);
    const records: GroupRecord[] = [];
    const response = request.topics.map((topic) => this.#commitTopic(request, topic, nowMillis, records));
    if (records.length === 0 && known === undefined) this.#shard.groups.delete(groupId);
    return { ok: true, records, response };
  }

  #commitTopic(
    { groupId, retentionTimeMs }: OffsetCommitRequest,
    { name, topicId, partitions }: OffsetCommitRequest['topics'][number],
    nowMillis: number,
    records: GroupRecord[],
  ): CommittedTopic {
    const lengthMax = this.#context.config['offset.metadata.max.bytes'];
    const expireTimestamp = retentionTimeMs === -1 ? -1 : nowMillis + retentionTimeMs;
    const answers = partitions.map((partition) => {
      const { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata } = partition;
      const metadata = committedMetadata ?? '';
      if (metadata.length > lengthMax) return committed(partitionIndex, 'OFFSET_METADATA_TOO_LARGE');
      records.push({
        type: 'OffsetCommit',
        key: { group: groupId, topic: name, partition: partitionIndex },
        value: {
          offset: committedOffset,
          leaderEpoch: committedLeaderEpoch,
          metadata,
          commitTimestamp: nowMillis,
          expireTimestamp,
          topicId,
        },
      });
      return committed(partitionIndex, 'NONE');
    });
    return { name, topicId, partitions: answers };
  }

  /** `committedOnly`: as of the committed offset; otherwise as of the last append, and the caller waits for that. */
  fetch(asked: AskedGroup, committedOnly: boolean): FetchedGroup {
    const { groupId, topics } = asked;
    const group = committedOnly
      ? this.#shard.committedGroup(groupId)
      : (this.#shard.groups.get(groupId) ?? null);
    const isDead = group === null || group.state === 'Dead';
    if (topics === null)
      return { groupId, errorCode: 'NONE', topics: isDead ? [] : this.#fetchAll(groupId, committedOnly) };
    const fetched = topics.map(({ name, topicId, partitionIndexes }) => ({
      name,
      topicId,
      partitions: partitionIndexes.map((index) => {
        const offset = isDead ? null : this.#offset(groupId, name, index, committedOnly);
        return fetchedOffset(index, isOfTopic(offset, topicId) ? offset : null);
      }),
    }));
    return { groupId, errorCode: 'NONE', topics: fetched };
  }

  #offset(groupId: string, topic: string, index: number, committedOnly: boolean): CommittedOffset | null {
    return committedOnly
      ? this.#shard.committedOffset(groupId, topic, index)
      : this.#shard.offset(groupId, topic, index);
  }

  #fetchAll(groupId: string, committedOnly: boolean): FetchedTopic[] {
    const offsets = committedOnly
      ? this.#shard.committedOffsetsOf(groupId)
      : [...this.#shard.offsetsOf(groupId)];
    const topics = new Map<string, { name: string; topicId: string; partitions: FetchedOffset[] }>();
    for (const offset of offsets) {
      const { topic: name, topicId, partition } = offset;
      const topic = topics.get(name) ?? { name, topicId, partitions: [] };
      topics.set(name, topic);
      topic.partitions.push(fetchedOffset(partition, offset));
    }
    return [...topics.values()];
  }

  /** KIP-496. Offsets of a topic that the members of the group consume stay. */
  delete(request: OffsetDeleteRequest): OffsetDecision<OffsetDeleteResponse['topics']> {
    const group = this.#shard.groups.get(request.groupId);
    if (group === undefined || group.state === 'Dead') return refused('GROUP_ID_NOT_FOUND');
    if (group.state !== 'Empty' && !group.usesConsumerProtocol) return refused('NON_EMPTY_GROUP');
    const records: GroupRecord[] = [];
    const response = request.topics.map(({ name, partitions }) => {
      const isSubscribed = group.isSubscribedTo(name);
      return {
        name,
        partitions: partitions.map(({ partitionIndex }) => {
          if (isSubscribed) return committed(partitionIndex, 'GROUP_SUBSCRIBED_TO_TOPIC');
          if (this.#shard.offset(request.groupId, name, partitionIndex) !== null)
            records.push(offsetTombstone(request.groupId, name, partitionIndex));
          return committed(partitionIndex, 'NONE');
        }),
      };
    });
    return { ok: true, records, response };
  }

  /** Tombstones of a deleted group, its offsets first. */
  deleteGroup(groupId: string): readonly GroupRecord[] {
    return [
      ...Array.from(this.#shard.offsetsOf(groupId), ({ topic, partition }) =>
        offsetTombstone(groupId, topic, partition),
      ),
      groupTombstone(groupId),
    ];
  }

  /** Tombstones of expired offsets; of the group too when it is empty and no offset is left. */
  expire(groupId: string): readonly GroupRecord[] {
    const group = this.#shard.groups.get(groupId);
    if (group === undefined) return [];
    const offsets = [...this.#shard.offsetsOf(groupId)];
    const since = offsets.length === 0 ? null : expirySince(group);
    if (offsets.length > 0 && since === null) return [];
    const expired = offsets.filter(
      (offset) =>
        !group.isSubscribedTo(offset.topic) && since !== null && this.#isExpired(offset, since(offset)),
    );
    const records = expired.map(({ topic, partition }) => offsetTombstone(groupId, topic, partition));
    const isOver =
      expired.length === offsets.length && group.state === 'Empty' && group.pendingJoins.size === 0;
    return isOver ? [...records, groupTombstone(groupId)] : records;
  }

  #isExpired({ expireTimestamp }: CommittedOffset, sinceMillis: number): boolean {
    const nowMillis = this.#context.nowMillis();
    // A commit before Kafka 2.1 said itself how long the offset lives.
    if (expireTimestamp >= 0) return nowMillis >= expireTimestamp;
    return nowMillis - sinceMillis >= this.#context.config['offsets.retention.minutes'] * 60_000;
  }

  /** Offsets of partitions that no longer exist. */
  forgetTopics(topics: ReadonlySet<string>): readonly GroupRecord[] {
    const records: GroupRecord[] = [];
    for (const groupId of this.#shard.groupIdsWithOffsets()) {
      for (const { topic, partition } of this.#shard.offsetsOf(groupId))
        if (topics.has(topic)) records.push(offsetTombstone(groupId, topic, partition));
    }
    return records;
  }
}

const committed = (partitionIndex: number, errorCode: ErrorName) => ({ partitionIndex, errorCode });

function fetchedOffset(partitionIndex: number, offset: CommittedOffset | null): FetchedOffset {
  return {
    partitionIndex,
    committedOffset: offset?.offset ?? -1,
    committedLeaderEpoch: offset?.leaderEpoch ?? -1,
    metadata: offset?.metadata ?? '',
    errorCode: 'NONE',
  };
}

/** False: the offset was committed for an earlier topic of the same name. */
function isOfTopic(offset: CommittedOffset | null, topicId: string): boolean {
  return (
    offset === null || offset.topicId === ZERO_UUID || topicId === ZERO_UUID || offset.topicId === topicId
  );
}

function validateCommit(group: ClassicGroup, request: OffsetCommitRequest): ErrorName {
  const { memberId, groupInstanceId, generationIdOrMemberEpoch: generationId } = request;
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (generationId < 0 && group.state === 'Empty') return 'NONE';
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return 'UNKNOWN_MEMBER_ID';
  const refusal = group.validateMember(memberId, groupInstanceId);
  if (refusal !== 'NONE') return refusal;
  if (generationId !== group.generationId) return 'ILLEGAL_GENERATION';
  // The member knows the generation and not yet its assignment.
  return group.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/**
 * From when on the retention of a group's offsets counts; null: none of them expires. Of a group that had members it
 * counts since the group is empty; of a simple group, and of a stable group that does not consume the topic, since
 * the commit.
 */
function expirySince(group: ClassicGroup): ((offset: CommittedOffset) => number) | null {
  const sinceCommit = ({ commitTimestamp }: CommittedOffset): number => commitTimestamp;
  if (group.protocolType === null) return sinceCommit;
  if (group.state === 'Empty') {
    const { stateTimestamp } = group;
    return stateTimestamp === -1 ? sinceCommit : () => stateTimestamp;
  }
  const isKnown = group.usesConsumerProtocol && group.knowsSubscribedTopics;
  return isKnown && group.state === 'Stable' ? sinceCommit : null;
}
