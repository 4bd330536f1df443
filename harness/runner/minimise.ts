/**
 * Minimises a failing run while the same anomaly stays: fewer faults, then fewer operations, fewer hosts, shorter durations,
 * rounder times and an earlier end. The plan is reduced by delta debugging (Zeller and Hildebrandt, "Simplifying and isolating
 * failure-inducing input", 2002), the rest by greedy steps.
 *
 * A run is a pure function, so each candidate is tried once. The number of runs is bounded. The result is the smallest failing
 * candidate when the bound is reached, and the log lists the reductions.
 */
import type { Fault, FaultPlan } from '../faults/fault.js';
import type { RunLimits } from './experiment.js';

export interface Candidate {
  readonly plan: FaultPlan;
  readonly limits: RunLimits;
}

export interface MinimiseOptions {
  readonly start: Candidate;
  /** Runs the candidate; true when the same anomaly appears. */
  readonly stillFails: (candidate: Candidate) => boolean | Promise<boolean>;
  readonly removableHosts: readonly string[];
  /** The number of operations that the failing run invoked. */
  readonly operationsInvoked: number;
  readonly runsMax: number;
  /** Called between runs; true ends the search with the smallest failing candidate so far. */
  readonly shouldStop?: () => boolean;
  /** Called before each run with the number of runs so far. */
  readonly onProgress?: (runs: number) => void;
}

export interface Minimised {
  readonly candidate: Candidate;
  readonly runs: number;
  /** The reductions, step by step, as text. */
  readonly log: readonly string[];
}

export async function minimise(options: MinimiseOptions): Promise<Minimised> {
  const search = new Search(options);
  await fewerFaults(search);
  await earlierEnd(search);
  await fewerOperations(search, options.operationsInvoked);
  await fewerHosts(search, options.removableHosts);
  await shorterDurations(search);
  await fewerErrors(search);
  await rounderTimes(search);
  await earlierEnd(search);
  // In a shorter and rounder run one fault may have the effect that needed two before.
  await fewerFaults(search);
  if (search.exhausted) search.note(`stopped after ${search.runs} runs`);
  return { candidate: search.best, runs: search.runs, log: search.log };
}

/** The smallest failing candidate so far, and the number of runs so far. */
class Search {
  best: Candidate;
  runs = 0;
  readonly log: string[] = [];
  readonly #options: MinimiseOptions;
  readonly #tried = new Set<string>();

  constructor(options: MinimiseOptions) {
    this.#options = options;
    this.best = options.start;
    this.#tried.add(JSON.stringify(options.start));
  }

  get exhausted(): boolean {
    return this.runs >= this.#options.runsMax || (this.#options.shouldStop?.() ?? false);
  }

  note(words: string): void {
    this.log.push(words);
  }

  /** Tries a candidate. True when it fails too; it is then the best one. */
  async accept(candidate: Candidate): Promise<boolean> {
    const key = JSON.stringify(candidate);
    if (this.exhausted || this.#tried.has(key)) return false;
    this.#tried.add(key);
    this.#options.onProgress?.(this.runs);
    this.runs++;
    // A search takes seconds: the caller needs turns of the event loop to draw progress and to handle Ctrl-C.
    await new Promise((resolve) => setImmediate(resolve));
    if (!(await this.#options.stillFails(candidate))) return false;
    this.best = candidate;
    return true;
  }

  acceptFaults(faults: readonly Fault[]): Promise<boolean> {
    return this.accept({ plan: { version: 1, faults }, limits: this.best.limits });
  }

  acceptLimits(change: Partial<RunLimits>): Promise<boolean> {
    return this.accept({ plan: this.best.plan, limits: { ...this.best.limits, ...change } });
  }
}

/** Tries the plan without faults, then each fault alone, then subsets and complements of growing granularity. */
async function fewerFaults(search: Search): Promise<void> {
  const before = search.best.plan.faults.length;
  if (before > 0 && !(await search.acceptFaults([])) && before > 1) {
    if (!(await oneAlone(search))) await deltaDebug(search);
  }
  const after = search.best.plan.faults.length;
  if (after < before) search.note(`faults: ${before} → ${after} (${search.runs} runs)`);
}

async function oneAlone(search: Search): Promise<boolean> {
  for (const fault of search.best.plan.faults) {
    if (await search.acceptFaults([fault])) return true;
  }
  return false;
}

async function deltaDebug(search: Search): Promise<void> {
  let pieces = 2;
  while (search.best.plan.faults.length >= 2 && !search.exhausted) {
    const faults = search.best.plan.faults;
    const reduced = await reduceOnce(search, faults, pieces);
    if (reduced === 'subset') pieces = 2;
    else if (reduced === 'complement') pieces = Math.max(pieces - 1, 2);
    else if (pieces >= faults.length) return;
    else pieces = Math.min(faults.length, pieces * 2);
  }
}

async function reduceOnce(
  search: Search,
  faults: readonly Fault[],
  pieces: number,
): Promise<'subset' | 'complement' | null> {
  const chunks = Array.from({ length: pieces }, (_, index) =>
    faults.slice(
      Math.floor((index * faults.length) / pieces),
      Math.floor(((index + 1) * faults.length) / pieces),
    ),
  );
  for (const chunk of chunks) {
    if (await search.acceptFaults(chunk)) return 'subset';
  }
  for (const chunk of chunks) {
    if (await search.acceptFaults(faults.filter((fault) => !chunk.includes(fault)))) return 'complement';
  }
  return null;
}

/** Shortens the safety phase, in tenths of a second. This also makes every later run cheaper. */
async function earlierEnd(search: Search): Promise<void> {
  const before = search.best.limits.durationMicros;
  await smallest(search, 100_000, before, 100_000, (durationMicros) =>
    search.acceptLimits({ durationMicros }),
  );
  const after = search.best.limits.durationMicros;
  noteChange(search, 'end:', before, after);
}

async function fewerOperations(search: Search, invoked: number): Promise<void> {
  const before = search.best.limits.operationsMax ?? invoked;
  await smallest(search, 1, before, 1, (operationsMax) => search.acceptLimits({ operationsMax }));
  const after = search.best.limits.operationsMax;
  if (after !== null && after < before) search.note(`operations: ${before} → ${after}`);
}

async function fewerHosts(search: Search, removable: readonly string[]): Promise<void> {
  for (const host of removable) {
    const { without } = search.best.limits;
    if (without.includes(host)) continue;
    if (await search.acceptLimits({ without: [...without, host] })) search.note(`without ${host}`);
  }
}

async function shorterDurations(search: Search): Promise<void> {
  for (let index = 0; index < search.best.plan.faults.length; index++) {
    const fault = search.best.plan.faults[index]!;
    if (!('durationMicros' in fault)) continue;
    const before = fault.durationMicros;
    await smallest(search, 10_000, before, 10_000, (durationMicros) =>
      search.acceptFaults(replaceFault(search.best.plan, index, { ...fault, durationMicros })),
    );
    const now = search.best.plan.faults[index]!;
    const after = 'durationMicros' in now ? now.durationMicros : 0;
    noteChange(search, `${fault.kind} lasts`, before, after);
  }
}

/** Lowers the number of requests that a server answers with an error. */
async function fewerErrors(search: Search): Promise<void> {
  for (let index = 0; index < search.best.plan.faults.length; index++) {
    const fault = search.best.plan.faults[index]!;
    if (fault.kind !== 'answer-error') continue;
    const before = fault.count;
    await smallest(search, 1, before, 1, (count) =>
      search.acceptFaults(replaceFault(search.best.plan, index, { ...fault, count })),
    );
    const now = search.best.plan.faults[index]!;
    const after = now.kind === 'answer-error' ? now.count : before;
    if (after < before) search.note(`${fault.kind} ${fault.api}: count ${before} → ${after}`);
  }
}

/** Rounds each instant as far as the run still fails: to seconds, tenths, hundredths or milliseconds. */
async function rounderTimes(search: Search): Promise<void> {
  for (let index = 0; index < search.best.plan.faults.length; index++) {
    const fault = search.best.plan.faults[index]!;
    for (const unit of [1_000_000, 100_000, 10_000, 1_000]) {
      const atMicros = Math.floor(fault.atMicros / unit) * unit;
      if (atMicros === fault.atMicros) break;
      if (await search.acceptFaults(replaceFault(search.best.plan, index, { ...fault, atMicros }))) {
        noteChange(search, `${fault.kind} at`, fault.atMicros, atMicros);
        break;
      }
    }
  }
}

/**
 * Bisects for the smallest multiple of `step` that is accepted. Failures need not be monotonic in the number, so the result
 * fails and is small, but is not always the smallest.
 */
async function smallest(
  search: Search,
  low: number,
  high: number,
  step: number,
  accept: (value: number) => Promise<boolean>,
): Promise<void> {
  let rejected = Math.floor(low / step) - 1;
  let accepted = Math.ceil(high / step);
  while (accepted - rejected > 1 && !search.exhausted) {
    const middle = Math.floor((rejected + accepted) / 2);
    const value = middle * step;
    if (value < low) rejected = middle;
    else if (await accept(value)) accepted = middle;
    else rejected = middle;
  }
}

function replaceFault(plan: FaultPlan, index: number, fault: Fault): readonly Fault[] {
  return plan.faults.map((existing, position) => (position === index ? fault : existing));
}

/** Logs a reduction, unless it is too small to show. */
function noteChange(search: Search, what: string, before: number, after: number): void {
  if (seconds(before) !== seconds(after)) search.note(`${what} ${seconds(before)} → ${seconds(after)}`);
}

function seconds(micros: number): string {
  return `${Math.round(micros / 1000) / 1000} s`;
}
