export interface EpochCheckpointInput {
  readonly reason: 'assign' | 'truncate';
}

/**
 * Whether the temporary file is synced before it is renamed to `leader-epoch-checkpoint`, and the directory after. A
 * rename that reaches the disk before the bytes do leaves an empty or torn checkpoint (KAFKA-15046, KAFKA-16541).
 */
export function syncsEpochCheckpoint(_: EpochCheckpointInput): boolean {
  return true;
}
