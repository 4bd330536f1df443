/**
 * The phases of a rebalance of the classic protocol (org.apache.kafka.coordinator.group.GroupMetadataManager): waiting
 * for all members to join, handing out the generation, waiting for all members to sync, and the ends of sessions.
 */
import type { JoinGroupResponse } from '../protocol/apis/11-join-group.js';
import { joinGroupApi } from '../protocol/apis/11-join-group.js';
import { syncGroupApi } from '../protocol/apis/14-sync-group.js';
import type { ErrorName } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import type { ClassicMember } from './classic-member.js';
import { type GroupAssignment, groupMetadataRecord } from './group-record-builders.js';
import { decide, NO_DECISION, type ShardContext, type ShardDecision } from './shard-context.js';

const NO_BYTES = new Uint8Array(0);

const heartbeatKey = (groupId: string, memberId: string): string => `heartbeat/${groupId}/${memberId}`;
const joinKey = (groupId: string): string => `join/${groupId}`;
const syncKey = (groupId: string): string => `sync/${groupId}`;

/** The groups of the shard at the time of a call: a timer may fire after its group was deleted. */
export interface GroupTable {
  get(groupId: string): ClassicGroup | undefined;
}

export function joinError(memberId: string, errorCode: ErrorName): JoinGroupResponse {
  return { ...joinGroupApi.response.defaults, protocolName: null, memberId, errorCode };
}

/** The answer with the present generation. The leader gets the members with their subscriptions. */
export function joinResponse(group: ClassicGroup, memberId: string): JoinGroupResponse {
  return {
    ...joinGroupApi.response.defaults,
    memberId,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    members: group.isLeader(memberId) ? membersOf(group) : [],
  };
}

function membersOf(group: ClassicGroup): JoinGroupResponse['members'] {
  return Array.from(group.members.values(), (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: member.metadata(group.protocolName),
  }));
}

export class ClassicRebalance {
  readonly #context: ShardContext;
  readonly #groups: GroupTable;

  constructor(context: ShardContext, groups: GroupTable) {
    this.#context = context;
    this.#groups = groups;
  }

  /** Begins a rebalance, or ends the join phase of the one under way if nobody is missing. */
  rebalanceOrCompleteJoin(group: ClassicGroup, reason: string): ShardDecision {
    return group.canRebalance ? this.prepare(group, reason) : this.maybeCompleteJoin(group);
  }

  prepare(group: ClassicGroup, reason: string): ShardDecision {
    // Members that wait for their assignment join again.
    if (group.state === 'CompletingRebalance') this.refuseAssignment(group, 'REBALANCE_IN_PROGRESS');
    this.endPendingSyncs(group);
    const isInitial = group.state === 'Empty';
    if (isInitial) {
      const delayMs = this.#context.config['group.initial.rebalance.delay.ms'];
      const remainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0);
      this.#scheduleInitialEnd(group.groupId, delayMs, remainingMs);
    }
    group.transitionTo('PreparingRebalance', this.#context.nowMillis());
    const { logger } = this.#context;
    if (logger.enabled) {
      const { groupId, generationId } = group;
      logger.log('info', 'Preparing to rebalance', { groupId, generationId, reason });
    }
    if (isInitial) return NO_DECISION;
    if (group.hasAllMembersJoined) return this.completeJoin(group);
    this.#scheduleJoinEnd(group);
    return NO_DECISION;
  }

  /** Ends the join phase if every member has joined. The first rebalance of a group always waits for its delay. */
  maybeCompleteJoin(group: ClassicGroup): ShardDecision {
    const isOpen = group.state === 'PreparingRebalance' && group.previousState !== 'Empty';
    return isOpen && group.hasAllMembersJoined ? this.completeJoin(group) : NO_DECISION;
  }

  /**
   * The next generation, without the dynamic members that did not join. If the group is empty now, that is appended.
   * Otherwise only the leader's assignment will be.
   */
  completeJoin(group: ClassicGroup): ShardDecision {
    const { groupId } = group;
    this.#context.timers.cancel(joinKey(groupId));
    for (const member of [...group.members.values()]) {
      if (member.awaitingJoin !== null || member.isStatic) continue;
      group.remove(member.memberId);
      this.endSession(group, member.memberId);
    }
    if (group.state === 'Dead') return NO_DECISION;
    if (!group.electJoinedLeader() && group.members.size > 0) {
      // Only static members are left and none of them joined. Their sessions end the wait.
      this.#scheduleJoinEnd(group);
      return NO_DECISION;
    }
    group.initNextGeneration(this.#context.nowMillis());
    this.#logGeneration(group);
    if (group.members.size === 0) return decide([groupMetadataRecord(group, new Map())]);
    for (const member of [...group.members.values()]) {
      group.pendingSyncs.add(member.memberId);
      member.isNew = false;
      this.keepAlive(group, member);
      group.answerJoin(member, joinResponse(group, member.memberId));
    }
    this.#schedulePendingSyncEnd(group);
    return NO_DECISION;
  }

  /** The leader's assignment is committed. */
  spreadAssignment(group: ClassicGroup, assignment: GroupAssignment): void {
    for (const member of group.members.values())
      member.assignment = assignment.get(member.memberId) ?? NO_BYTES;
    this.#answerSyncs(group, 'NONE');
    group.transitionTo('Stable', this.#context.nowMillis());
  }

  refuseAssignment(group: ClassicGroup, error: ErrorName): void {
    for (const member of group.members.values()) member.assignment = NO_BYTES;
    this.#answerSyncs(group, error);
  }

  /** The member has sent SyncGroup. */
  synced(group: ClassicGroup, memberId: string): void {
    group.pendingSyncs.delete(memberId);
    if (group.pendingSyncs.size === 0) this.#context.timers.cancel(syncKey(group.groupId));
  }

  endPendingSyncs(group: ClassicGroup): void {
    group.pendingSyncs.clear();
    this.#context.timers.cancel(syncKey(group.groupId));
  }

  /** The member has just shown that it is alive. */
  keepAlive(group: ClassicGroup, member: ClassicMember, timeoutMs = member.sessionTimeoutMs): void {
    this.watchSession(group.groupId, member.memberId, timeoutMs);
  }

  watchSession(groupId: string, memberId: string, timeoutMs: number): void {
    this.#context.timers.schedule(heartbeatKey(groupId, memberId), timeoutMs, () =>
      this.#expireSession(groupId, memberId),
    );
  }

  endSession(group: ClassicGroup, memberId: string): void {
    this.#context.timers.cancel(heartbeatKey(group.groupId, memberId));
  }

  /** A request of the member that waits is answered, so that a live member joins again. */
  removeMember(group: ClassicGroup, member: ClassicMember): void {
    this.endSession(group, member.memberId);
    group.answerJoin(member, joinError('', 'UNKNOWN_MEMBER_ID'));
    group.remove(member.memberId);
  }

  afterRemoval(group: ClassicGroup, reason: string): ShardDecision {
    switch (group.state) {
      case 'Stable':
      case 'CompletingRebalance':
        return this.rebalanceOrCompleteJoin(group, reason);
      case 'PreparingRebalance':
        return group.hasAllMembersJoined ? this.completeJoin(group) : NO_DECISION;
      default:
        return NO_DECISION;
    }
  }

  #expireSession(groupId: string, memberId: string): ShardDecision {
    const group = this.#groups.get(groupId);
    if (group === undefined || group.state === 'Dead') return NO_DECISION;
    if (group.pendingJoins.has(memberId)) {
      group.remove(memberId);
      const isComplete = group.state === 'PreparingRebalance' && group.hasAllMembersJoined;
      return isComplete ? this.completeJoin(group) : NO_DECISION;
    }
    const member = group.members.get(memberId);
    if (member === undefined || member.hasSatisfiedHeartbeat) return NO_DECISION;
    const { logger } = this.#context;
    if (logger.enabled) logger.log('info', 'Member has failed', { groupId, memberId });
    this.removeMember(group, member);
    return this.afterRemoval(group, `the session of member ${memberId} ended`);
  }

  #answerSyncs(group: ClassicGroup, errorCode: ErrorName): void {
    const isOk = errorCode === 'NONE';
    for (const member of [...group.members.values()]) {
      if (member.awaitingSync === null) continue;
      // A session that ended while the member waited was ignored, and began no new one.
      this.keepAlive(group, member);
      group.answerSync(member, {
        ...syncGroupApi.response.defaults,
        errorCode,
        protocolType: isOk ? group.protocolType : null,
        protocolName: isOk ? group.protocolName : null,
        assignment: member.assignment,
      });
    }
  }

  #scheduleJoinEnd({ groupId, rebalanceTimeoutMs }: ClassicGroup): void {
    this.#context.timers.schedule(joinKey(groupId), rebalanceTimeoutMs, () => {
      const group = this.#groups.get(groupId);
      return group === undefined ? NO_DECISION : this.completeJoin(group);
    });
  }

  /** The first rebalance of a group waits for more members, longer each time that one joins. */
  #scheduleInitialEnd(groupId: string, delayMs: number, remainingMs: number): void {
    this.#context.timers.schedule(joinKey(groupId), delayMs, () => {
      const group = this.#groups.get(groupId);
      if (group === undefined) return NO_DECISION;
      if (!group.hasNewMember || remainingMs === 0) return this.completeJoin(group);
      group.hasNewMember = false;
      const nextDelayMs = Math.min(this.#context.config['group.initial.rebalance.delay.ms'], remainingMs);
      this.#scheduleInitialEnd(groupId, nextDelayMs, Math.max(remainingMs - delayMs, 0));
      return NO_DECISION;
    });
  }

  #schedulePendingSyncEnd({ groupId, generationId, rebalanceTimeoutMs }: ClassicGroup): void {
    this.#context.timers.schedule(syncKey(groupId), rebalanceTimeoutMs, () =>
      this.#expirePendingSyncs(groupId, generationId),
    );
  }

  /** Members that never fetched their assignment are removed. */
  #expirePendingSyncs(groupId: string, generationId: number): ShardDecision {
    const group = this.#groups.get(groupId);
    if (group === undefined || group.generationId !== generationId) return NO_DECISION;
    if (group.state !== 'CompletingRebalance' && group.state !== 'Stable') return NO_DECISION;
    const missing = [...group.pendingSyncs];
    if (missing.length === 0) return NO_DECISION;
    for (const memberId of missing) {
      group.remove(memberId);
      this.endSession(group, memberId);
    }
    return this.prepare(group, `no SyncGroup from ${missing.join(', ')}`);
  }

  #logGeneration({ groupId, generationId, members, protocolName }: ClassicGroup): void {
    const { logger } = this.#context;
    if (!logger.enabled) return;
    logger.log('info', 'Group has a new generation', {
      groupId,
      generationId,
      protocolName,
      members: [...members.keys()],
    });
  }
}
