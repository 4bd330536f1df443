/**
 * The end (exclusive) of what a reader may be given: a follower the whole log, a consumer what is committed, and with
 * read_committed what is decided.
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
