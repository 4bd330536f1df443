export interface StorageErrorInput {
  readonly operation: 'append' | 'sync' | 'read' | 'truncate' | 'checkpoint';
  readonly code: string;
}

/**
 * Whether a log goes on after an I/O error of its directory. Never: what was written is unknown, and a later append
 * that succeeds would stand behind a hole (KAFKA-10778). The broker halts when its only log directory failed.
 */
export function mayAppendAfterError(_: StorageErrorInput): boolean {
  return false;
}
