/**
 * Whether the new log start offset is on disk before the files of older segments are renamed. A power loss may undo
 * some of the renames. With the log start offset on disk, a start deletes the segments that came back; without it, the
 * log would begin with them again, with a hole behind them.
 */
export function checkpointsLogStartFirst(): boolean {
  return true;
}
