export interface CleanShutdownInput {
  /** Every log of the directory was opened and, where needed, recovered. */
  readonly loadingFinished: boolean;
  /** Every log was flushed and closed without error. */
  readonly closed: boolean;
}

/**
 * Whether `.kafka_cleanshutdown` is written at shutdown: only if loading had finished, else the next start would skip
 * the recovery that this one never did (KAFKA-15375).
 */
export function writesCleanShutdownMarker(input: CleanShutdownInput): boolean {
  return input.loadingFinished && input.closed;
}
