/** A member of a classic group (org.apache.kafka.coordinator.group.classic.ClassicGroupMember). */
import type { JoinGroupRequest, JoinGroupResponse } from '../protocol/apis/11-join-group.js';
import type { SyncGroupResponse } from '../protocol/apis/14-sync-group.js';

export type MemberProtocol = JoinGroupRequest['protocols'][number];
export type AnswerJoin = (response: JoinGroupResponse) => void;
export type AnswerSync = (response: SyncGroupResponse) => void;

export interface ClassicMemberOptions {
  readonly memberId: string;
  /** null: a dynamic member. */
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly MemberProtocol[];
}

const NO_BYTES = new Uint8Array(0);

export class ClassicMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly protocolType: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  /** In the order of the member's preference, each name once. */
  protocols: readonly MemberProtocol[];
  assignment: Uint8Array = NO_BYTES;
  /** The member has not yet got the answer to its first JoinGroup, so it cannot send heartbeats. */
  isNew = false;
  /** The JoinGroup that waits for the end of the join phase; null: none. */
  awaitingJoin: AnswerJoin | null = null;
  /** The SyncGroup that waits for the assignment; null: none. */
  awaitingSync: AnswerSync | null = null;

  constructor(options: ClassicMemberOptions) {
    this.memberId = options.memberId;
    this.groupInstanceId = options.groupInstanceId;
    this.clientId = options.clientId;
    this.clientHost = options.clientHost;
    this.protocolType = options.protocolType;
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs;
    this.sessionTimeoutMs = options.sessionTimeoutMs;
    this.protocols = options.protocols;
  }

  get isStatic(): boolean {
    return this.groupInstanceId !== null;
  }

  /** A member that waits for a rebalance needs no heartbeat, unless it is new: then nothing else would end it. */
  get hasSatisfiedHeartbeat(): boolean {
    return !this.isNew && (this.awaitingJoin !== null || this.awaitingSync !== null);
  }

  /** The member's metadata for a protocol; empty: the member does not support it. */
  metadata(protocolName: string | null): Uint8Array {
    return this.protocols.find(({ name }) => name === protocolName)?.metadata ?? NO_BYTES;
  }

  /** The same protocols with the same metadata, in the same order. */
  matches(protocols: readonly MemberProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, index) => {
        const own = this.protocols[index];
        return own !== undefined && own.name === name && isSame(own.metadata, metadata);
      })
    );
  }

  /** The first of the member's protocols that is a candidate; null: none is. */
  vote(candidates: ReadonlySet<string>): string | null {
    return this.protocols.find(({ name }) => candidates.has(name))?.name ?? null;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** A hostile request may name a protocol twice; the first one counts. */
export function eachOnce(protocols: readonly MemberProtocol[]): readonly MemberProtocol[] {
  const names = new Set<string>();
  return protocols.filter(({ name }) => {
    const isFirst = !names.has(name);
    names.add(name);
    return isFirst;
  });
}
