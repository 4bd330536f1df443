/**
 * The periodic deletion of old segments (LogManager#cleanupLogs): first `log.initial.task.delay.ms` after the start, then
 * every `log.retention.check.interval.ms`. The timer runs only while a check could delete a segment within a day; most
 * logs are far from that. `log-start-offset-checkpoint` is written at its interval while an entry is missing.
 */
import type { Env } from '../env.js';
import type { PartitionLog } from '../log/partition-log.js';
import type { Partition } from './partition.js';
import type { ReplicationContext } from './replication-context.js';

/** A step of the wall clock by more than this is noticed late. */
const MARGIN_MILLIS = 86_400_000;

export class RetentionCheck {
  readonly #context: ReplicationContext;
  readonly #env: Env;
  readonly #partitions: readonly Partition[];
  readonly #checkpoint: (done: () => void) => void;
  #startedMicros = 0;
  #isRunning = false;
  #isArmed = false;
  #isCheckpointArmed = false;

  /** `partitions` is read at each check. `checkpoint` writes the log start offsets. */
  constructor(
    context: ReplicationContext,
    partitions: readonly Partition[],
    checkpoint: (done: () => void) => void,
  ) {
    this.#context = context;
    this.#env = context.env;
    this.#partitions = partitions;
    this.#checkpoint = checkpoint;
  }

  start(): void {
    this.#startedMicros = this.#env.clock.monotonicMicros();
    this.#isRunning = true;
    this.consider();
  }

  stop(): void {
    this.#isRunning = false;
  }

  /** Something changed that may let a check delete a segment. */
  consider(): void {
    if (this.#isArmed || !this.#isRunning) return;
    const nowMillis = this.#env.clock.wallMillis();
    if (this.#partitions.some(({ log }) => log.mayHaveDeletable(nowMillis, MARGIN_MILLIS))) this.#arm();
  }

  /** The log was opened. */
  considerLog(log: PartitionLog): void {
    if (this.#isArmed || !this.#isRunning) return;
    if (log.mayHaveDeletable(this.#env.clock.wallMillis(), MARGIN_MILLIS)) this.#arm();
  }

  onLogStartMoved(): void {
    this.consider();
    if (this.#isCheckpointArmed || !this.#isRunning) return;
    this.#isCheckpointArmed = true;
    const periodMicros = this.#context.config['log.flush.start.offset.checkpoint.interval.ms'] * 1000;
    this.#env.timers.schedule(periodMicros, () => {
      this.#isCheckpointArmed = false;
      if (this.#isRunning) this.#checkpoint(() => {});
    });
  }

  /** At the next of Kafka's times. */
  #arm(): void {
    this.#isArmed = true;
    const { config } = this.#context;
    const firstMicros = this.#startedMicros + config['log.initial.task.delay.ms'] * 1000;
    const periodMicros = config['log.retention.check.interval.ms'] * 1000;
    const late = this.#env.clock.monotonicMicros() - firstMicros;
    const delayMicros = late < 0 ? -late : periodMicros - (late % periodMicros);
    this.#env.timers.schedule(delayMicros, this.#check);
  }

  readonly #check = (): void => {
    this.#isArmed = false;
    if (!this.#isRunning) return;
    const nowMillis = this.#env.clock.wallMillis();
    for (const partition of [...this.#partitions])
      if (partition.log.mayHaveDeletable(nowMillis, MARGIN_MILLIS)) partition.deleteOldSegments();
    this.#context.wakeups.run();
    this.consider();
  };
}
