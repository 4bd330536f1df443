/**
 * One DeleteRecords request inside the broker (ReplicaManager#deleteRecords, DelayedDeleteRecords). The leader's own log
 * starts at the offset at once. The answer waits until the low watermark of each partition has reached the offset, or
 * the time is over. A partition that failed has no low watermark.
 */
import type { ErrorName } from '../protocol/errors.js';
import { Deadline, type DeadlineQueue } from './deadline-queue.js';
import type { Partition } from './partition.js';

export interface DeletedPartition {
  readonly partitionIndex: number;
  readonly lowWatermark: number;
  readonly errorCode: ErrorName;
}

/** A low watermark that is not known. */
const NONE = -1;

export class PendingDeletion extends Deadline {
  readonly #deadlines: DeadlineQueue;
  readonly #timeoutMs: number;
  readonly #respond: () => void;
  readonly #deletions: PartitionDeletion[] = [];
  #beginningCount = 1;
  #waitingCount = 0;
  #isAnswered = false;

  constructor(deadlines: DeadlineQueue, timeoutMs: number, respond: () => void) {
    super();
    this.#deadlines = deadlines;
    this.#timeoutMs = Math.max(0, timeoutMs);
    this.#respond = respond;
  }

  refuse(index: number, errorCode: ErrorName): PartitionDeletion {
    const deletion = new PartitionDeletion(this, index);
    deletion.errorCode = errorCode;
    return deletion;
  }

  /** `offset`: the records below it are deleted. */
  begin(partition: Partition, offset: number): PartitionDeletion {
    const deletion = new PartitionDeletion(this, partition.index);
    this.#deletions.push(deletion);
    deletion.requiredOffset = offset;
    this.#beginningCount += 1;
    this.#waitingCount += 1;
    partition.deleteRecords(offset, (errorCode) => {
      const { leader } = partition;
      if (errorCode !== 'NONE' || leader === null)
        deletion.settle(leader === null ? 'NOT_LEADER_OR_FOLLOWER' : errorCode, NONE);
      else leader.settleWhenDeleted(deletion);
      this.onBegun();
    });
    return deletion;
  }

  /** Every partition of the request was refused, or its deletion has begun. */
  onBegun(): void {
    this.#beginningCount -= 1;
    if (this.#beginningCount > 0 || this.#isAnswered) return;
    if (this.#waitingCount === 0) this.#answer();
    else if (this.lane === null) this.#deadlines.add(this, this.#timeoutMs * 1000);
  }

  onSettled(): void {
    this.#waitingCount -= 1;
    if (this.#waitingCount === 0 && this.#beginningCount === 0) this.#answer();
  }

  override expire(): void {
    for (const deletion of this.#deletions) deletion.settle('REQUEST_TIMED_OUT', deletion.lowWatermark);
  }

  #answer(): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#deadlines.remove(this);
    this.#respond();
  }
}

export class PartitionDeletion implements DeletedPartition {
  readonly partitionIndex: number;
  requiredOffset = 0;
  /** The one seen last. */
  lowWatermark = NONE;
  errorCode: ErrorName = 'NONE';
  isSettled = false;
  readonly #deletion: PendingDeletion;

  constructor(deletion: PendingDeletion, partitionIndex: number) {
    this.#deletion = deletion;
    this.partitionIndex = partitionIndex;
  }

  settle(errorCode: ErrorName, lowWatermark: number): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.errorCode = errorCode;
    this.lowWatermark = lowWatermark;
    this.#deletion.onSettled();
  }
}
