/**
 * Whether the marker `.kafka_cleanshutdown` goes before the logs are loaded, so that a crash while loading counts as
 * an unclean stop (KAFKA-10471).
 */
export function removesCleanShutdownMarkerFirst(): boolean {
  return true;
}
