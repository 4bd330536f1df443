/**
 * One assigned partition in the consumer (Java: SubscriptionState.TopicPartitionState).
 *
 *     held       -> any         the group has said where to begin: at the committed offset, or without one by the reset policy
 *     resetting  -> fetching    the leader answered the start offset, or `seek`
 *     fetching   -> validating  the leader changed since the position was obtained (KIP-320)
 *     validating -> fetching    the leader confirmed the position, or moved it back to the point of divergence
 *     any        -> resetting   offset out of range, truncation without a known divergence, seekToBeginning, seekToEnd
 *     any        -> unassigned  final
 *
 * Every transition increases `generation`. An answer to a request of an earlier generation is ignored.
 */
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import type { PartitionMetadata } from '../cluster-metadata.js';
import type { ConsumerPosition } from '../rules/leadership.js';
import type { PollFailure } from './consumer-record.js';
import type { FetchedRecords } from './fetched-records.js';

export type CursorState = 'held' | 'resetting' | 'fetching' | 'validating' | 'unassigned';
export type ResetPolicy = 'earliest' | 'latest' | 'none';

export class PartitionCursor implements ConsumerPosition {
  readonly metadata: PartitionMetadata;
  state: CursorState = 'resetting';
  /** Used only while resetting. */
  resetTo: ResetPolicy;
  generation = 0;
  /** The offset of the next record to hand out; −1: unknown. */
  offset = -1;
  offsetEpoch = -1;
  /** The leader from which the position is fetched, or by which it is validated. */
  leaderId = -1;
  leaderEpoch = -1;
  /** The topic that the leader has. */
  topicId = ZERO_UUID;
  /** Monotonic microseconds before which the cursor is neither fetched nor asked about. */
  retryAt = 0;
  failures = 0;
  /** A request about the cursor's offset is under way for this generation. */
  isAsked = false;
  buffered: FetchedRecords | null = null;
  failure: PollFailure | null = null;
  /** The offset that the fetch session last sent to the broker. */
  sentOffset = -1;
  sentLeaderEpoch = -1;
  /** The topic id that the fetch session last sent to the broker. */
  sentTopicId = ZERO_UUID;
  /** As of the last fetch; −1: unknown. The second is where `read_committed` ends. */
  highWatermark = -1;
  lastStableOffset = -1;
  /** Neither fetched nor handed out before `resume`. The position stays. */
  isPaused = false;

  constructor(metadata: PartitionMetadata, resetTo: ResetPolicy) {
    this.metadata = metadata;
    this.resetTo = resetTo;
  }

  get isFetchable(): boolean {
    return !this.isPaused && this.canAccept;
  }

  /** The answer to a fetch that was sent before `pause` is kept. */
  get canAccept(): boolean {
    return this.state === 'fetching' && this.buffered === null && this.failure === null;
  }

  become(state: CursorState): void {
    this.state = state;
    this.generation += 1;
    this.isAsked = false;
    this.retryAt = 0;
    this.failures = 0;
    this.failure = null;
  }

  moveTo(offset: number, offsetEpoch: number): void {
    this.offset = offset;
    this.offsetEpoch = offsetEpoch;
  }

  followLeader(): void {
    this.leaderId = this.metadata.leaderId;
    this.leaderEpoch = this.metadata.leaderEpoch;
    this.topicId = this.metadata.topicId;
  }

  failWith(error: PollFailure['error'], divergence: PollFailure['divergence'] = null): void {
    const { topic, index: partition } = this.metadata;
    this.failure = { ok: false, error, topic, partition, offset: this.offset, divergence };
  }
}
