/** A log in memory. The test decides its commits, refusals and failures. */
import type {
  CoordinatorBatch,
  CoordinatorLog,
  CoordinatorLogReader,
} from '../coordination/coordinator-log.js';
import type { ErrorName } from '../protocol/errors.js';

export class ScriptedCoordinatorLog<R> implements CoordinatorLog<R> {
  highWatermark = 0;
  batches: CoordinatorBatch<R>[] = [];
  /** The answer to the next append. */
  refusal: ErrorName | null = null;
  /** The load waits until the test continues with `readers`. */
  loadsLater = false;
  loadError: ErrorName | null = null;
  readonly readers: CoordinatorLogReader<R>[] = [];

  get endOffset(): number {
    const last = this.batches.at(-1);
    return last === undefined ? 0 : last.baseOffset + last.records.length;
  }

  append(leaderEpoch: number, records: readonly R[]): number | ErrorName {
    if (this.refusal !== null) return this.refusal;
    const baseOffset = this.endOffset;
    this.batches.push({ baseOffset, leaderEpoch, records });
    return baseOffset;
  }

  load(reader: CoordinatorLogReader<R>): void {
    if (this.loadsLater) this.readers.push(reader);
    else this.readTo(reader);
  }

  readTo(reader: CoordinatorLogReader<R>): void {
    for (const batch of this.batches) if (!reader.onBatch(batch)) return;
    reader.onEnd(this.loadError);
  }

  /** Records at and after `offset` were never written. */
  cutTo(offset: number): void {
    this.batches = this.batches.filter((batch) => batch.baseOffset < offset);
  }
}
