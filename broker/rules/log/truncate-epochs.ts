import type { EpochEntry } from './epoch-end-offset.js';

export interface TruncateEpochsInput {
  readonly entries: readonly EpochEntry[];
  readonly targetOffset: number;
  /** Where the log ended before the truncation; may lie at or below the target. */
  readonly logEndOffset: number;
}

/**
 * The epochs of a log cut back to `targetOffset`: those that began below it. Also when the log did not reach the
 * target: an election without records leaves an entry at the log's end that must not survive (KAFKA-10706).
 */
export function truncateEpochs(input: TruncateEpochsInput): readonly EpochEntry[] {
  return input.entries.filter((entry) => entry.startOffset < input.targetOffset);
}
