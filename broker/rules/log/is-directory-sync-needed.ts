export interface DirectorySyncInput {
  /** Base offsets of the segments that were just synced. */
  readonly segmentBaseOffsets: readonly number[];
  /** The recovery point before this flush. */
  readonly recoveryPoint: number;
}

/**
 * Whether a flush must also sync the log's directory: it must when it covers a segment created since the
 * last flush. A power loss could otherwise remove the directory entry of that segment, and the file with it
 * (KAFKA-3968).
 */
export function isDirectorySyncNeeded(input: DirectorySyncInput): boolean {
  for (const baseOffset of input.segmentBaseOffsets) if (baseOffset >= input.recoveryPoint) return true;
  return false;
}
