export interface CleanShutdownInput {
  /** Every log of the directory was opened and, if necessary, recovered. */
  readonly loadingFinished: boolean;
  /** Every log was flushed and closed without error. */
  readonly closed: boolean;
}

/**
 * Whether `.kafka_cleanshutdown` is written at shutdown. It is written only if loading had finished;
 * otherwise the next start would skip the recovery that this start did not complete (KAFKA-15375).
 */
export function writesCleanShutdownMarker(input: CleanShutdownInput): boolean {
  return input.loadingFinished && input.closed;
}
