export interface DirectorySyncInput {
  /** Base offsets of the segments that were just synced. */
  readonly segmentBaseOffsets: readonly number[];
  /** Before this flush. */
  readonly recoveryPoint: number;
}

/**
 * Whether a flush must also sync the log's directory: when it covered a segment made since the last flush, whose
 * directory entry a power loss could still take away, file and all (KAFKA-3968).
 */
export function isDirectorySyncNeeded(input: DirectorySyncInput): boolean {
  for (const baseOffset of input.segmentBaseOffsets) if (baseOffset >= input.recoveryPoint) return true;
  return false;
}
