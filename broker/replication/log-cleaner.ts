/**
 * The log cleaner of a broker (LogCleaner): it cleans the log with the largest dirty part, then looks for the next, and rests
 * for `log.cleaner.backoff.ms` when none is to be cleaned. It has no timer while no compacted log has an inactive segment.
 */
import type { DiskError } from '../env.js';
import type { Cleanable } from '../log/compaction/log-compaction.js';
import type { Partition } from './partition.js';
import type { ReplicationContext } from './replication-context.js';

/** SkimpyOffsetMap: the hash of a key and an offset. */
const ENTRY_BYTES = 24;

export class LogCleaner {
  readonly #context: ReplicationContext;
  readonly #partitions: readonly Partition[];
  readonly #checkpoint: (
    partition: string,
    cleanedEnd: number,
    done: (error: DiskError | null) => void,
  ) => void;
  #isRunning = false;
  #isBusy = false;

  /** `checkpoint` writes up to where a log was cleaned. */
  constructor(
    context: ReplicationContext,
    partitions: readonly Partition[],
    checkpoint: (partition: string, cleanedEnd: number, done: (error: DiskError | null) => void) => void,
  ) {
    this.#context = context;
    this.#partitions = partitions;
    this.#checkpoint = checkpoint;
  }

  start(): void {
    this.#isRunning = this.#context.config['log.cleaner.enable'];
    this.consider();
  }

  stop(): void {
    this.#isRunning = false;
  }

  /** A log may have an inactive segment more, or another cleanup policy. */
  consider(): void {
    if (!this.#isRunning || this.#isBusy || !this.#partitions.some(({ log }) => log.compaction.isConcerned))
      return;
    this.#isBusy = true;
    const backoffMicros = this.#context.config['log.cleaner.backoff.ms'] * 1000;
    this.#context.env.timers.schedule(backoffMicros, this.#cleanNext);
  }

  readonly #cleanNext = (): void => {
    const filthiest = this.#isRunning ? this.#findFilthiest() : null;
    if (filthiest === null) {
      this.#isBusy = false;
      this.consider();
      return;
    }
    const { partition, cleanable } = filthiest;
    const { config } = this.#context;
    const bytes = config['log.cleaner.dedupe.buffer.size'] * config['log.cleaner.io.buffer.load.factor'];
    partition.clean(cleanable, Math.floor(bytes / ENTRY_BYTES), (isCleaned) => {
      if (!isCleaned || !this.#isRunning) {
        this.#isBusy = false;
        this.consider();
        return;
      }
      this.#checkpoint(partition.name, partition.log.compaction.cleanedEnd, (error) => {
        if (error === null) this.#cleanNext();
        else this.#context.env.halt(`cannot write a checkpoint: ${error.code} ${error.message}`);
      });
    });
  };

  #findFilthiest(): { readonly partition: Partition; readonly cleanable: Cleanable } | null {
    const nowMillis = this.#context.env.clock.wallMillis();
    let filthiest: { readonly partition: Partition; readonly cleanable: Cleanable } | null = null;
    for (const partition of this.#partitions) {
      const cleanable = partition.log.compaction.findCleanable(partition.lastStableOffset, nowMillis);
      if (cleanable === null || cleanable.dirtyRatio <= (filthiest?.cleanable.dirtyRatio ?? 0)) continue;
      filthiest = { partition, cleanable };
    }
    return filthiest;
  }
}
