/**
 * Where the logs of replicas begin. Retention, DeleteRecords and a leader's log start offset each permit a deletion;
 * the checker compares every deletion with the effective settings, with what an operator asked for, and with the
 * committed log. Deleted records stay in the model of a replica, so that logs with different starts are compared offset
 * by offset.
 */
import type { DeletedSegmentSummary, LogStartReason } from '../../broker/observer.js';
import {
  deletedAboveHw,
  deletionOfLeaderAlone,
  logStartRegress,
  unpermittedDeletion,
} from './deletion-invariants.js';
import type { Invariant } from './invariant.js';
import type { PartitionModel } from './partition-model.js';
import type { ReplicaLog } from './replica-log.js';

export interface DeletionCheckerOptions {
  readonly report: (invariant: Invariant, model: PartitionModel, detail: Record<string, unknown>) => void;
  readonly partition: (name: string) => PartitionModel;
  /** The host's disk may forget what it has confirmed. */
  readonly isUnsound: (host: string) => boolean;
}

export class DeletionChecker {
  readonly #options: DeletionCheckerOptions;

  constructor(options: DeletionCheckerOptions) {
    this.#options = options;
  }

  /** A client asks to delete the records below `offset`; −1: all committed ones. */
  asked(partition: string, offset: number): void {
    const model = this.#options.partition(partition);
    const end = offset === -1 ? Number.POSITIVE_INFINITY : offset;
    if (end > model.deletionAskedEnd) model.deletionAskedEnd = end;
  }

  segmentDeleted(host: string, partition: string, segment: DeletedSegmentSummary): void {
    const model = this.#options.partition(partition);
    const replica = model.replica(host);
    const { endOffset: offset } = segment;
    replica.deletableEnd = offset;
    if (offset <= replica.startOffset) return;
    const why = whyKept(model, segment);
    if (why !== null) this.#options.report(unpermittedDeletion, model, { host, offset, why });
  }

  logStartMoved(host: string, partition: string, offset: number, reason: LogStartReason): void {
    const { report } = this.#options;
    const model = this.#options.partition(partition);
    const replica = model.replica(host);
    const why = whyUnpermitted(model, replica, offset, reason);
    if (why !== null) report(unpermittedDeletion, model, { host, offset, why });
    const { committedEnd } = model;
    const isOfPresentHistory = replica.leaderEpoch >= model.lossEpoch && !replica.unreconciled;
    if (offset > committedEnd && isOfPresentHistory)
      report(deletedAboveHw, model, { host, offset, committedEnd });
    const before = replica.startOffset;
    if (offset < before) report(logStartRegress, model, { host, offset, before });
    replica.startOffset = offset;
    if (offset > replica.trimmedStartOffset) replica.trimmedStartOffset = offset;
    model.noteDeleted(offset);
  }

  /**
   * As a leader, the host acknowledges a deletion. A member of the ISR that forgot its log start offset in a crash counts
   * with the highest one that it had.
   */
  recordsDeleted(leader: string, partition: string, offset: number): void {
    const model = this.#options.partition(partition);
    for (const { host, trimmedStartOffset: start } of model.isrLogs)
      if (start < offset) this.#options.report(deletionOfLeaderAlone, model, { leader, host, offset, start });
  }

  logStartCheckpointed(host: string, partition: string, offset: number): void {
    this.#options.partition(partition).replica(host).storedStartOffset = offset;
  }

  /** A log was opened, before its content is compared with what the replica held. */
  logOpened(model: PartitionModel, replica: ReplicaLog, offset: number): void {
    const { host, storedStartOffset, damage } = replica;
    const mayForget =
      damage?.cause === 'wiped-disk' || damage?.cause === 'bit-rot' || this.#options.isUnsound(host);
    if (offset < storedStartOffset && !mayForget)
      this.#options.report(logStartRegress, model, { host, offset, before: storedStartOffset });
    replica.storedStartOffset = Math.min(offset, storedStartOffset);
  }

  /** A replica deleted its whole log; it begins again at `offset`, where the log of its leader begins. */
  startedAfresh(host: string, partition: string, offset: number): void {
    const model = this.#options.partition(partition);
    const replica = model.replica(host);
    const isBeyond = offset > replica.startOffset && offset > model.deletedEnd;
    if (isBeyond) {
      const why = `no leader's log begins there; the highest start was ${model.deletedEnd}`;
      this.#options.report(unpermittedDeletion, model, { host, offset, why });
    }
    model.restart(replica, offset);
  }
}

/** Why retention keeps the segment; null: the segment may go. */
function whyKept({ settings }: PartitionModel, segment: DeletedSegmentSummary): string | null {
  const { deletes, retentionMillis, retentionBytes } = settings.retention;
  if (!deletes) return 'cleanup.policy has no delete';
  const ageMillis = segment.nowMillis - segment.largestTimestamp;
  if (retentionMillis >= 0 && ageMillis > retentionMillis) return null;
  const leftBytes = segment.logSizeBytes - segment.sizeBytes;
  if (retentionBytes >= 0 && leftBytes >= retentionBytes) return null;
  return `the newest of them is ${ageMillis} ms old (retention.ms=${retentionMillis}) and ${leftBytes} bytes would be left (retention.bytes=${retentionBytes})`;
}

function whyUnpermitted(
  model: PartitionModel,
  replica: ReplicaLog,
  offset: number,
  reason: LogStartReason,
): string | null {
  switch (reason) {
    case 'segment deletion':
      return offset <= Math.max(replica.deletableEnd, replica.startOffset)
        ? null
        : `the deleted segments end at ${replica.deletableEnd}`;
    case 'records deletion':
      return offset <= model.deletionAskedEnd ? null : 'nobody asked for that';
    case 'leader':
      return offset <= model.deletedEnd ? null : `no log of the partition begins above ${model.deletedEnd}`;
    default:
      return reason satisfies never;
  }
}
