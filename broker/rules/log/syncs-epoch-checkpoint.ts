export interface EpochCheckpointInput {
  readonly reason: 'assign' | 'truncate';
}

/**
 * Whether the temporary file is synced before it is renamed to `leader-epoch-checkpoint`, and the directory
 * after the rename. If the rename reaches the disk before the bytes do, the checkpoint is empty or torn
 * after a power loss (KAFKA-15046, KAFKA-16541).
 */
export function syncsEpochCheckpoint(_: EpochCheckpointInput): boolean {
  return true;
}
