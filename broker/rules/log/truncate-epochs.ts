import type { EpochEntry } from './epoch-end-offset.js';

export interface TruncateEpochsInput {
  readonly entries: readonly EpochEntry[];
  readonly targetOffset: number;
  /** The log end offset before the truncation; may lie at or below the target. */
  readonly logEndOffset: number;
}

/**
 * The epoch entries of a log truncated to `targetOffset`: those that began below it. The entries are cut
 * even when the log ended below the target: an election without records leaves an entry at the log end
 * offset that must not survive (KAFKA-10706).
 */
export function truncateEpochs(input: TruncateEpochsInput): readonly EpochEntry[] {
  return input.entries.filter((entry) => entry.startOffset < input.targetOffset);
}
