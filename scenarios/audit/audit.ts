/**
 * The audit of a configuration: every class of failure is run over the same seeds, the worst broken cell gets its
 * shortest counterexample, and neighbouring settings are measured until some are found with which it is kept.
 */
import { examineAt } from '../../harness/api/examine-run.js';
import { reportPathOf } from '../../harness/api/report-path.js';
import type { Workplace } from '../../harness/api/workplace.js';
import { mergeVerdicts, type Verdict } from '../../harness/checkers/verdict.js';
import type { Scenario } from '../../harness/runner/experiment.js';
import { replayLine } from '../../harness/runner/replay-line.js';
import type { StoryLine } from '../../harness/runner/run-data.js';
import { replayTokenOf } from '../../harness/runner/run-documents.js';
import type { SeedExecutor } from '../../harness/runner/seed-executor.js';
import { profileName } from '../judgement/guarantee.js';
import { auditGuarantee, auditScenario } from './audit-scenario.js';
import type { AuditSettings } from './audit-settings.js';
import { type AuditRow, auditRow, type Cell, HARMS, type Harm } from './audit-table.js';
import { FAILURE_CLASSES, type FailureClass } from './failure-classes.js';
import { type RowOutcome, runGrid } from './grid.js';
import { findMendingChanges, type MendingSearch } from './mend.js';
import {
  type AuditPromise,
  type FailureChoice,
  judgedClasses,
  judgePromise,
  PROMISES,
  type PromiseResult,
} from './promises.js';

export interface AuditPlan {
  readonly settings: AuditSettings;
  /** Runs of each class of failure. */
  readonly seeds: number;
  readonly promises: readonly AuditPromise[];
  readonly failures: FailureChoice;
  /** The wall time after which no more is begun; null: no limit. */
  readonly wallMillis: number | null;
  readonly seeksChanges: boolean;
}

export interface Counterexample {
  readonly failure: string;
  readonly harm: Harm;
  readonly seed: string;
  readonly faults: number;
  readonly story: readonly StoryLine[];
  readonly replayLine: string;
  readonly report: string | null;
}

export interface AuditDocument {
  readonly verdict: Verdict;
  readonly profile: string;
  readonly settings: AuditSettings;
  readonly rows: readonly AuditRow[];
  /** The acknowledgement latency when nothing fails, in virtual time. */
  readonly acknowledgedAfterMicros: number | null;
  readonly promises: readonly PromiseResult[];
  /** Null: no cell is broken. */
  readonly counterexample: Counterexample | null;
  /** Null: no cell is broken, or no change was sought. */
  readonly changes: MendingSearch | null;
  /** What keeps the audit from being complete; empty: nothing does. */
  readonly unknownBecause: readonly string[];
  readonly problems: readonly string[];
}

export interface AuditListeners {
  /** The table after the first few runs of each class. */
  readonly onFirstTable?: (rows: readonly AuditRow[]) => void;
}

/** The first screen shows this many runs of each class. */
const FIRST_SEEDS = 1;
/** With fewer runs of each class, if so many were asked for, there is no verdict. */
const SEEDS_LEAST = 3;
const MINIMISE_RUNS_MAX = 60;

export async function runAudit(
  workplace: Workplace,
  executor: SeedExecutor,
  plan: AuditPlan,
  listeners: AuditListeners = {},
): Promise<AuditDocument> {
  const { wallMillis } = plan;
  const whole = new WallClock(wallMillis, workplace.signal);
  const measuring = new WallClock(wallMillis === null ? null : MEASURING_SHARE * wallMillis, whole.signal);
  try {
    return await new Audit(workplace, executor, plan, { whole, measuring }).run(listeners);
  } finally {
    whole.stop();
    measuring.stop();
  }
}

/** The table takes this share of the time at most. The rest is for the counterexample and for changes that mend it. */
const MEASURING_SHARE = 0.6;

interface AuditClocks {
  readonly whole: WallClock;
  readonly measuring: WallClock;
}

/** Ends the work at Ctrl-C, or when the wall time is over. */
class WallClock {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout | null;

  constructor(wallMillis: number | null, outer: AbortSignal) {
    const end = (): void => this.#abort.abort();
    this.#timer = wallMillis === null ? null : setTimeout(end, wallMillis);
    if (outer.aborted) end();
    else outer.addEventListener('abort', end, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

class Audit {
  readonly #workplace: Workplace;
  readonly #executor: SeedExecutor;
  readonly #plan: AuditPlan;
  readonly #clocks: AuditClocks;

  constructor(workplace: Workplace, executor: SeedExecutor, plan: AuditPlan, clocks: AuditClocks) {
    this.#workplace = workplace;
    this.#executor = executor;
    this.#plan = plan;
    this.#clocks = clocks;
  }

  async run({ onFirstTable }: AuditListeners): Promise<AuditDocument> {
    const { settings, seeds, promises, failures, seeksChanges } = this.#plan;
    const hasGroup = settings.processing !== null;
    const judged = judgedClasses(failures, hasGroup);
    const classes = measuredFor(failures);
    const first = Math.min(FIRST_SEEDS, seeds);
    const begun = await this.#outcomes(settings, { firstSeed: 1, seeds: first }, classes);
    if (first < seeds) onFirstTable?.(tableOf(classes, begun, hasGroup));
    const least = Math.max(first, Math.min(SEEDS_LEAST, seeds));
    const next = await this.#outcomes(settings, { firstSeed: 1 + first, seeds: least - first }, classes);
    const isCutShort = this.#clocks.whole.signal.aborted;
    const rest = await this.#outcomes(
      settings,
      { firstSeed: 1 + least, seeds: seeds - least },
      classes,
      this.#clocks.measuring.signal,
    );
    const rows = tableOf(classes, joined(joined(begun, next), rest), hasGroup);
    const worst = worstCell(
      rows,
      judged,
      new Set(promises.flatMap((name): readonly Harm[] => PROMISES[name])),
    );
    const example = worst === null ? null : await this.#counterexample(worst);
    const changes =
      worst === null || !seeksChanges
        ? null
        : await findMendingChanges({
            settings,
            rows,
            harm: worst.harm,
            judged,
            seeds,
            signal: this.#clocks.whole.signal,
            measure: (changed, count, names) => this.#table(changed, count, names),
          });
    const results = promises.map((promise) => judgePromise(promise, rows, judged));
    const unknownBecause = this.#unknownBecause(rows, isCutShort || this.#workplace.signal.aborted);
    return {
      verdict: mergeVerdicts([
        ...results.map(({ verdict }) => verdict),
        unknownBecause.length > 0 ? 'unknown' : 'valid',
      ]),
      profile: profileName(auditGuarantee(settings)),
      settings,
      rows: rows.map((row) => this.#withReplays(row)),
      acknowledgedAfterMicros:
        rows.find(({ name }) => name === 'nothing-fails')?.acknowledgedAfterMicros ?? null,
      promises: results,
      counterexample: example?.counterexample ?? null,
      changes,
      unknownBecause,
      problems: example?.problems ?? [],
    };
  }

  /** @param names the classes; absent: all. */
  async #table(
    settings: AuditSettings,
    seeds: number,
    names?: ReadonlySet<string>,
  ): Promise<readonly AuditRow[]> {
    const classes = measuredFor(this.#plan.failures).filter(({ name }) => names?.has(name) ?? true);
    return tableOf(
      classes,
      await this.#outcomes(settings, { firstSeed: 1, seeds }, classes),
      settings.processing !== null,
    );
  }

  /** The outcomes of the measured classes, by name. */
  async #outcomes(
    settings: AuditSettings,
    { firstSeed, seeds }: { readonly firstSeed: number; readonly seeds: number },
    classes: readonly FailureClass[],
    signal: AbortSignal = this.#clocks.whole.signal,
  ): Promise<Outcomes> {
    const measured = classes.filter(({ needsGroup }) => settings.processing !== null || !needsGroup);
    const progress = this.#workplace.beginProgress('audit', measured.length * seeds);
    let done = 0;
    const outcomes = await runGrid(
      measured.map((failure) => ({ scenario: auditScenario(settings, failure), firstSeed, seeds })),
      {
        executor: this.#executor,
        signal,
        onRun: () => progress.update(++done, null),
      },
    ).finally(() => progress.stop());
    return new Map(measured.map(({ name }, index) => [name, outcomes[index]!]));
  }

  async #counterexample(
    worst: WorstCell,
  ): Promise<{ counterexample: Counterexample; problems: readonly string[] }> {
    const { failure, harm, seed } = worst;
    const scenario: Scenario = {
      ...auditScenario(this.#plan.settings, failure),
      // Minimisation keeps one of these.
      expect: 'invalid',
      expectedAnomalies: ANOMALIES_OF[harm],
    };
    const minimiseRunsMax = this.#clocks.whole.signal.aborted ? null : MINIMISE_RUNS_MAX;
    const examined = await examineAt(this.#workplace, { scenario, seed, minimiseRunsMax });
    const { results, document, result, problems } = examined;
    return {
      counterexample: {
        failure: failure.title,
        harm,
        seed,
        faults: result.plan.faults.length,
        story: results.story,
        replayLine: document.replayLine,
        report: reportPathOf(examined),
      },
      problems,
    };
  }

  #withReplays(row: AuditRow): AuditRow {
    const failure = classNamed(row.name);
    const cells = Object.fromEntries(
      HARMS.map((harm): [Harm, Cell] => [harm, this.#withReplay(failure, row.cells[harm])]),
    ) as Record<Harm, Cell>;
    return { ...row, cells };
  }

  #withReplay(failure: FailureClass, cell: Cell): Cell {
    if (cell.verdict !== 'broken') return cell;
    const scenario = auditScenario(this.#plan.settings, failure);
    const origin = this.#workplace.catalogue.originOf(scenario);
    const token = replayTokenOf(scenario, { seed: cell.seed, digest: cell.digest }, origin.fingerprint);
    return { ...cell, replay: replayLine(token, origin) };
  }

  #unknownBecause(rows: readonly AuditRow[], isCutShort: boolean): readonly string[] {
    const reasons = rows.flatMap(({ title, cells, unexplained }) => [
      ...(cells.lost.verdict === 'unknown' ? [`${title}: ${cells.lost.because}`] : []),
      ...unexplained.slice(0, 2).map((words) => `${title}: ${words}, which no setting permits`),
    ]);
    return isCutShort ? [...reasons, 'the audit was ended early'] : reasons;
  }
}

/** Every class, or those that were named, and the one that shows how fast an acknowledgement is. */
function measuredFor(failures: FailureChoice): readonly FailureClass[] {
  if (failures === 'single' || failures === 'all') return FAILURE_CLASSES;
  return FAILURE_CLASSES.filter(({ name }) => name === 'nothing-fails' || failures.includes(name));
}

type Outcomes = ReadonlyMap<string, RowOutcome>;
const NO_RUNS: RowOutcome = { runs: [], incidents: [] };

function tableOf(
  classes: readonly FailureClass[],
  outcomes: Outcomes,
  hasGroup: boolean,
): readonly AuditRow[] {
  return classes.map((failure) => auditRow(failure, outcomes.get(failure.name) ?? NO_RUNS, hasGroup));
}

function joined(first: Outcomes, rest: Outcomes): Outcomes {
  return new Map(
    [...first].map(([name, { runs, incidents }]) => {
      const more = rest.get(name) ?? NO_RUNS;
      return [name, { runs: [...runs, ...more.runs], incidents: [...incidents, ...more.incidents] }];
    }),
  );
}

/** The anomalies of the checkers that show a harm. */
const ANOMALIES_OF: Readonly<Record<Harm, readonly string[]>> = {
  lost: ['lost-write', 'unseen', 'unexplained-loss', 'inconsistent-offsets'],
  repeated: ['duplicate'],
  reordered: ['reordered-send', 'nonmonotonic-send', 'int-nonmonotonic-send', 'reordered-key'],
  processedLost: ['unprocessed-record'],
  processedRepeated: ['processed-twice'],
  readUnsafe: ['lost-write', 'unseen', 'inconsistent-offsets', 'unexplained-loss'],
};

interface WorstCell {
  readonly failure: FailureClass;
  readonly harm: Harm;
  readonly seed: string;
}

/**
 * The gravest harm, of those that a promise forbids if one of them is broken, under the failures that are judged if there is
 * one there, in most of the runs. Processing that is repeated comes last: at least once is what most groups promise.
 */
function worstCell(
  rows: readonly AuditRow[],
  judged: ReadonlySet<string>,
  promised: ReadonlySet<Harm>,
): WorstCell | null {
  let worst: (WorstCell & { readonly rank: readonly number[] }) | null = null;
  for (const { name, cells, runs } of rows) {
    for (const [index, harm] of HARMS.entries()) {
      const cell = cells[harm];
      if (cell.verdict !== 'broken') continue;
      const [isPromised, isJudged] = [promised.has(harm) && judged.has(name), judged.has(name)];
      const isUsual = harm === 'processedRepeated';
      const rank = [isPromised ? 1 : 0, isUsual ? 0 : 1, isJudged ? 1 : 0, -index, cell.brokenRuns / runs];
      if (worst === null || isHigher(rank, worst.rank))
        worst = { failure: classNamed(name), harm, seed: cell.seed, rank };
    }
  }
  return worst;
}

function isHigher(left: readonly number[], right: readonly number[]): boolean {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at >= 0 && left[at]! > right[at]!;
}

function classNamed(name: string): FailureClass {
  const failure = FAILURE_CLASSES.find((each) => each.name === name);
  if (failure === undefined) throw new Error(`there is no class of failure "${name}"`);
  return failure;
}
