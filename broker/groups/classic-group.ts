/**
 * A group of the classic protocol in the memory of its coordinator
 * (org.apache.kafka.coordinator.group.classic.ClassicGroup): members, their requests that wait, and the state.
 *
 *   Empty ──(a member joins)──▶ PreparingRebalance ──(all joined, or time is up)──▶ CompletingRebalance
 *   CompletingRebalance ──(the leader's assignment is committed)──▶ Stable
 *   CompletingRebalance, Stable ──(a member joins, leaves, fails or changes)──▶ PreparingRebalance
 *   PreparingRebalance ──(no member is left)──▶ Empty
 *   any state ──(the coordinator moved, or the group was deleted)──▶ Dead
 *
 * Only generations are in the log: who joined and waits is known to the present coordinator alone, and members join
 * again at the next one.
 */
import type { JoinGroupResponse } from '../protocol/apis/11-join-group.js';
import type { SyncGroupResponse } from '../protocol/apis/14-sync-group.js';
import { CONSUMER_PROTOCOL_TYPE, subscribedTopicsIn } from '../protocol/consumer-protocol.js';
import type { ErrorName } from '../protocol/errors.js';
import type { AnswerJoin, ClassicMember, MemberProtocol } from './classic-member.js';

export type ClassicGroupState = 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead' | 'Empty';

const VALID_PREVIOUS: Readonly<Record<ClassicGroupState, readonly ClassicGroupState[]>> = {
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead'],
  Empty: ['PreparingRebalance'],
};

export interface ClassicGroupOptions {
  readonly groupId: string;
  readonly state: 'Empty' | 'Stable';
  readonly generationId: number;
  /** null: no member ever joined; the group only has committed offsets. */
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  /** When the group came into its state, in ms; −1: not known. */
  readonly stateTimestamp: number;
}

export class ClassicGroup {
  readonly groupId: string;
  state: ClassicGroupState;
  previousState: ClassicGroupState;
  stateTimestamp: number;
  generationId: number;
  protocolType: string | null;
  protocolName: string | null;
  leaderId: string | null;
  /** A member joined during the initial delay, which is therefore extended. */
  hasNewMember = false;
  /** In the order in which the members were added. */
  readonly members = new Map<string, ClassicMember>();
  /** Ids that were given out and with which nobody joined yet (KIP-394). */
  readonly pendingJoins = new Set<string>();
  /** Members of the generation that have not yet sent SyncGroup. */
  readonly pendingSyncs = new Set<string>();
  /** Member id by group instance id. */
  readonly #staticMembers = new Map<string, string>();
  readonly #supportCounts = new Map<string, number>();
  #awaitingJoinCount = 0;
  /** null: not known, because the members' metadata is not that of consumers. */
  #subscribedTopics: ReadonlySet<string> | null = null;

  constructor(options: ClassicGroupOptions) {
    this.groupId = options.groupId;
    this.state = options.state;
    this.previousState = options.state;
    this.stateTimestamp = options.stateTimestamp;
    this.generationId = options.generationId;
    this.protocolType = options.protocolType;
    this.protocolName = options.protocolName;
    this.leaderId = options.leaderId;
  }

  get awaitingJoinCount(): number {
    return this.#awaitingJoinCount;
  }

  get hasAllMembersJoined(): boolean {
    return this.members.size === this.#awaitingJoinCount && this.pendingJoins.size === 0;
  }

  get usesConsumerProtocol(): boolean {
    return this.protocolType === CONSUMER_PROTOCOL_TYPE;
  }

  get canRebalance(): boolean {
    return VALID_PREVIOUS.PreparingRebalance.includes(this.state);
  }

  /** The longest of the members' rebalance timeouts. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const { rebalanceTimeoutMs } of this.members.values())
      longest = Math.max(longest, rebalanceTimeoutMs);
    return longest;
  }

  staticMemberId(groupInstanceId: string): string | null {
    return this.#staticMembers.get(groupInstanceId) ?? null;
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId;
  }

  transitionTo(state: ClassicGroupState, nowMillis: number): void {
    if (!VALID_PREVIOUS[state].includes(this.state))
      throw new Error(`group ${this.groupId} cannot become ${state} from ${this.state}`);
    this.previousState = this.state;
    this.state = state;
    this.stateTimestamp = nowMillis;
  }

  add(member: ClassicMember, awaitingJoin: AnswerJoin | null): void {
    if (member.groupInstanceId !== null) this.#staticMembers.set(member.groupInstanceId, member.memberId);
    if (this.members.size === 0) this.protocolType = member.protocolType;
    this.leaderId ??= member.memberId;
    this.members.set(member.memberId, member);
    this.#countSupport(member.protocols, 1);
    this.#setAwaitingJoin(member, awaitingJoin);
    this.pendingJoins.delete(member.memberId);
  }

  /** Removes a member, or an id with which nobody joined yet. The next leader is the oldest member. */
  remove(memberId: string): void {
    const member = this.members.get(memberId);
    if (member !== undefined) {
      this.members.delete(memberId);
      this.#countSupport(member.protocols, -1);
      if (member.awaitingJoin !== null) this.#awaitingJoinCount -= 1;
      if (member.groupInstanceId !== null) this.#staticMembers.delete(member.groupInstanceId);
    }
    if (this.isLeader(memberId)) {
      const [oldest] = this.members.keys();
      this.leaderId = oldest ?? null;
    }
    this.pendingJoins.delete(memberId);
    this.pendingSyncs.delete(memberId);
  }

  /** Puts a member of another id in the place of a static member. The caller has fenced the old one. */
  replaceStatic(old: ClassicMember, replacement: ClassicMember): void {
    this.members.delete(old.memberId);
    this.members.set(replacement.memberId, replacement);
    if (this.isLeader(old.memberId)) this.leaderId = replacement.memberId;
    if (old.groupInstanceId !== null) this.#staticMembers.set(old.groupInstanceId, replacement.memberId);
  }

  updateMember(
    member: ClassicMember,
    protocols: readonly MemberProtocol[],
    timeouts: { readonly rebalanceTimeoutMs: number; readonly sessionTimeoutMs: number },
    awaitingJoin: AnswerJoin | null,
  ): void {
    this.#countSupport(member.protocols, -1);
    member.protocols = protocols;
    this.#countSupport(protocols, 1);
    member.rebalanceTimeoutMs = timeouts.rebalanceTimeoutMs;
    member.sessionTimeoutMs = timeouts.sessionTimeoutMs;
    this.#setAwaitingJoin(member, awaitingJoin);
  }

  /** False: the member waits for no answer. */
  answerJoin(member: ClassicMember, response: JoinGroupResponse): boolean {
    const answer = member.awaitingJoin;
    if (answer === null) return false;
    this.#setAwaitingJoin(member, null);
    answer(response);
    return true;
  }

  answerSync(member: ClassicMember, response: SyncGroupResponse): boolean {
    const answer = member.awaitingSync;
    if (answer === null) return false;
    member.awaitingSync = null;
    answer(response);
    return true;
  }

  /** False: no member that could lead has joined. */
  electJoinedLeader(): boolean {
    if (this.leaderId === null) return false;
    if (this.members.get(this.leaderId)?.awaitingJoin) return true;
    for (const member of this.members.values()) {
      if (member.awaitingJoin === null) continue;
      this.leaderId = member.memberId;
      return true;
    }
    return false;
  }

  /** Every member has joined. The protocol is the one with the most votes. */
  initNextGeneration(nowMillis: number): void {
    this.generationId += 1;
    this.protocolName = this.members.size > 0 ? this.selectProtocol() : null;
    this.computeSubscribedTopics();
    this.transitionTo(this.members.size > 0 ? 'CompletingRebalance' : 'Empty', nowMillis);
    this.pendingSyncs.clear();
  }

  /** Each member votes for the first of its protocols that all members support. Of equals, the first voted for wins. */
  selectProtocol(): string | null {
    const candidates = new Set<string>();
    for (const [name, count] of this.#supportCounts) if (count === this.members.size) candidates.add(name);
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const vote = member.vote(candidates);
      if (vote !== null) votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    let winner: string | null = null;
    for (const [name, count] of votes) if (winner === null || count > (votes.get(winner) ?? 0)) winner = name;
    return winner;
  }

  supportsProtocols(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.state === 'Empty') return protocolType !== '' && protocols.length > 0;
    return (
      this.protocolType === protocolType &&
      protocols.some(({ name }) => (this.#supportCounts.get(name) ?? 0) === this.members.size)
    );
  }

  /** NONE, or the reason why a request of this member is refused. */
  validateMember(memberId: string, groupInstanceId: string | null): ErrorName {
    if (groupInstanceId !== null) {
      const present = this.staticMemberId(groupInstanceId);
      if (present === null) return 'UNKNOWN_MEMBER_ID';
      if (present !== memberId) return 'FENCED_INSTANCE_ID';
    }
    return this.members.has(memberId) ? 'NONE' : 'UNKNOWN_MEMBER_ID';
  }

  /** A group of consumers whose topics are not known counts as subscribed to every topic. */
  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics?.has(topic) ?? this.usesConsumerProtocol;
  }

  get knowsSubscribedTopics(): boolean {
    return this.#subscribedTopics !== null;
  }

  computeSubscribedTopics(): void {
    this.#subscribedTopics = null;
    if (!this.usesConsumerProtocol) return;
    const all = new Set<string>();
    for (const member of this.members.values()) {
      const topics = subscribedTopicsIn(member.metadata(this.protocolName));
      if (topics === null) return;
      for (const topic of topics) all.add(topic);
    }
    this.#subscribedTopics = all;
  }

  #countSupport(protocols: readonly MemberProtocol[], change: 1 | -1): void {
    for (const { name } of protocols) {
      const count = (this.#supportCounts.get(name) ?? 0) + change;
      if (count === 0) this.#supportCounts.delete(name);
      else this.#supportCounts.set(name, count);
    }
  }

  #setAwaitingJoin(member: ClassicMember, awaitingJoin: AnswerJoin | null): void {
    if (member.awaitingJoin !== null) this.#awaitingJoinCount -= 1;
    if (awaitingJoin !== null) this.#awaitingJoinCount += 1;
    member.awaitingJoin = awaitingJoin;
  }
}
