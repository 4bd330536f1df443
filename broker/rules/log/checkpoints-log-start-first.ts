/**
 * Whether the new log start offset is on disk before anything that is deleted with it, in two places.
 *
 * The files of older segments are renamed after it. A power loss may undo some of the renames. With the log start
 * offset on disk, a start deletes the segments that came back; without it, the log would begin with them again, with a
 * hole behind them.
 *
 * The epochs below are removed from `leader-epoch-checkpoint` after it. A crash takes the log back to the old log start
 * offset; without the epochs there, a leader could not tell a follower where its log diverges (KIP-101). Kafka writes
 * these epochs first (LeaderEpochFileCache#truncateFromStartAsyncFlush).
 */
export function checkpointsLogStartFirst(): boolean {
  return true;
}
