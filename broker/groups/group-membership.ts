/**
 * Decides SyncGroup, Heartbeat and LeaveGroup of the classic protocol
 * (org.apache.kafka.coordinator.group.GroupMetadataManager).
 */
import type { HeartbeatRequest } from '../protocol/apis/12-heartbeat.js';
import type { LeaveGroupRequest, LeaveGroupResponse } from '../protocol/apis/13-leave-group.js';
import {
  type SyncGroupRequest,
  type SyncGroupResponse,
  syncGroupApi,
} from '../protocol/apis/14-sync-group.js';
import type { ErrorName } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import type { AnswerSync } from './classic-member.js';
import type { ClassicRebalance } from './classic-rebalance.js';
import { type GroupAssignment, groupMetadataRecord } from './group-record-builders.js';
import type { GroupShard } from './group-shard.js';
import { decide, NO_DECISION, responseErrorOf, type ShardDecision } from './shard-context.js';

type LeavingMember = LeaveGroupRequest['members'][number];
type LeftMember = LeaveGroupResponse['members'][number];

const NO_BYTES = new Uint8Array(0);

export const syncError = (errorCode: ErrorName): SyncGroupResponse => ({
  ...syncGroupApi.response.defaults,
  errorCode,
});

export class GroupMembership {
  readonly #shard: GroupShard;
  readonly #rebalance: ClassicRebalance;

  constructor(shard: GroupShard, rebalance: ClassicRebalance) {
    this.#shard = shard;
    this.#rebalance = rebalance;
  }

  sync(request: SyncGroupRequest, answer: AnswerSync): ShardDecision {
    const group = this.#shard.groups.get(request.groupId);
    const refusal = group === undefined ? 'UNKNOWN_MEMBER_ID' : validateSync(group, request);
    const member = group?.members.get(request.memberId);
    if (group === undefined || member === undefined || refusal !== 'NONE') {
      answer(syncError(refusal === 'NONE' ? 'UNKNOWN_MEMBER_ID' : refusal));
      return NO_DECISION;
    }
    switch (group.state) {
      case 'PreparingRebalance':
        answer(syncError('REBALANCE_IN_PROGRESS'));
        return NO_DECISION;
      case 'CompletingRebalance':
        // A second SyncGroup, on a new connection, takes the place of the first.
        group.answerSync(member, syncError('REBALANCE_IN_PROGRESS'));
        member.awaitingSync = answer;
        this.#rebalance.synced(group, member.memberId);
        return group.isLeader(member.memberId) ? this.#appendAssignment(group, request) : NO_DECISION;
      case 'Stable': {
        this.#rebalance.synced(group, member.memberId);
        const { protocolType, protocolName } = group;
        const { assignment } = member;
        answer({ ...syncGroupApi.response.defaults, protocolType, protocolName, assignment });
        return NO_DECISION;
      }
      default:
        answer(syncError('UNKNOWN_MEMBER_ID'));
        return NO_DECISION;
    }
  }

  /** NONE: the member is alive and the group as it knows it. */
  heartbeat(request: HeartbeatRequest): ErrorName {
    const group = this.#shard.groups.get(request.groupId);
    if (group === undefined) return 'UNKNOWN_MEMBER_ID';
    if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    const refusal = group.validateMember(request.memberId, request.groupInstanceId);
    const member = group.members.get(request.memberId);
    if (refusal !== 'NONE' || member === undefined) return refusal === 'NONE' ? 'UNKNOWN_MEMBER_ID' : refusal;
    if (request.generationId !== group.generationId) return 'ILLEGAL_GENERATION';
    if (group.state === 'Empty') return 'UNKNOWN_MEMBER_ID';
    this.#rebalance.keepAlive(group, member);
    return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
  }

  leave(
    request: LeaveGroupRequest,
    answer: (members: readonly LeftMember[], error: ErrorName) => void,
  ): ShardDecision {
    const group = this.#shard.groups.get(request.groupId);
    if (group === undefined) {
      answer(
        request.members.map((leaving) => leftMember(leaving, 'UNKNOWN_MEMBER_ID')),
        'NONE',
      );
      return NO_DECISION;
    }
    if (group.state === 'Dead') {
      answer([], 'COORDINATOR_NOT_AVAILABLE');
      return NO_DECISION;
    }
    const members = request.members.map((leaving) => leftMember(leaving, this.#remove(group, leaving)));
    const left = members.filter(({ errorCode }) => errorCode === 'NONE').map(({ memberId }) => memberId);
    const reason = `explicit LeaveGroup of ${left.join(', ')}`;
    const { records, appended } = left.length > 0 ? this.#afterLeaving(group, reason) : NO_DECISION;
    return decide(records, (error) => {
      appended(error);
      answer(error === 'NONE' ? members : [], responseErrorOf(error));
    });
  }

  #afterLeaving(group: ClassicGroup, reason: string): ShardDecision {
    if (group.state === 'PreparingRebalance') return this.#rebalance.maybeCompleteJoin(group);
    return this.#rebalance.afterRemoval(group, reason);
  }

  #remove(group: ClassicGroup, { memberId, groupInstanceId }: LeavingMember): ErrorName {
    // An operator removes a static member by its instance id alone.
    const isByInstance = memberId === '' && groupInstanceId !== null;
    const leavingId = isByInstance ? group.staticMemberId(groupInstanceId) : memberId;
    if (leavingId === null || leavingId === '') return 'UNKNOWN_MEMBER_ID';
    if (group.pendingJoins.has(leavingId)) {
      group.remove(leavingId);
      this.#rebalance.endSession(group, leavingId);
      return 'NONE';
    }
    const refusal = group.validateMember(leavingId, groupInstanceId);
    const member = group.members.get(leavingId);
    if (refusal !== 'NONE' || member === undefined) return refusal === 'NONE' ? 'UNKNOWN_MEMBER_ID' : refusal;
    this.#rebalance.removeMember(group, member);
    return 'NONE';
  }

  /** The assignment is spread once it is committed, unless another rebalance has begun. */
  #appendAssignment(group: ClassicGroup, request: SyncGroupRequest): ShardDecision {
    const assignment = assignmentOf(group, request);
    return decide([groupMetadataRecord(group, assignment)], (error) => {
      const isSame = group.state === 'CompletingRebalance' && group.generationId === request.generationId;
      if (!isSame) return;
      if (error === 'NONE') {
        this.#rebalance.spreadAssignment(group, assignment);
        return;
      }
      this.#rebalance.refuseAssignment(group, responseErrorOf(error));
      this.#rebalance.rebalanceOrCompleteJoin(group, `the assignment was not stored: ${error}`);
    });
  }
}

function validateSync(group: ClassicGroup, request: SyncGroupRequest): ErrorName {
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (group.state === 'Empty') return 'UNKNOWN_MEMBER_ID';
  const refusal = group.validateMember(request.memberId, request.groupInstanceId);
  if (refusal !== 'NONE') return refusal;
  if (request.generationId !== group.generationId) return 'ILLEGAL_GENERATION';
  const isConsistent =
    agrees(request.protocolType, group.protocolType) && agrees(request.protocolName, group.protocolName);
  return isConsistent ? 'NONE' : 'INCONSISTENT_GROUP_PROTOCOL';
}

/** A request before version 5 does not say it. */
const agrees = (said: string | null, present: string | null): boolean =>
  said === null || present === null || said === present;

/** Every member has an entry. One that the leader left out gets nothing. */
function assignmentOf(group: ClassicGroup, { assignments }: SyncGroupRequest): GroupAssignment {
  const assigned = new Map(assignments.map(({ memberId, assignment }) => [memberId, assignment]));
  return new Map(
    Array.from(group.members.keys(), (memberId) => [memberId, assigned.get(memberId) ?? NO_BYTES]),
  );
}

function leftMember({ memberId, groupInstanceId }: LeavingMember, errorCode: ErrorName): LeftMember {
  return { memberId, groupInstanceId, errorCode };
}
