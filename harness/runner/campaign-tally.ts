/**
 * The results of a campaign: run summaries are added in the order of their seeds, and give counts and the verdict. Only the
 * first failing runs are kept, so the size does not depend on the number of runs.
 *
 * A campaign is `valid` only when it tested what it must: a required fault that never fired, a required mark that was never
 * reached or a type of operation that never succeeded makes it `unknown`. A scenario that is expected to break
 * (`expect: 'invalid'`) is fulfilled by the first run that breaks as promised.
 */
import { type Anomaly, mergeVerdicts, type Verdict } from '../checkers/verdict.js';
import { AvailabilityTally } from './availability-tally.js';
import { DecisionTally } from './decision-tally.js';
import { forbiddenAnomalies, LIVELOCK } from './execute-run.js';
import type { Scenario } from './experiment.js';
import { OperationTally } from './operation-tally.js';
import type {
  CampaignAvailability,
  DecisionCounts,
  FaultAccount,
  OperationCount,
  SourceAccount,
} from './run-data.js';
import type { RunSummary } from './run-summary.js';

export const FAILURES_KEPT = 20;

/** A seed on which the harness itself failed, for example because its worker died. */
export interface HarnessIncident {
  readonly seed: string;
  readonly message: string;
}

interface FaultCounts {
  configured: number;
  fired: number;
  mattered: number;
}

/** A source that fires at least this often in a campaign and never matters makes the campaign `unknown`: it tests nothing. */
const IDLE_FIRINGS_MIN = 20;

export class CampaignTally {
  readonly #scenario: Scenario;
  readonly #verdicts = { valid: 0, invalid: 0, unknown: 0 };
  readonly #faults = new Map<string, FaultCounts>();
  readonly #sources = new Map<string, FaultCounts>();
  readonly #marks = new Map<string, number>();
  readonly #operations = new Map<string, OperationTally>();
  readonly #allowed = new Map<string, { count: number; reason: string }>();
  readonly #decisions = new DecisionTally();
  readonly #availability = new AvailabilityTally();
  readonly #failures: RunSummary[] = [];
  readonly #incidents: HarnessIncident[] = [];
  #found: RunSummary | null = null;
  #virtualMicros = 0;
  #events = 0;
  #records = 0;
  #recordsGone = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  add(run: RunSummary): void {
    this.#verdicts[run.verdict]++;
    this.#virtualMicros += run.virtualMicros;
    this.#events += run.events;
    this.#records += run.records;
    for (const { records } of run.losses) this.#recordsGone += records;
    for (const { kind, ...counts } of run.faults) addCounts(this.#faults, kind, counts);
    for (const { source, ...counts } of run.sources) addCounts(this.#sources, source, counts);
    for (const [name, count] of Object.entries(run.marks))
      this.#marks.set(name, (this.#marks.get(name) ?? 0) + count);
    for (const [f, count] of Object.entries(run.operations)) this.#addOperations(f, count);
    for (const anomaly of run.anomalies) this.#addAllowed(anomaly);
    if (run.decisions !== undefined) this.#decisions.add(run.decisions);
    this.#availability.add(run.seed, run.availability);
    if (run.verdict !== 'valid' && this.#failures.length < FAILURES_KEPT) this.#failures.push(run);
    if (this.#found === null && breaksAsPromised(this.#scenario, run)) this.#found = run;
  }

  addIncident(incident: HarnessIncident): void {
    this.#incidents.push(incident);
  }

  get runs(): number {
    return this.#verdicts.valid + this.#verdicts.invalid + this.#verdicts.unknown;
  }

  get verdicts(): Readonly<Record<Verdict, number>> {
    return this.#verdicts;
  }

  get virtualMicros(): number {
    return this.#virtualMicros;
  }

  get events(): number {
    return this.#events;
  }

  /** Acknowledged. */
  get records(): number {
    return this.#records;
  }

  /** Acknowledged, and gone at the end of their run. */
  get recordsGone(): number {
    return this.#recordsGone;
  }

  get availability(): CampaignAvailability {
    return this.#availability.result();
  }

  get operations(): Readonly<Record<string, OperationCount>> {
    return Object.fromEntries([...this.#operations].map(([f, tally]) => [f, tally.count()]));
  }

  /** The first failing runs, in the order of their seeds. */
  get failures(): readonly RunSummary[] {
    return this.#failures;
  }

  get incidents(): readonly HarnessIncident[] {
    return this.#incidents;
  }

  /** With `expect: 'invalid'`: the run that broke as promised, null before it is found. */
  get found(): RunSummary | null {
    return this.#found;
  }

  get faults(): readonly FaultAccount[] {
    return [...this.#faults].map(([kind, counts]) => ({ kind, ...counts }));
  }

  get sources(): readonly SourceAccount[] {
    return [...this.#sources].map(([source, counts]) => ({ source, ...counts }));
  }

  get marks(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#marks].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The counted answers to the system's decisions over all runs; null when they were not counted. */
  get decisions(): DecisionCounts | null {
    return this.#decisions.counts();
  }

  /** The permitted anomalies that occurred, over all runs. */
  get allowedAnomalies(): readonly {
    readonly name: string;
    readonly count: number;
    readonly reason: string;
  }[] {
    return [...this.#allowed].map(([name, { count, reason }]) => ({ name, count, reason }));
  }

  /** The seeds on which the harness failed, in words. */
  doubts(): string[] {
    return this.#incidents.map(({ seed, message }) => `the harness failed on seed ${seed}: ${message}`);
  }

  /** The reasons for `unknown`; empty when the campaign tested everything it must. */
  unknownBecause(): readonly string[] {
    const reasons = this.doubts();
    if (this.runs === 0) return [...reasons, 'no run was finished'];
    if (this.#scenario.expect === 'invalid') {
      return this.#found === null ? [...reasons, this.#notFound()] : reasons;
    }
    if (this.#verdicts.unknown > 0) {
      reasons.push(
        `${this.#verdicts.unknown} of ${this.runs} runs could not be judged: ${this.#firstUnknownReason()}`,
      );
    }
    return [...reasons, ...this.#missing()];
  }

  verdict(): Verdict {
    const { scenario, unexpected } = { scenario: this.#scenario, unexpected: this.unexpectedFailures() };
    const verdicts: Verdict[] = [this.unknownBecause().length > 0 ? 'unknown' : 'valid'];
    if (scenario.expect === 'invalid' ? unexpected.length > 0 : this.#verdicts.invalid > 0)
      verdicts.push('invalid');
    return mergeVerdicts(verdicts);
  }

  /** The invalid runs without the anomaly that the scenario promises. */
  unexpectedFailures(): readonly RunSummary[] {
    return this.#failures.filter(
      (run) => run.verdict === 'invalid' && !breaksAsPromised(this.#scenario, run),
    );
  }

  #notFound(): string {
    const { seedsToFind } = this.#scenario;
    const within = seedsToFind === undefined ? '' : `; it should be found within ${seedsToFind}`;
    return `the promised failure was not found in ${this.runs === 1 ? '1 run' : `${this.runs} runs`}${within}`;
  }

  #firstUnknownReason(): string {
    return (
      this.#failures.find((run) => run.verdict === 'unknown')?.unknownBecause[0] ?? 'see the first failures'
    );
  }

  #missing(): readonly string[] {
    const { faults, sources, marks, operations } = this;
    return missingEvidence(this.#scenario, { faults, sources, marks, operations });
  }

  #addOperations(f: string, count: OperationCount): void {
    let sum = this.#operations.get(f);
    if (sum === undefined) {
      sum = new OperationTally();
      this.#operations.set(f, sum);
    }
    sum.addCount(count);
  }

  #addAllowed(anomaly: Anomaly): void {
    if (!anomaly.allowed) return;
    const sum = this.#allowed.get(anomaly.name);
    if (sum === undefined)
      this.#allowed.set(anomaly.name, { count: anomaly.count, reason: anomaly.reason ?? '' });
    else sum.count += anomaly.count;
  }
}

/** The accounts of a campaign that show what it tested. */
export interface CampaignEvidence {
  readonly faults: readonly FaultAccount[];
  readonly sources: readonly SourceAccount[];
  readonly marks: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, OperationCount>>;
}

/** What the campaign had to test and did not, in words. */
export function missingEvidence(scenario: Scenario, evidence: CampaignEvidence): readonly string[] {
  const missing: string[] = [];
  for (const kind of scenario.requiredFaults ?? []) {
    if (!hasFired(evidence.faults, kind)) missing.push(`the promised fault ${kind} never fired`);
  }
  for (const { source, fired, mattered } of evidence.sources) {
    if (fired >= IDLE_FIRINGS_MIN && mattered === 0)
      missing.push(`the fault "${source}" fired ${fired} times and never mattered`);
  }
  for (const name of scenario.requiredMarks ?? []) {
    if (!Object.hasOwn(evidence.marks, name)) missing.push(`the mark "${name}" was never reached`);
  }
  for (const [f, { ok, fail, info }] of Object.entries(evidence.operations)) {
    if (ok === 0 && fail + info > 0) missing.push(`no ${f} ever succeeded`);
  }
  return missing;
}

/** `action` means any action; `action:preferred-election` means that action alone. */
function hasFired(faults: readonly FaultAccount[], kind: string): boolean {
  const isOfKind = (name: string): boolean =>
    name === kind || (kind === 'action' && name.startsWith('action:'));
  return faults.some(({ kind: name, fired }) => isOfKind(name) && fired > 0);
}

function addCounts(sums: Map<string, FaultCounts>, name: string, counts: FaultCounts): void {
  const sum = sums.get(name);
  if (sum === undefined) {
    sums.set(name, { ...counts });
    return;
  }
  sum.configured += counts.configured;
  sum.fired += counts.fired;
  sum.mattered += counts.mattered;
}

/** Nobody promises that his program breaks down. */
export const NEVER_PROMISED: ReadonlySet<string> = new Set(['assertion', LIVELOCK, 'not-converged']);

/** The anomaly by which a run fulfils a scenario that promises to break. */
export function promisedAnomaly(scenario: Scenario, anomalies: readonly Anomaly[]): Anomaly | null {
  if (scenario.expect !== 'invalid') return null;
  const promised = forbiddenAnomalies(anomalies).find(({ name }) =>
    scenario.expectedAnomalies === undefined
      ? !NEVER_PROMISED.has(name)
      : scenario.expectedAnomalies.includes(name),
  );
  return promised ?? null;
}

function breaksAsPromised(scenario: Scenario, run: RunSummary): boolean {
  return run.verdict === 'invalid' && promisedAnomaly(scenario, run.anomalies) !== null;
}
