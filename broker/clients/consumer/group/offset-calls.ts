/**
 * The calls of an application that commit and fetch offsets: each looks for the coordinator and tries again until it
 * succeeds, fails for good, or its time is over (ConsumerCoordinator#commitOffsetsSync, #fetchCommittedOffsets).
 */
import type { Env } from '../../../env.js';
import type { TopicPartition } from '../consumer-record.js';
import type { CoordinatorLink } from './coordinator-link.js';
import type { CommitError, OffsetCommitter, OffsetToCommit } from './offset-committer.js';

export interface OffsetCallsOptions {
  readonly link: CoordinatorLink;
  readonly committer: OffsetCommitter;
  readonly retryBackoffMs: number;
}

export class OffsetCalls {
  readonly #env: Env;
  readonly #options: OffsetCallsOptions;
  #isClosed = false;

  constructor(env: Env, options: OffsetCallsOptions) {
    this.#env = env;
    this.#options = options;
  }

  /** A call under way gets no callback. */
  close(): void {
    this.#isClosed = true;
  }

  /** `deadline` 0: one attempt. */
  commitUntil(
    deadline: number,
    offsets: readonly OffsetToCommit[],
    done: (error: CommitError) => void,
    isUnknown = false,
  ): void {
    if (offsets.length === 0) {
      this.#env.timers.schedule(0, () => done('NONE'));
      return;
    }
    this.#withCoordinator(deadline, (isFound) => {
      if (!isFound) {
        done(isUnknown || deadline > 0 ? 'TimeoutException' : 'COORDINATOR_NOT_AVAILABLE');
        return;
      }
      this.#options.committer.commit(offsets, (attempt) => {
        if (attempt.kind === 'done') done(attempt.error);
        else if (deadline === 0) done(attempt.isUnknown ? 'TimeoutException' : 'COORDINATOR_NOT_AVAILABLE');
        else this.#later(() => this.commitUntil(deadline, offsets, done, isUnknown || attempt.isUnknown));
      });
    });
  }

  fetchUntil(
    deadline: number,
    partitions: readonly TopicPartition[],
    done: (offsets: readonly (OffsetToCommit | null)[] | null, error: CommitError) => void,
  ): void {
    this.#withCoordinator(deadline, (isFound) => {
      if (!isFound) {
        done(null, 'TimeoutException');
        return;
      }
      this.#options.committer.fetch(partitions, (attempt) => {
        if (attempt.kind === 'done') done(attempt.offsets, 'NONE');
        else if (attempt.kind === 'failed') done(null, attempt.error);
        else this.#later(() => this.fetchUntil(deadline, partitions, done));
      });
    });
  }

  #later(run: () => void): void {
    this.#env.timers.schedule(this.#options.retryBackoffMs * 1_000, () => {
      if (!this.#isClosed) run();
    });
  }

  #withCoordinator(deadline: number, then: (isFound: boolean) => void): void {
    const now = this.#env.clock.monotonicMicros();
    if (this.#options.link.find(now) === 0) then(true);
    else if (now >= deadline) then(false);
    else this.#later(() => this.#withCoordinator(deadline, then));
  }
}
