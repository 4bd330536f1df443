/**
 * A member of a group by the classic protocol (org.apache.kafka.clients.consumer.internals.AbstractCoordinator).
 *
 *   unjoined ──▶ preparing ──(commits and listener are done)──▶ unjoined ──▶ joining ──▶ syncing ──▶ assigned
 *   assigned ──(in the next poll)──▶ completing ──(listener is done)──▶ stable
 *   joining, syncing, stable ──(an error, a rebalance)──▶ unjoined
 *
 * Rebalances go on while a poll waits (`drive`). Heartbeats are sent by a timer of their own, from the answer to
 * JoinGroup on, whether the application polls or not. A member that has not polled for `max.poll.interval.ms` leaves.
 */
import type { ConsumerConfig } from '../../../config/definitions.js';
import type { Env, TimerHandle } from '../../../env.js';
import type { JoinGroupRequest, JoinGroupResponse } from '../../../protocol/apis/11-join-group.js';
import type { SyncGroupRequest } from '../../../protocol/apis/14-sync-group.js';
import { CONSUMER_PROTOCOL_TYPE } from '../../../protocol/consumer-protocol.js';
import type { ErrorName } from '../../../protocol/errors.js';
import type { ExponentialBackoff } from '../../../protocol/exponential-backoff.js';
import type { RpcResult } from '../../../protocol/rpc-client.js';
import type { CoordinatorLink } from './coordinator-link.js';

export interface Generation {
  /** −1: none. */
  readonly generationId: number;
  /** '': none. */
  readonly memberId: string;
}

const NO_GENERATION: Generation = { generationId: -1, memberId: '' };

export interface MemberHost {
  /** Before the member joins: commits, gives up partitions. `isLost`: the group has already given them away. */
  prepare(isLost: boolean, done: () => void): void;
  protocols(generation: Generation): JoinGroupRequest['protocols'];
  /** The member leads: assigns. null: the topics are not known yet, and `drive` will follow. */
  assign(joined: JoinGroupResponse): SyncGroupRequest['assignments'] | null;
  /** The assignment, within a poll. */
  complete(assignment: Uint8Array, protocolName: string, done: () => void): void;
  /** An error that the application gets from the next poll. */
  fail(error: ErrorName): void;
  onProgress(): void;
}

export interface ClassicMemberOptions {
  readonly config: ConsumerConfig;
  readonly link: CoordinatorLink;
  readonly backoff: ExponentialBackoff;
  readonly host: MemberHost;
}

type Phase =
  | 'unjoined'
  | 'preparing'
  | 'joining'
  | 'assigning'
  | 'syncing'
  | 'assigned'
  | 'completing'
  | 'stable';

const RETRIABLE_JOIN: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'REBALANCE_IN_PROGRESS',
]);
const COORDINATOR_MOVED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
]);

export class ClassicMember {
  readonly #env: Env;
  readonly #options: ClassicMemberOptions;
  #phase: Phase = 'unjoined';
  #isPrepared = false;
  #isRejoinNeeded = true;
  #generation: Generation = NO_GENERATION;
  /** The generation of the partitions that the member has; NO_GENERATION: they are lost. */
  #isLost = false;
  #joined: JoinGroupResponse | null = null;
  #assignment: Uint8Array | null = null;
  #failures = 0;
  #retryAt = 0;
  #heartbeat: TimerHandle | null = null;
  #isHeartbeatInFlight = false;
  #lastAnswerAt = 0;
  #lastPollAt = 0;
  /** An answer to a request of an earlier attempt is ignored. */
  #attempt = 0;

  constructor(env: Env, options: ClassicMemberOptions) {
    this.#env = env;
    this.#options = options;
  }

  get generation(): Generation {
    return this.#generation;
  }

  get isStable(): boolean {
    return this.#phase === 'stable' && !this.#isRejoinNeeded;
  }

  get isLeader(): boolean {
    return this.#joined !== null && this.#joined.leader === this.#generation.memberId;
  }

  polled(now: number): void {
    this.#lastPollAt = now;
  }

  /** The session is counted from here on: no heartbeat could be sent before. */
  coordinatorFound(): void {
    this.#lastAnswerAt = this.#env.clock.monotonicMicros();
  }

  requestRejoin(): void {
    this.#isRejoinNeeded = true;
  }

  /** The group has removed this member, or fenced its generation. */
  reset(isMemberUnknown: boolean): void {
    this.#isLost ||= this.#generation.generationId >= 0;
    const { memberId } = this.#generation;
    this.#generation = { generationId: -1, memberId: isMemberUnknown ? '' : memberId };
    this.#isRejoinNeeded = true;
    this.#attempt += 1;
    if (this.#phase !== 'preparing' && this.#phase !== 'completing') this.#phase = 'unjoined';
  }

  /** Does what can be done. Returns when to look again. */
  drive(now: number): number {
    switch (this.#phase) {
      case 'stable':
        if (!this.#isRejoinNeeded) return this.#options.link.find(now) || Number.POSITIVE_INFINITY;
        this.#phase = 'unjoined';
        return this.drive(now);
      case 'unjoined':
        return this.#join(now);
      case 'assigning':
        return this.#assign();
      case 'assigned':
        this.#complete();
        return Number.POSITIVE_INFINITY;
      default:
        return Number.POSITIVE_INFINITY;
    }
  }

  /** Leaves at once, if the member is dynamic and in the group. */
  leave(reason: string): void {
    const { link } = this.#options;
    const { memberId } = this.#generation;
    this.#stopHeartbeats();
    if (link.isKnown && memberId !== '' && this.#instanceId === null) {
      const members = [{ memberId, groupInstanceId: null, reason }];
      link.send('LeaveGroup', { groupId: this.#groupId, memberId: '', members }, () => undefined);
    }
    this.reset(true);
  }

  close(): void {
    this.#attempt += 1;
    this.#stopHeartbeats();
  }

  get #groupId(): string {
    return this.#options.config['group.id'];
  }

  get #instanceId(): string | null {
    return this.#options.config['group.instance.id'] || null;
  }

  #join(now: number): number {
    const { link, host, config } = this.#options;
    if (!this.#isPrepared) {
      this.#phase = 'preparing';
      const isLost = this.#isLost;
      host.prepare(isLost, () => {
        this.#isPrepared = true;
        this.#isLost = false;
        this.#phase = 'unjoined';
        host.onProgress();
      });
      return Number.POSITIVE_INFINITY;
    }
    if (this.#retryAt > now) return this.#retryAt;
    const at = link.find(now);
    if (at > 0) return at;
    this.#phase = 'joining';
    this.#isRejoinNeeded = false;
    // The coordinator counts the wait for a rebalance as a sign of life.
    this.#stopHeartbeats();
    const attempt = ++this.#attempt;
    const request = {
      groupId: this.#groupId,
      sessionTimeoutMs: config['session.timeout.ms'],
      rebalanceTimeoutMs: config['max.poll.interval.ms'],
      memberId: this.#generation.memberId,
      groupInstanceId: this.#instanceId,
      protocolType: CONSUMER_PROTOCOL_TYPE,
      protocols: host.protocols(this.#generation),
      reason: null,
    };
    link.sendJoin('JoinGroup', request, (result) => {
      if (attempt === this.#attempt) this.#onJoined(result);
    });
    return Number.POSITIVE_INFINITY;
  }

  #onJoined(result: RpcResult<'JoinGroup'>): void {
    if (result.ok && result.body.errorCode === 'NONE') {
      const { generationId, memberId } = result.body;
      this.#generation = { generationId, memberId };
      this.#joined = result.body;
      this.#failures = 0;
      this.#startHeartbeats();
      this.#phase = 'assigning';
      if (this.#assign() === 0) return;
    } else if (result.ok && result.body.errorCode === 'MEMBER_ID_REQUIRED') {
      this.#generation = { generationId: -1, memberId: result.body.memberId };
      this.#again(0);
    } else this.#failed(result.ok ? result.body.errorCode : null);
    this.#options.host.onProgress();
  }

  /** 0: SyncGroup is under way. */
  #assign(): number {
    const joined = this.#joined;
    if (joined === null) return Number.POSITIVE_INFINITY;
    const isAssigning = joined.leader === joined.memberId && !joined.skipAssignment;
    const assignments = isAssigning ? this.#options.host.assign(joined) : [];
    if (assignments === null) return Number.POSITIVE_INFINITY;
    const { link } = this.#options;
    if (!link.isKnown) {
      this.#again(0);
      return Number.POSITIVE_INFINITY;
    }
    this.#phase = 'syncing';
    const attempt = this.#attempt;
    const request = {
      groupId: this.#groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupInstanceId: this.#instanceId,
      protocolType: CONSUMER_PROTOCOL_TYPE,
      protocolName: joined.protocolName,
      assignments,
    };
    link.sendJoin('SyncGroup', request, (result) => {
      if (attempt === this.#attempt) this.#onSynced(result);
    });
    return 0;
  }

  #onSynced(result: RpcResult<'SyncGroup'>): void {
    if (result.ok && result.body.errorCode === 'NONE') {
      this.#assignment = result.body.assignment;
      this.#phase = 'assigned';
    } else this.#failed(result.ok ? result.body.errorCode : null);
    this.#options.host.onProgress();
  }

  #complete(): void {
    const assignment = this.#assignment;
    const protocolName = this.#joined?.protocolName ?? '';
    if (assignment === null) return;
    this.#assignment = null;
    this.#phase = 'completing';
    this.#options.host.complete(assignment, protocolName, () => {
      this.#isPrepared = false;
      this.#phase = this.#generation.generationId < 0 ? 'unjoined' : 'stable';
      this.#options.host.onProgress();
    });
  }

  /** null: no answer. */
  #failed(error: ErrorName | null): void {
    const { link, backoff, host } = this.#options;
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION')
      this.reset(error === 'UNKNOWN_MEMBER_ID');
    else if (error !== null && COORDINATOR_MOVED.has(error)) link.markUnknown();
    else if (error !== null && !RETRIABLE_JOIN.has(error)) host.fail(error);
    this.#again(backoff.micros(this.#failures));
    this.#failures += 1;
  }

  #again(delayMicros: number): void {
    this.#attempt += 1;
    this.#phase = 'unjoined';
    this.#isRejoinNeeded = true;
    this.#retryAt = this.#env.clock.monotonicMicros() + delayMicros;
  }

  #startHeartbeats(): void {
    this.#lastAnswerAt = this.#env.clock.monotonicMicros();
    this.#armHeartbeat(this.#options.config['heartbeat.interval.ms'] * 1_000);
  }

  #stopHeartbeats(): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = null;
  }

  #armHeartbeat(delayMicros: number): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = this.#env.timers.schedule(delayMicros, this.#beat.bind(this));
  }

  #beat(): void {
    this.#heartbeat = null;
    const { config, link, backoff } = this.#options;
    const now = this.#env.clock.monotonicMicros();
    if (now - this.#lastPollAt > config['max.poll.interval.ms'] * 1_000) {
      this.leave('consumer poll timeout has expired.');
      return;
    }
    if (now - this.#lastAnswerAt > config['session.timeout.ms'] * 1_000) link.markUnknown();
    // Without a coordinator the heartbeat thread looks for one.
    const at = link.find(now);
    if (at > 0 || this.#isHeartbeatInFlight) {
      this.#armHeartbeat(at > 0 ? backoff.micros(0) : config['heartbeat.interval.ms'] * 1_000);
      return;
    }
    const sent = this.#generation;
    const { generationId, memberId } = sent;
    const request = { groupId: this.#groupId, generationId, memberId, groupInstanceId: this.#instanceId };
    this.#isHeartbeatInFlight = true;
    this.#armHeartbeat(config['heartbeat.interval.ms'] * 1_000);
    link.send('Heartbeat', request, (result) => {
      this.#isHeartbeatInFlight = false;
      this.#onHeartbeat(sent, result);
    });
  }

  #onHeartbeat(sent: Generation, result: RpcResult<'Heartbeat'>): void {
    const { link, host } = this.#options;
    if (!result.ok) {
      if (this.#heartbeat !== null) this.#armHeartbeat(this.#options.backoff.micros(0));
      return;
    }
    this.#lastAnswerAt = this.#env.clock.monotonicMicros();
    const { errorCode } = result.body;
    if (errorCode === 'NONE' || sent !== this.#generation) return;
    if (errorCode === 'REBALANCE_IN_PROGRESS') this.#isRejoinNeeded = true;
    else if (errorCode === 'UNKNOWN_MEMBER_ID' || errorCode === 'ILLEGAL_GENERATION') {
      this.#stopHeartbeats();
      this.reset(errorCode === 'UNKNOWN_MEMBER_ID');
    } else if (COORDINATOR_MOVED.has(errorCode)) {
      link.markUnknown();
      if (this.#heartbeat !== null) this.#armHeartbeat(this.#options.backoff.micros(0));
    } else if (errorCode !== 'COORDINATOR_LOAD_IN_PROGRESS') {
      this.#stopHeartbeats();
      host.fail(errorCode);
    }
    host.onProgress();
  }
}
