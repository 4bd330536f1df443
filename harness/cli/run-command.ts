/**
 * `seismolog run`: campaigns over seeds, one scenario after another; or, with `--seed` alone, one run. For a failing scenario
 * the first failing seed is minimised and its report is written.
 */
import { dirname } from 'node:path';
import { campaignPage } from '../api/campaign-page.js';
import {
  campaignDocument,
  campaignLines,
  campaignsDocument,
  campaignVerdict,
  type FinishedCampaign,
} from '../api/campaign-report.js';
import { chooseExecutor } from '../api/choose-executor.js';
import { decisionLines } from '../api/decision-lines.js';
import { findScenario } from '../api/find-by-name.js';
import { plural, withCommas } from '../api/plural.js';
import { FIRST_SEED_MAX, runScenario, SEEDS_BY_DEFAULT, seedsFor } from '../api/run-scenario.js';
import { type Shard, seedsOfShard } from '../api/shard.js';
import { UsageError } from '../api/usage-error.js';
import { mergeVerdicts, type Verdict } from '../checkers/verdict.js';
import { fullLimits } from '../runner/execute-run.js';
import type { Scenario, Wire } from '../runner/experiment.js';
import type { CampaignDocument } from '../runner/run-data.js';
import type { SeedExecutor } from '../runner/seed-executor.js';
import { shellQuoted } from '../runner/shell-quoted.js';
import { annotations } from './annotations.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import { writeHtml } from './html-file.js';
import { type JUnitFile, writeJUnit } from './junit.js';
import { DEFAULT_RUNS_DIRECTORY, type Session } from './session.js';
import { runOnce } from './single-run.js';

export interface RunCommandOptions {
  readonly seeds?: number;
  readonly seed?: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly workers?: number;
  readonly bail?: boolean;
  readonly minimise: boolean;
  readonly json?: boolean;
  readonly junit?: string;
  readonly junitSuite?: string;
  readonly html?: string;
  readonly decisions?: boolean;
  readonly wire?: Wire;
  /** The default command: one line per scenario that holds. */
  readonly isStory?: boolean;
  /** The part of the seeds that this machine runs. */
  readonly shard?: Shard;
  readonly annotate?: 'github';
}

/** The virtual time per scenario in the default story, which then takes half a minute on two processors. */
const STORY_VIRTUAL_SECONDS = 160;
const STORY_SEEDS_LEAST = 7;

/**
 * The default story, for a call without arguments: scenarios that must hold, on a few seeds each, and the first scenario
 * that is expected to break.
 */
export async function tellStory(session: Session): Promise<number> {
  const scenarios = session.house.story ?? session.catalogue.chosen;
  const chosen = [
    ...scenarios.filter((scenario) => scenario.expect === 'valid'),
    ...scenarios.filter((scenario) => scenario.expect === 'invalid').slice(0, 1),
  ];
  return new RunCommand(session, chosen, { minimise: true, isStory: true }, seedsInStory).execute();
}

/** Long scenarios get fewer seeds. */
function seedsInStory({ durationMicros }: Scenario): number {
  return Math.max(STORY_SEEDS_LEAST, Math.round((STORY_VIRTUAL_SECONDS * 1_000_000) / durationMicros));
}

export async function runCommand(
  session: Session,
  names: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  if (options.shard !== undefined && options.for !== undefined && options.seeds === undefined)
    throw new UsageError(
      '--shard divides a number of seeds: it goes with --seeds, and --for is its time limit',
    );
  const scenarios = chooseScenarios(session, names);
  if (options.seed !== undefined && options.seeds === undefined && options.for === undefined) {
    if (scenarios.length === 1) {
      return runOnce(session, {
        scenario: scenarios[0]!,
        seed: options.seed,
        ...(options.wire === undefined ? {} : { limits: fullLimits(scenarios[0]!, options.wire) }),
        minimise: false,
        json: options.json ?? false,
        ...junitOption(options),
      });
    }
    return new RunCommand(session, scenarios, { ...options, seeds: 1 }).execute();
  }
  return new RunCommand(session, scenarios, options).execute();
}

/**
 * The named scenarios. Without names: all scenarios (of the module, if one is given), those that are expected to break last, so
 * that `runs/latest` is the promised failure.
 */
function chooseScenarios(session: Session, names: readonly string[]): readonly Scenario[] {
  const { catalogue } = session;
  if (names.length > 0) return [...new Set(names)].map((name) => findScenario(catalogue, name));
  const { chosen: scenarios } = catalogue;
  return [
    ...scenarios.filter((scenario) => scenario.expect === 'valid'),
    ...scenarios.filter((scenario) => scenario.expect === 'invalid'),
  ];
}

class RunCommand {
  readonly #session: Session;
  readonly #scenarios: readonly Scenario[];
  readonly #options: RunCommandOptions;
  readonly #seedsByDefault: (scenario: Scenario) => number;
  readonly #firstSeed: number;
  readonly #problems: string[] = [];
  readonly #finished: FinishedCampaign[] = [];
  #withoutSeeds = 0;

  constructor(
    session: Session,
    scenarios: readonly Scenario[],
    options: RunCommandOptions,
    seedsByDefault: (scenario: Scenario) => number = () => SEEDS_BY_DEFAULT,
  ) {
    this.#session = session;
    this.#scenarios = scenarios;
    this.#options = options;
    this.#seedsByDefault = seedsByDefault;
    this.#firstSeed = firstSeedOf(options.seed);
  }

  async execute(): Promise<number> {
    const begun = performance.now();
    const executor = chooseExecutor(this.#session, this.#options.workers, {
      countsDecisions: this.#options.decisions ?? false,
      wire: this.#options.wire ?? 'typed',
    });
    try {
      await this.#session.interruptible(async () => {
        for (const scenario of this.#scenarios) {
          if (this.#session.signal.aborted) break;
          await this.#campaign(scenario, executor);
        }
      });
    } finally {
      await executor.close();
    }
    const wallSeconds = (performance.now() - begun) / 1000;
    const exitCode = this.#report(wallSeconds);
    this.#sayHowToGoOn();
    return exitCode;
  }

  async #campaign(scenario: Scenario, executor: SeedExecutor): Promise<void> {
    const { firstSeed, seeds } = this.#partOf(scenario);
    // More shards than seeds: another shard has the seeds of this scenario.
    if (seeds === 0) {
      this.#withoutSeeds++;
      return;
    }
    const finished = await runScenario(this.#session, {
      scenario,
      firstSeed,
      seeds,
      wallMillis: this.#wallMillisEach(),
      stopAtFailure: this.#options.bail ?? false,
      minimise: this.#options.minimise,
      ...(this.#options.wire === undefined ? {} : { wire: this.#options.wire }),
      executor,
    });
    this.#finished.push(finished);
    this.#problems.push(...finished.problems);
    if (this.#options.json !== true) {
      const width = Math.max(...this.#scenarios.map(({ name }) => name.length)) + 1;
      this.#session.print(campaignLines(finished, width, this.#options.isStory === true));
    }
  }

  /** The seeds that are run here: all of them, or those of the shard. */
  #partOf(scenario: Scenario): { readonly firstSeed: number; readonly seeds: number | null } {
    const { shard } = this.#options;
    const seeds = this.#seedsOf(scenario);
    return shard === undefined || seeds === null
      ? { firstSeed: this.#firstSeed, seeds }
      : seedsOfShard(shard, this.#firstSeed, seeds);
  }

  #seedsOf(scenario: Scenario): number | null {
    const { seeds, for: wallMillis } = this.#options;
    if (seeds === undefined && wallMillis !== undefined) return null;
    return seedsFor(scenario, seeds ?? this.#seedsByDefault(scenario));
  }

  #report(wallSeconds: number): number {
    const documents = this.#finished.map(campaignDocument);
    const verdict = mergeVerdicts([
      ...this.#finished.map(campaignVerdict),
      ...(this.#finished.length + this.#withoutSeeds < this.#scenarios.length ? (['unknown'] as const) : []),
    ]);
    const { junit } = junitOption(this.#options);
    if (junit !== undefined) {
      const problem = writeJUnit(junit, documents, wallSeconds);
      if (problem !== null) this.#problems.push(problem);
    }
    this.#writePage(verdict, documents, wallSeconds);
    if (this.#options.annotate !== undefined) this.#session.terminal.err(annotations(documents));
    if (this.#options.json === true) {
      const single = this.#scenarios.length === 1 ? documents[0] : undefined;
      this.#session.printJson(single ?? campaignsDocument(verdict, documents, wallSeconds));
    } else {
      const runs = documents.reduce((sum, document) => sum + document.runs, 0);
      const virtual = documents.reduce((sum, document) => sum + document.virtualSeconds, 0);
      if (this.#options.decisions === true && documents.length > 1) {
        const { decisions } = campaignsDocument(verdict, documents, wallSeconds);
        if (decisions !== undefined)
          this.#session.print(['all of them together', ...decisionLines(decisions)]);
      }
      this.#session.print([
        `${verdict} · ${plural(documents.length, 'scenario')} · ${plural(runs, 'run')} · ${withCommas(Math.round(virtual))} virtual s in ${wallSeconds.toFixed(1)} s`,
      ]);
    }
    for (const problem of new Set(this.#problems)) this.#session.terminal.err(`${problem}\n`);
    return this.#exitCode(verdict);
  }

  #writePage(verdict: Verdict, campaigns: readonly CampaignDocument[], wallSeconds: number): void {
    const { html } = this.#options;
    if (html === undefined) return;
    const page = campaignPage({ verdict, campaigns, wallSeconds, directory: dirname(html) });
    const problem = writeHtml(html, page, this.#session.house.renderSummary);
    if (problem !== null) this.#problems.push(problem);
  }

  #exitCode(verdict: ReturnType<typeof mergeVerdicts>): number {
    if (verdict === 'invalid') return EXIT.invalid;
    const incidents = this.#finished.some(({ outcome }) => outcome.tally.incidents.length > 0);
    return incidents || (verdict === 'valid' && this.#problems.length > 0)
      ? EXIT.harnessFailed
      : exitCodeOf(verdict);
  }

  #sayHowToGoOn(): void {
    if (!this.#session.signal.aborted) return;
    const last = this.#finished.at(-1);
    const lines: string[] = [];
    if (last?.outcome.interrupted && last.outcome.tally.found === null) {
      const { scenario, outcome } = last;
      const seeds = this.#seedsOf(scenario);
      const rest = seeds === null ? '' : ` --seeds ${this.#firstSeed + seeds - outcome.nextSeed}`;
      const time = this.#wallMillisEach();
      const left = time === null ? null : Math.max(1000, time - outcome.wallSeconds * 1000);
      lines.push(
        `run ${scenario.name} --seed ${outcome.nextSeed}${rest}${optionWords(this.#session, this.#options, left)}`,
      );
    }
    const open = this.#scenarios.slice(this.#finished.length + this.#withoutSeeds).map(({ name }) => name);
    if (open.length > 0) {
      const seeds = this.#options.seeds === undefined ? '' : ` --seeds ${this.#options.seeds}`;
      const seed =
        this.#options.seeds === undefined && this.#options.for === undefined
          ? ''
          : ` --seed ${this.#firstSeed}`;
      const time = this.#wallMillisEach();
      const left = time === null ? null : time * open.length;
      lines.push(`run ${open.join(' ')}${seed}${seeds}${optionWords(this.#session, this.#options, left)}`);
    }
    if (lines.length === 0) return;
    const commands = lines.map((line) => `  npx seismolog ${line}\n`).join('');
    this.#session.terminal.err(`interrupted; go on with\n${commands}`);
  }

  /** The wall time of each scenario; null without a limit. */
  #wallMillisEach(): number | null {
    const { for: wallMillis } = this.#options;
    return wallMillis === undefined ? null : wallMillis / this.#scenarios.length;
  }
}

/** The options of a campaign other than its seeds, as text for a command line. */
function optionWords(session: Session, options: RunCommandOptions, wallMillis: number | null): string {
  const { workers, bail, minimise, json, html, junit, junitSuite, decisions, wire } = options;
  const { module } = session.catalogue;
  const words = [
    module === null ? '' : `--scenarios ${shellQuoted(module.shownPath)}`,
    wallMillis === null ? '' : `--for ${Math.ceil(wallMillis / 1000)}s`,
    workers === undefined ? '' : `--workers ${workers}`,
    bail === true ? '--bail' : '',
    minimise ? '' : '--no-minimise',
    json === true ? '--json' : '',
    decisions === true ? '--decisions' : '',
    wire === 'bytes' ? '--wire bytes' : '',
    html === undefined ? '' : `--html ${shellQuoted(html)}`,
    junit === undefined ? '' : `--junit ${shellQuoted(junit)}`,
    junitSuite === undefined ? '' : `--junit-suite ${shellQuoted(junitSuite)}`,
    session.runsDirectory === DEFAULT_RUNS_DIRECTORY
      ? ''
      : `--runs-dir ${shellQuoted(session.runsDirectory)}`,
  ];
  return words
    .filter((word) => word !== '')
    .map((word) => ` ${word}`)
    .join('');
}

const JUNIT_SUITE = 'seismolog';

function junitOption({ junit, junitSuite }: RunCommandOptions): { readonly junit?: JUnitFile } {
  if (junit === undefined) {
    if (junitSuite !== undefined) throw new UsageError('--junit-suite goes with --junit <file>');
    return {};
  }
  return { junit: { path: junit, suite: junitSuite ?? JUNIT_SUITE } };
}

function firstSeedOf(seed: string | undefined): number {
  if (seed === undefined) return 1;
  const first = Number(seed);
  if (!/^\d+$/.test(seed) || first > FIRST_SEED_MAX) {
    throw new UsageError(
      `--seed ${seed}: a campaign counts up from a whole number, 2^52 at most; only a single run takes any text`,
    );
  }
  return first;
}
