/** Which segments of a log retention deletes (UnifiedLog#deleteOldSegments), and their files (LocalLog#deleteSegmentFiles). */
import type { TopicConfig } from '../config/definitions.js';
import type { DiskError, Env } from '../env.js';
import type { LogRules } from '../rules/log/index.js';
import type { RetentionBreach } from '../rules/log/retention-breach.js';
import { type DiskProcedure, demandIfPresent, runProcedure } from './disk-procedure.js';
import type { LogSegment } from './log-segment.js';

/** A file with this suffix is deleted later, or by the next start. */
const DELETED_SUFFIX = '.deleted';

export const isDeletedFile = (name: string): boolean => name.endsWith(DELETED_SUFFIX);

/** The part of a log that decides what retention deletes. */
export interface RetainedLog {
  readonly segments: readonly LogSegment[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

export interface RetentionCheck {
  readonly config: TopicConfig;
  readonly highWatermark: number;
  readonly nowMillis: number;
}

/** What a retention check deletes: the oldest segments, and the reason for each. */
export function findDeletable(
  { segments, logStartOffset, logEndOffset }: RetainedLog,
  { config, highWatermark, nowMillis }: RetentionCheck,
  rules: LogRules,
): readonly RetentionBreach[] {
  const reasons: RetentionBreach[] = [];
  let logSizeBytes = sizeOf(segments);
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index]!;
    const isLast = index === segments.length - 1;
    const segmentEndOffset = segments[index + 1]?.baseOffset ?? logEndOffset;
    if (
      (isLast && segment.sizeBytes === 0) ||
      !rules.mayDeleteUpTo({ offset: segmentEndOffset, highWatermark })
    )
      break;
    const reason = rules.retentionBreach({
      segmentEndOffset,
      isLast,
      segmentSizeBytes: segment.sizeBytes,
      largestTimestamp: segment.largestTimestamp,
      logStartOffset,
      logSizeBytes,
      nowMillis,
      deletes: config['cleanup.policy'].includes('delete'),
      retentionMillis: config['retention.ms'],
      retentionBytes: config['retention.bytes'],
    });
    if (reason === null) break;
    reasons.push(reason);
    logSizeBytes -= segment.sizeBytes;
  }
  return reasons;
}

export const sizeOf = (segments: readonly LogSegment[]): number =>
  segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/**
 * Whether a check within `marginMillis` could delete anything, if no record is added. A retention by size depends on the
 * records to come, so such a log is always checked.
 */
export function mayHaveDeletable(
  { segments, logStartOffset }: RetainedLog,
  config: TopicConfig,
  nowMillis: number,
  marginMillis: number,
): boolean {
  const first = segments[0]!;
  const second = segments[1];
  if (second !== undefined && second.baseOffset <= logStartOffset) return true;
  if (!config['cleanup.policy'].includes('delete')) return false;
  if (config['retention.bytes'] >= 0) return true;
  const retentionMillis = config['retention.ms'];
  if (retentionMillis < 0) return false;
  if (retentionMillis < marginMillis) return true;
  return first.sizeBytes > 0 && first.largestTimestamp + retentionMillis - nowMillis < marginMillis;
}

/** Renames the files, the oldest segment first, so that a crash in between leaves a log without a hole. */
export function* renameDeleted(
  segments: readonly LogSegment[],
  others: readonly string[],
): DiskProcedure<readonly string[]> {
  const renamed: string[] = [];
  for (const from of [...segments.flatMap(({ paths }) => paths), ...others]) {
    const to = `${from}${DELETED_SUFFIX}`;
    if ((yield* demandIfPresent({ kind: 'rename', from, to })) !== null) renamed.push(to);
  }
  return renamed;
}

/** Removes the files after `file.delete.delay.ms`. A crash leaves them to the next start. */
export function removeLater(
  env: Env,
  paths: readonly string[],
  delayMillis: number,
  failed: (error: DiskError) => void,
): void {
  env.timers.schedule(delayMillis * 1000, () => {
    runProcedure(env.disk, removeAll(paths), (failure) => {
      if (failure !== null) failed(failure.error);
    });
  });
}

function* removeAll(paths: readonly string[]): DiskProcedure<void> {
  for (const path of paths) yield* demandIfPresent({ kind: 'remove', path });
}
