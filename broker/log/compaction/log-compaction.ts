/**
 * The compaction of one log (LogCleanerManager#cleanableOffsets, Cleaner#clean). The log goes on with its appends and reads while
 * the inactive segments are copied. The copies take their places in a turn of the queue of the log. If the log was cut in the
 * meantime, they are thrown away.
 */
import type { TopicConfig } from '../../config/definitions.js';
import type { DiskError, Env } from '../../env.js';
import type { Observer } from '../../observer.js';
import type { LogRules } from '../../rules/log/index.js';
import { type DiskProcedure, runProcedure } from '../disk-procedure.js';
import { removeLater, sizeOf } from '../log-retention.js';
import type { LogSegment } from '../log-segment.js';
import type { LogState } from '../log-state.js';
import { buildOffsetMap } from './offset-map.js';
import { cleanSegments, findRememberedBatches, groupSegments } from './segment-cleaner.js';
import type { Replacement } from './swap.js';

export interface CompactionOptions {
  readonly env: Env;
  readonly rules: LogRules;
  readonly observer: Observer | null;
  readonly state: LogState;
  readonly config: () => TopicConfig;
  /** Runs the procedure when no append and no truncation is under way. */
  readonly inTurn: (start: () => DiskProcedure<void>, done: () => void) => void;
  readonly failed: (error: DiskError) => void;
}

/** What a pass over the log would clean. */
export interface Cleanable {
  readonly firstDirtyOffset: number;
  readonly firstUncleanableOffset: number;
  /** The dirty part of the bytes that the pass would look at. */
  readonly dirtyRatio: number;
}

export class LogCompaction {
  readonly #options: CompactionOptions;
  #isRunning = false;

  constructor(options: CompactionOptions) {
    this.#options = options;
  }

  /** The log is compacted and has more than its active segment. */
  get isConcerned(): boolean {
    const { config, state } = this.#options;
    return state.segments.length > 1 && config()['cleanup.policy'].includes('compact');
  }

  /** The records below this offset were cleaned. */
  get cleanedEnd(): number {
    return this.#options.state.cleanedEnd;
  }

  /** null: nothing is to be cleaned now. */
  findCleanable(lastStableOffset: number, nowMillis: number): Cleanable | null {
    const { state, rules } = this.#options;
    if (!this.isConcerned || this.#isRunning) return null;
    const config = this.#options.config();
    const firstDirtyOffset = Math.max(state.cleanedEnd, state.logStartOffset);
    const inactive = state.segments.slice(0, -1);
    const dirty = inactive.filter((_, index) => state.segments[index + 1]!.baseOffset > firstDirtyOffset);
    const lagMillis = config['min.compaction.lag.ms'];
    const young =
      lagMillis > 0 ? dirty.find((segment) => segment.largestTimestamp > nowMillis - lagMillis) : undefined;
    const bound = rules.firstUncleanableOffset({
      lastStableOffset,
      activeSegmentBaseOffset: state.active.baseOffset,
      youngSegmentBaseOffset: young?.baseOffset ?? null,
    });
    // Segments are cleaned as a whole.
    const bases = state.segments.map(({ baseOffset }) => baseOffset).filter((base) => base <= bound);
    const firstUncleanableOffset = bases[bases.length - 1] ?? 0;
    const isCleanable = (segment: LogSegment): boolean =>
      endOf(state.segments, segment) <= firstUncleanableOffset;
    const cleanBytes = sizeOf(inactive.filter((segment) => !dirty.includes(segment)));
    const cleanableBytes = sizeOf(dirty.filter(isCleanable));
    const oldest = Math.min(...dirty.map(({ firstTimestamp }) => firstTimestamp).filter((each) => each > 0));
    const isDue = rules.isCleaningDue({
      cleanBytes,
      cleanableBytes,
      minCleanableRatio: config['min.cleanable.dirty.ratio'],
      dirtyMillis: Number.isFinite(oldest) ? nowMillis - oldest : -1,
      maxCompactionLagMillis: config['max.compaction.lag.ms'],
    });
    if (!isDue) return null;
    const dirtyRatio = cleanableBytes / (cleanBytes + cleanableBytes);
    return { firstDirtyOffset, firstUncleanableOffset, dirtyRatio };
  }

  /** One pass. `done`: whether it took place. */
  clean(cleanable: Cleanable, entriesMax: number, done: (isCleaned: boolean) => void): void {
    const { env, state } = this.#options;
    this.#isRunning = true;
    const cutsAtStart = state.cuts;
    runProcedure(env.disk, this.#copy(cleanable, entriesMax), (failure, copied) => {
      if (copied === null) {
        this.#isRunning = false;
        // A source was deleted while it was read.
        if (failure !== null && state.cuts === cutsAtStart) this.#options.failed(failure.error);
        done(false);
        return;
      }
      let isCleaned = false;
      const replace = function* (this: LogCompaction): DiskProcedure<void> {
        isCleaned = yield* this.#replace(copied, cutsAtStart);
      };
      this.#options.inTurn(replace.bind(this), () => {
        this.#isRunning = false;
        done(isCleaned);
      });
    });
  }

  *#copy({ firstDirtyOffset, firstUncleanableOffset }: Cleanable, entriesMax: number): DiskProcedure<Copied> {
    const { env, rules, state } = this.#options;
    const config = this.#options.config();
    const segments = state.segments.slice(0, -1);
    const map = yield* buildOffsetMap(segments, firstDirtyOffset, firstUncleanableOffset, entriesMax);
    const endOffset = map.latestOffset + 1;
    const sources = segments.filter(({ baseOffset }) => baseOffset < endOffset);
    const pass = {
      map,
      rememberedBatches: yield* findRememberedBatches(sources, endOffset, state.producers, rules),
      rules,
      nowMillis: env.clock.wallMillis(),
      deleteRetentionMillis: config['delete.retention.ms'],
      indexIntervalBytes: config['index.interval.bytes'],
    };
    const replacements: Replacement[] = [];
    for (const group of groupSegments(sources, config['segment.bytes'], config['segment.index.bytes']))
      replacements.push({ sources: group, copy: yield* cleanSegments(state.directory, group, pass) });
    return { replacements, endOffset };
  }

  *#replace({ replacements, endOffset }: Copied, cutsAtStart: number): DiskProcedure<boolean> {
    const { env, state } = this.#options;
    const before = sizeOf(replacements.flatMap(({ sources }) => sources));
    if (cutsAtStart === state.cuts) this.#options.observer?.log?.compacted(state.partition, endOffset);
    const files = yield* state.replaceSegments(replacements, cutsAtStart);
    if (files === null) return false;
    state.cleanedEnd = Math.max(state.cleanedEnd, endOffset);
    state.tail.forgetBelow(endOffset);
    this.#options.observer?.mark('log cleaned');
    const after = sizeOf(replacements.map(({ copy }) => copy));
    if (after < before) this.#options.observer?.mark('log compacted');
    removeLater(env, files, this.#options.config()['file.delete.delay.ms'], this.#options.failed);
    return true;
  }
}

interface Copied {
  readonly replacements: readonly Replacement[];
  /** The log is clean below. */
  readonly endOffset: number;
}

function endOf(segments: readonly LogSegment[], segment: LogSegment): number {
  return segments[segments.indexOf(segment) + 1]?.baseOffset ?? Number.MAX_SAFE_INTEGER;
}
