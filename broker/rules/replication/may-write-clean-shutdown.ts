/**
 * KAFKA-15375: the marker that lets the next start skip recovery is written only by a broker that finished loading its
 * logs and flushed them all.
 */
export interface CleanShutdownInput {
  readonly logsLoaded: boolean;
  readonly logsFlushed: boolean;
}

export function mayWriteCleanShutdown(input: CleanShutdownInput): boolean {
  return input.logsLoaded && input.logsFlushed;
}
