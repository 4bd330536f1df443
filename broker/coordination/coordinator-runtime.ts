/**
 * The coordinators of one broker: one for every partition of its topic that this broker leads
 * (org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime). Partitions are independent: a partition that
 * loads or fails does not delay another.
 */
import {
  type AppendFailure,
  Coordinator,
  type CoordinatorOptions,
  type CoordinatorState,
  type WriteOptions,
} from './coordinator.js';
import type { CoordinatorLog } from './coordinator-log.js';
import type { CoordinatorTimers } from './coordinator-timers.js';
import type { Decision } from './decision.js';
import type { Done, Outcome } from './deferred-answers.js';

export interface CoordinatorRuntimeOptions<S>
  extends Omit<CoordinatorOptions<S>, 'makeState' | 'onLoaded' | 'onUnloaded'> {
  readonly makeState: (partitionId: number) => S;
  readonly onLoaded: (state: S, partitionId: number) => void;
  readonly onUnloaded?: (state: S, partitionId: number) => void;
}

export class CoordinatorRuntime<S extends CoordinatorState<R>, R> {
  readonly #options: CoordinatorRuntimeOptions<S>;
  readonly #coordinators = new Map<number, Coordinator<S, R>>();

  constructor(options: CoordinatorRuntimeOptions<S>) {
    this.#options = options;
  }

  /** The broker leads the partition in `leaderEpoch`. */
  load(partitionId: number, leaderEpoch: number, log: CoordinatorLog<R>): void {
    this.#coordinator(partitionId).load(leaderEpoch, log);
  }

  /** The broker does not lead the partition in `leaderEpoch`. */
  unload(partitionId: number, leaderEpoch: number): void {
    this.#coordinator(partitionId).unload(leaderEpoch);
  }

  write<T>(
    partitionId: number,
    decide: (state: S) => Decision<T, R>,
    done: Done<T>,
    options: WriteOptions = {},
  ): void {
    const coordinator = this.#coordinators.get(partitionId);
    if (coordinator === undefined) done({ ok: false, error: this.#options.notLeader });
    else coordinator.write(decide, done, options);
  }

  read<T>(partitionId: number, ask: (state: S, committedOffset: number) => T): Outcome<T> {
    const coordinator = this.#coordinators.get(partitionId);
    return coordinator?.read(ask) ?? { ok: false, error: this.#options.notLeader };
  }

  /** The timers of a partition; null: the broker never led it. */
  timersOf(partitionId: number): CoordinatorTimers | null {
    return this.#coordinators.get(partitionId)?.timers ?? null;
  }

  /** The partitions that the broker has ever led, in the order in which it first did. */
  partitionIds(): readonly number[] {
    return [...this.#coordinators.keys()];
  }

  onHighWatermark(partitionId: number, highWatermark: number): void {
    this.#coordinators.get(partitionId)?.onHighWatermark(highWatermark);
  }

  appendFailed(partitionId: number, failure: AppendFailure): void {
    this.#coordinators.get(partitionId)?.appendFailed(failure);
  }

  /** The process ends. */
  close(): void {
    for (const coordinator of this.#coordinators.values()) coordinator.close();
  }

  #coordinator(partitionId: number): Coordinator<S, R> {
    const known = this.#coordinators.get(partitionId);
    if (known !== undefined) return known;
    const { makeState, onLoaded, onUnloaded, ...options } = this.#options;
    const coordinator = new Coordinator<S, R>({
      ...options,
      makeState: () => makeState(partitionId),
      onLoaded: (state) => onLoaded(state, partitionId),
      onUnloaded: (state) => onUnloaded?.(state, partitionId),
    });
    this.#coordinators.set(partitionId, coordinator);
    return coordinator;
  }
}
