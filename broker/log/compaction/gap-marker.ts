/**
 * The file `has-offset-gaps` of a log directory: compaction has removed offsets of this log, here or on the leader from
 * which it was fetched. The recovery after an unclean stop accepts gaps in such a log alone. In any other log an offset that
 * does not follow shows that records were lost. Kafka ignores the file, and accepts gaps in every log.
 */
import { type DiskProcedure, demand } from '../disk-procedure.js';

export const GAP_MARKER = 'has-offset-gaps';

export function* markGaps(directory: string): DiskProcedure<void> {
  yield* demand({ kind: 'append', path: `${directory}/${GAP_MARKER}`, bytes: new Uint8Array(0) });
  yield* demand({ kind: 'sync', path: `${directory}/${GAP_MARKER}` });
  yield* demand({ kind: 'syncDirectory', path: directory });
}
