/**
 * Decides JoinGroup (org.apache.kafka.coordinator.group.GroupMetadataManager#classicGroupJoin). A new dynamic member
 * gets its id first and joins again with it (KIP-394). A static member without an id takes the place of the member
 * with its instance id, which is fenced; in a stable group that alone begins no rebalance (KIP-345).
 */
import type { JoinGroupRequest } from '../protocol/apis/11-join-group.js';
import { syncGroupApi } from '../protocol/apis/14-sync-group.js';
import type { ClassicGroup } from './classic-group.js';
import { type AnswerJoin, ClassicMember, eachOnce, type MemberProtocol } from './classic-member.js';
import { type ClassicRebalance, joinError, joinResponse } from './classic-rebalance.js';
import { emptyGroupRecord, groupMetadataRecord } from './group-record-builders.js';
import type { GroupShard } from './group-shard.js';
import {
  decide,
  NO_DECISION,
  responseErrorOf,
  type ShardContext,
  type ShardDecision,
} from './shard-context.js';

/** A JoinGroup with what its version leaves out. */
export interface Joining {
  readonly request: JoinGroupRequest;
  readonly protocols: readonly MemberProtocol[];
  readonly clientId: string;
  readonly clientHost: string;
  /** KIP-394, from version 4 on. */
  readonly requiresKnownMemberId: boolean;
  /** KIP-814, from version 9 on. */
  readonly supportsSkippingAssignment: boolean;
  readonly answer: AnswerJoin;
}

/** classic group new member join timeout: how long the JoinGroup of a new member may wait. */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000;

export function joiningOf(
  request: JoinGroupRequest,
  context: { readonly apiVersion: number; readonly clientId: string; readonly clientHost: string },
  answer: AnswerJoin,
): Joining {
  const { apiVersion, clientId, clientHost } = context;
  const rebalanceTimeoutMs = apiVersion === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs;
  return {
    request: { ...request, rebalanceTimeoutMs },
    protocols: eachOnce(request.protocols),
    clientId,
    clientHost,
    requiresKnownMemberId: apiVersion >= 4,
    supportsSkippingAssignment: apiVersion >= 9,
    answer,
  };
}

export class JoinGroup {
  readonly #context: ShardContext;
  readonly #shard: GroupShard;
  readonly #rebalance: ClassicRebalance;

  constructor(context: ShardContext, shard: GroupShard, rebalance: ClassicRebalance) {
    this.#context = context;
    this.#shard = shard;
    this.#rebalance = rebalance;
  }

  join(joining: Joining): ShardDecision {
    const { groupId, memberId } = joining.request;
    const isUnknownMember = memberId === '';
    const known = this.#shard.groups.get(groupId);
    if (known === undefined && !isUnknownMember) {
      joining.answer(joinError(memberId, 'UNKNOWN_MEMBER_ID'));
      return NO_DECISION;
    }
    const group = known ?? this.#shard.getOrCreate(groupId, this.#context.nowMillis());
    const decision = this.#joinGroup(joining, group);
    return known === undefined && decision === NO_DECISION ? this.#appendNew(group, joining) : decision;
  }

  /** A new group is in the log before its first generation, so that it can be listed and described. */
  #appendNew(group: ClassicGroup, joining: Joining): ShardDecision {
    return decide([emptyGroupRecord(group)], (error) => {
      if (error === 'NONE') return;
      const errorCode = responseErrorOf(error);
      if (error === 'REQUEST_TIMED_OUT') {
        // The record is in the log and may still be committed.
        joining.answer(joinError('', errorCode));
        return;
      }
      if (this.#shard.groups.get(group.groupId) === group) this.#shard.groups.delete(group.groupId);
      for (const member of [...group.members.values()]) {
        this.#rebalance.endSession(group, member.memberId);
        group.answerJoin(member, joinError('', errorCode));
      }
      joining.answer(joinError('', errorCode));
    });
  }

  #joinGroup(joining: Joining, group: ClassicGroup): ShardDecision {
    const { request, protocols, answer } = joining;
    const { memberId } = request;
    if (!this.#accepts(group, memberId)) {
      group.remove(memberId);
      answer(joinError('', 'GROUP_MAX_SIZE_REACHED'));
      return NO_DECISION;
    }
    if (group.state === 'Dead') {
      answer(joinError(memberId, 'COORDINATOR_NOT_AVAILABLE'));
      return NO_DECISION;
    }
    if (!group.supportsProtocols(request.protocolType, protocols)) {
      answer(joinError(memberId, 'INCONSISTENT_GROUP_PROTOCOL'));
      return NO_DECISION;
    }
    return memberId === '' ? this.#joinNew(joining, group) : this.#joinKnown(joining, group);
  }

  /** group.max.size. During a rebalance those count that have joined, so that the last to come are turned away. */
  #accepts(group: ClassicGroup, memberId: string): boolean {
    const max = this.#context.config['group.max.size'];
    switch (group.state) {
      case 'Empty':
      case 'Dead':
        return true;
      case 'PreparingRebalance':
        return (group.members.get(memberId)?.awaitingJoin ?? null) !== null || group.awaitingJoinCount < max;
      case 'CompletingRebalance':
      case 'Stable':
        return group.members.has(memberId) || group.members.size < max;
      default:
        return group.state satisfies never;
    }
  }

  #joinNew(joining: Joining, group: ClassicGroup): ShardDecision {
    const { request, clientId } = joining;
    const { groupInstanceId } = request;
    const newMemberId = `${groupInstanceId ?? clientId}-${this.#context.newUuid()}`;
    if (groupInstanceId !== null) {
      const presentId = group.staticMemberId(groupInstanceId);
      const present = presentId === null ? undefined : group.members.get(presentId);
      return present === undefined
        ? this.#add(joining, group, newMemberId)
        : this.#replaceStatic(joining, group, present, newMemberId);
    }
    if (!joining.requiresKnownMemberId) return this.#add(joining, group, newMemberId);
    group.pendingJoins.add(newMemberId);
    this.#rebalance.watchSession(group.groupId, newMemberId, request.sessionTimeoutMs);
    joining.answer(joinError(newMemberId, 'MEMBER_ID_REQUIRED'));
    return NO_DECISION;
  }

  #joinKnown(joining: Joining, group: ClassicGroup): ShardDecision {
    const { request, protocols, answer } = joining;
    const { memberId, groupInstanceId } = request;
    if (group.pendingJoins.has(memberId)) {
      if (groupInstanceId === null) return this.#add(joining, group, memberId);
      // An id that was given to a dynamic member.
      answer(joinError(memberId, 'UNKNOWN_SERVER_ERROR'));
      return NO_DECISION;
    }
    const refusal = group.validateMember(memberId, groupInstanceId);
    const member = group.members.get(memberId);
    if (refusal !== 'NONE' || member === undefined) {
      answer(joinError(memberId, refusal === 'NONE' ? 'UNKNOWN_MEMBER_ID' : refusal));
      return NO_DECISION;
    }
    switch (group.state) {
      case 'PreparingRebalance':
        return this.#update(joining, group, member);
      case 'CompletingRebalance':
        // The same metadata again: the member did not receive the answer.
        if (!member.matches(protocols)) return this.#update(joining, group, member);
        answer(joinResponse(group, memberId));
        return NO_DECISION;
      case 'Stable':
        // The leader joins again when something changed that only it sees, such as the number of partitions.
        if (group.isLeader(memberId) || !member.matches(protocols))
          return this.#update(joining, group, member);
        answer({ ...joinResponse(group, memberId), members: [] });
        return NO_DECISION;
      default:
        answer(joinError(memberId, 'UNKNOWN_MEMBER_ID'));
        return NO_DECISION;
    }
  }

  #add(joining: Joining, group: ClassicGroup, memberId: string): ShardDecision {
    const { request, protocols, clientId, clientHost, answer } = joining;
    const { groupInstanceId, rebalanceTimeoutMs, sessionTimeoutMs, protocolType } = request;
    const timeouts = { rebalanceTimeoutMs, sessionTimeoutMs };
    const identity = { memberId, groupInstanceId, clientId, clientHost };
    const member = new ClassicMember({ ...identity, ...timeouts, protocolType, protocols });
    member.isNew = true;
    if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.hasNewMember = true;
    group.add(member, answer);
    // The member does not know its id yet and cannot send heartbeats. A client that gave up the request has left a
    // member behind, which this timeout ends.
    this.#rebalance.keepAlive(group, member, NEW_MEMBER_JOIN_TIMEOUT_MS);
    return this.#rebalance.rebalanceOrCompleteJoin(group, `new member ${memberId}${reasonOf(request)}`);
  }

  #update(joining: Joining, group: ClassicGroup, member: ClassicMember): ShardDecision {
    const { request, protocols, answer } = joining;
    this.#answerSuperseded(group, member);
    group.updateMember(member, protocols, request, answer);
    const reason = `member ${member.memberId} joins again${reasonOf(request)}`;
    return this.#rebalance.rebalanceOrCompleteJoin(group, reason);
  }

  /**
   * A member whose JoinGroup still waits has sent another one, on a new connection. The first request is answered
   * too; in Kafka it would never be.
   */
  #answerSuperseded(group: ClassicGroup, member: ClassicMember): void {
    group.answerJoin(member, joinError(member.memberId, 'REBALANCE_IN_PROGRESS'));
  }

  #replaceStatic(
    joining: Joining,
    group: ClassicGroup,
    old: ClassicMember,
    newMemberId: string,
  ): ShardDecision {
    const { request, protocols, answer } = joining;
    const formerLeader = group.leaderId;
    const member = this.#putInPlace(group, old, newMemberId);
    this.#rebalance.keepAlive(group, member);
    group.updateMember(member, protocols, request, answer);
    switch (group.state) {
      case 'Stable':
        return group.selectProtocol() === group.protocolName
          ? this.#appendReplacement(joining, group, { old, member, formerLeader })
          : this.#rebalance.rebalanceOrCompleteJoin(
              group,
              `static member ${newMemberId} changes the protocol`,
            );
      case 'CompletingRebalance':
        // The leader assigns to the old member id.
        return this.#rebalance.prepare(group, `static member ${newMemberId} joins${reasonOf(request)}`);
      default:
        return this.#rebalance.maybeCompleteJoin(group);
    }
  }

  /** The old member is fenced at once, if it waits for an answer. */
  #putInPlace(group: ClassicGroup, old: ClassicMember, memberId: string): ClassicMember {
    group.answerJoin(old, joinError(old.memberId, 'FENCED_INSTANCE_ID'));
    group.answerSync(old, { ...syncGroupApi.response.defaults, errorCode: 'FENCED_INSTANCE_ID' });
    const member = new ClassicMember({
      memberId,
      groupInstanceId: old.groupInstanceId,
      clientId: old.clientId,
      clientHost: old.clientHost,
      rebalanceTimeoutMs: old.rebalanceTimeoutMs,
      sessionTimeoutMs: old.sessionTimeoutMs,
      protocolType: old.protocolType,
      protocols: old.protocols,
    });
    member.assignment = old.assignment;
    group.replaceStatic(old, member);
    return member;
  }

  #appendReplacement(
    joining: Joining,
    group: ClassicGroup,
    replaced: {
      readonly old: ClassicMember;
      readonly member: ClassicMember;
      readonly formerLeader: string | null;
    },
  ): ShardDecision {
    const { member, formerLeader } = replaced;
    const assignment = new Map(
      Array.from(group.members.values(), ({ memberId, assignment }) => [memberId, assignment]),
    );
    return decide([groupMetadataRecord(group, assignment)], (error) => {
      if (error !== 'NONE') {
        this.#revert(joining, group, replaced, responseErrorOf(error));
      } else if (joining.supportsSkippingAssignment) {
        const response = joinResponse(group, member.memberId);
        group.answerJoin(member, { ...response, skipAssignment: group.isLeader(member.memberId) });
      } else {
        // An older client that learns that it leads would assign anew, in a group that does not rebalance.
        const leader = formerLeader ?? '';
        const response = { ...joinResponse(group, member.memberId), leader, members: [] };
        group.answerJoin(member, response);
      }
    });
  }

  /** The replacement is not in the log. */
  #revert(
    joining: Joining,
    group: ClassicGroup,
    { old, member, formerLeader }: { old: ClassicMember; member: ClassicMember; formerLeader: string | null },
    errorCode: ReturnType<typeof responseErrorOf>,
  ): void {
    if (group.members.get(member.memberId) === member) {
      group.updateMember(member, old.protocols, old, null);
      const reverted = this.#putInPlace(group, member, old.memberId);
      this.#rebalance.keepAlive(group, reverted);
    }
    const { generationId, protocolType, protocolName } = group;
    const present = { generationId, protocolType, protocolName, leader: formerLeader ?? '' };
    joining.answer({ ...joinError('', errorCode), ...present });
  }
}

function reasonOf({ reason }: JoinGroupRequest): string {
  return reason === null || reason === '' ? '' : `; client reason: ${reason}`;
}
