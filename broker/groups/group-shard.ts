/**
 * The state of one partition of `__consumer_offsets` (org.apache.kafka.coordinator.group.GroupCoordinatorShard). What
 * is in the log, committed offsets and generations, changes by replay alone and can be read as of the committed
 * offset. Groups with their members and waiting requests are memory of the present coordinator, built from the log
 * when the partition is loaded.
 */
import type { CoordinatorState } from '../coordination/coordinator.js';
import type { CoordinatorBatch } from '../coordination/coordinator-log.js';
import { Timeline, TimelineMap } from '../coordination/timeline.js';
import type { GroupMetadataValue, GroupRecord } from '../protocol/group-records.js';
import { ClassicGroup } from './classic-group.js';
import { ClassicMember } from './classic-member.js';

/** What the log says of a group. */
interface LoggedGroup {
  /** null: the group has committed offsets and never had a member. */
  readonly metadata: GroupMetadataValue | null;
}

const SIMPLE_GROUP: LoggedGroup = { metadata: null };

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestamp: number;
  /** −1: the offset expires by `offsets.retention.minutes`. */
  readonly expireTimestamp: number;
  readonly topicId: string;
}

type GroupOffsets = TimelineMap<string, CommittedOffset>;

const offsetKey = (topic: string, partition: number): string => `${topic}/${partition}`;

export class GroupShard implements CoordinatorState<GroupRecord> {
  /** An append that fails is rare and mostly the end of the leadership: the partition is read again. */
  readonly rollBackTo = null;
  /** Every group that exists as of the last append. */
  readonly groups = new Map<string, ClassicGroup>();
  readonly #timeline = new Timeline();
  readonly #logged = new TimelineMap<string, LoggedGroup>(this.#timeline);
  readonly #offsets = new Map<string, GroupOffsets>();

  replay(batch: CoordinatorBatch<GroupRecord>): void {
    this.#timeline.offset = batch.baseOffset;
    for (const record of batch.records) {
      if (record.type === 'OffsetCommit') this.#replayOffset(record);
      else this.#replayGroup(record);
    }
  }

  committedTo(offset: number): void {
    this.#timeline.committedTo(offset);
  }

  /** The whole log is replayed. */
  buildGroups(): void {
    for (const [groupId, { metadata }] of this.#logged.entries())
      this.groups.set(groupId, metadata === null ? newGroup(groupId, -1) : groupFrom(groupId, metadata));
  }

  getOrCreate(groupId: string, nowMillis: number): ClassicGroup {
    const known = this.groups.get(groupId);
    if (known !== undefined) return known;
    const group = newGroup(groupId, nowMillis);
    this.groups.set(groupId, group);
    return group;
  }

  /** The group as its members know it, if the log has it as of the committed offset. */
  committedGroup(groupId: string): ClassicGroup | null {
    return this.#logged.committed(groupId) === undefined ? null : (this.groups.get(groupId) ?? null);
  }

  offset(groupId: string, topic: string, partition: number): CommittedOffset | null {
    return this.#offsets.get(groupId)?.get(offsetKey(topic, partition)) ?? null;
  }

  committedOffset(groupId: string, topic: string, partition: number): CommittedOffset | null {
    return this.#offsets.get(groupId)?.committed(offsetKey(topic, partition)) ?? null;
  }

  *offsetsOf(groupId: string): Generator<CommittedOffset, void> {
    const offsets = this.#offsets.get(groupId);
    if (offsets !== undefined) for (const [, offset] of offsets.entries()) yield offset;
  }

  committedOffsetsOf(groupId: string): readonly CommittedOffset[] {
    return this.#offsets.get(groupId)?.committedValues() ?? [];
  }

  /** The groups with a committed offset, as of the last append. */
  groupIdsWithOffsets(): IterableIterator<string> {
    return this.#offsets.keys();
  }

  /** The append that would have put a new group into the log failed. */
  dropUnlogged(groupId: string): void {
    const group = this.groups.get(groupId);
    const isUsed = group !== undefined && (group.members.size > 0 || group.pendingJoins.size > 0);
    if (!isUsed && this.#logged.get(groupId) === undefined) this.groups.delete(groupId);
  }

  /** Frees what deleted groups leave behind. */
  forgetVacant(): void {
    for (const [groupId, offsets] of this.#offsets) if (offsets.isVacant) this.#offsets.delete(groupId);
  }

  #replayOffset({ key, value }: GroupRecord<'OffsetCommit'>): void {
    const { group, topic, partition } = key;
    if (value === null) {
      this.#offsets.get(group)?.delete(offsetKey(topic, partition));
      return;
    }
    let offsets = this.#offsets.get(group);
    if (offsets === undefined) {
      offsets = new TimelineMap(this.#timeline);
      this.#offsets.set(group, offsets);
    }
    if (this.#logged.get(group) === undefined) this.#logged.set(group, SIMPLE_GROUP);
    offsets.set(offsetKey(topic, partition), { topic, partition, ...value });
  }

  #replayGroup({ key, value }: GroupRecord<'GroupMetadata'>): void {
    if (value !== null) {
      this.#logged.set(key.group, { metadata: value });
      return;
    }
    this.#logged.delete(key.group);
    this.groups.delete(key.group);
  }
}

function newGroup(groupId: string, stateTimestamp: number): ClassicGroup {
  return new ClassicGroup({
    groupId,
    state: 'Empty',
    generationId: 0,
    protocolType: null,
    protocolName: null,
    leaderId: null,
    stateTimestamp,
  });
}

function groupFrom(groupId: string, metadata: GroupMetadataValue): ClassicGroup {
  const { protocolType, protocol } = metadata;
  const group = new ClassicGroup({
    groupId,
    state: metadata.members.length === 0 ? 'Empty' : 'Stable',
    generationId: metadata.generation,
    protocolType: protocolType === '' ? null : protocolType,
    protocolName: protocol,
    leaderId: metadata.leader,
    stateTimestamp: metadata.currentStateTimestamp,
  });
  for (const stored of metadata.members) {
    const { memberId, groupInstanceId, clientId, clientHost, sessionTimeout, rebalanceTimeout } = stored;
    const member = new ClassicMember({
      memberId,
      groupInstanceId,
      clientId,
      clientHost,
      // Kafka before 0.10.1 stored no rebalance timeout.
      rebalanceTimeoutMs: rebalanceTimeout === -1 ? sessionTimeout : rebalanceTimeout,
      sessionTimeoutMs: sessionTimeout,
      protocolType,
      protocols: [{ name: protocol ?? '', metadata: stored.subscription }],
    });
    member.assignment = stored.assignment;
    group.add(member, null);
  }
  group.computeSubscribedTopics();
  return group;
}
