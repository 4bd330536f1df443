export interface RollInput {
  readonly segmentBaseOffset: number;
  readonly segmentSizeBytes: number;
  readonly appendSizeBytes: number;
  readonly appendLastOffset: number;
  /** `segment.bytes`. */
  readonly segmentBytes: number;
  readonly indexEntries: number;
  /** `segment.index.bytes`. */
  readonly segmentIndexBytes: number;
}

/**
 * Whether an append goes to a new segment: the active segment is full, its index is full, or an offset
 * would be too far from its base offset.
 */
export function rollsSegment(input: RollInput): boolean {
  if (input.segmentSizeBytes === 0) return false;
  return (
    input.segmentSizeBytes > input.segmentBytes - input.appendSizeBytes ||
    input.indexEntries >= Math.floor(input.segmentIndexBytes / 8) ||
    input.appendLastOffset - input.segmentBaseOffset > 0x7fff_ffff
  );
}
