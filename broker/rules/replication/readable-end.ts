/**
 * The end (exclusive) of what a reader may get. A follower may read the whole log, a consumer the records
 * below the high watermark, and a read_committed consumer those below the last stable offset.
 */
export interface ReadableEndInput {
  readonly reader: 'follower' | 'consumer';
  readonly isolationLevel: 0 | 1;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logEndOffset: number;
}

export function readableEnd(input: ReadableEndInput): number {
  if (input.reader === 'follower') return input.logEndOffset;
  return input.isolationLevel === 1 ? input.lastStableOffset : input.highWatermark;
}
