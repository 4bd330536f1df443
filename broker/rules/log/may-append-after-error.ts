export interface StorageErrorInput {
  readonly operation: 'append' | 'sync' | 'read' | 'truncate' | 'checkpoint' | 'delete';
  readonly code: string;
}

/**
 * Whether a log accepts appends after an I/O error in its directory. It never does: what the failed write
 * left on disk is unknown, and a later successful append could follow a hole (KAFKA-10778). The broker
 * halts when its only log directory has failed.
 */
export function mayAppendAfterError(_: StorageErrorInput): boolean {
  return false;
}
