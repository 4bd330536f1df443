/** The table of an audit: one row for each class of failure, one cell for each thing that may happen. Plain data. */
import type { RecordOutcome } from '../../harness/runner/run-data.js';
import type { RunSummary } from '../../harness/runner/run-summary.js';
import type { FailureClass } from './failure-classes.js';
import type { RowOutcome } from './grid.js';

export const HARMS = [
  'lost',
  'repeated',
  'reordered',
  'processedLost',
  'processedRepeated',
  'readUnsafe',
] as const;
export type Harm = (typeof HARMS)[number];

export const HARM_TITLES: Readonly<Record<Harm, string>> = {
  lost: 'acknowledged records lost',
  repeated: 'repeated',
  reordered: 'out of order',
  processedLost: 'processed: lost',
  processedRepeated: 'processed: repeated',
  readUnsafe: 'read before it was safe',
};

const COUNTS: Readonly<Record<Harm, (outcome: RecordOutcome) => number>> = {
  lost: ({ lost }) => lost,
  repeated: ({ repeated }) => repeated,
  reordered: ({ reordered }) => reordered,
  processedLost: ({ processing }) => processing?.unprocessed ?? 0,
  processedRepeated: ({ processing }) => processing?.repeated ?? 0,
  readUnsafe: ({ readAndGone }) => readAndGone,
};
const OF_GROUPS: ReadonlySet<Harm> = new Set(['processedLost', 'processedRepeated']);

/** How often the harm happened in a run; null: that is not known. */
function countOfHarm(harm: Harm, outcome: RecordOutcome | null): number | null {
  return outcome === null ? null : COUNTS[harm](outcome);
}

export type Cell =
  | { readonly verdict: 'kept'; readonly runs: number }
  | {
      readonly verdict: 'broken';
      readonly runs: number;
      readonly brokenRuns: number;
      /** The run in which the fewest events broke it. */
      readonly seed: string;
      readonly digest: string;
      /** Added when the replay line is known. */
      readonly replay?: string;
    }
  | { readonly verdict: 'unknown'; readonly runs: number; readonly because: string }
  | { readonly verdict: 'not measured'; readonly because: string };

/** The longest standstill of each run: the worst and the median of all runs, in virtual time. */
export type StandstillCell =
  | {
      readonly verdict: 'measured';
      readonly worstMicros: number;
      readonly medianMicros: number;
      readonly endedBy: string | null;
      readonly seed: string;
    }
  | { readonly verdict: 'not measured'; readonly because: string };

export interface AuditRow {
  readonly name: string;
  readonly title: string;
  readonly isSingle: boolean;
  readonly runs: number;
  readonly cells: Readonly<Record<Harm, Cell>>;
  readonly writes: StandstillCell;
  readonly reads: StandstillCell;
  readonly processing: StandstillCell;
  /** Anomalies that Kafka's rules do not permit: a mistake of broker, client or harness, not of the configuration. */
  readonly unexplained: readonly string[];
  readonly acknowledgedAfterMicros: number | null;
}

const NEEDS_GROUP = 'needs a consumer group';

/** @param hasGroup the runs have a consumer group. */
export function auditRow(
  failure: FailureClass,
  { runs, incidents }: RowOutcome,
  hasGroup: boolean,
): AuditRow {
  const { name, title, isSingle, needsGroup } = failure;
  const unmeasured = needsGroup && !hasGroup ? NEEDS_GROUP : null;
  const ofGroup = hasGroup ? null : NEEDS_GROUP;
  const cells = Object.fromEntries(
    HARMS.map((harm) => [harm, cellOf(harm, OF_GROUPS.has(harm) ? ofGroup : unmeasured, runs, incidents)]),
  ) as Record<Harm, Cell>;
  const delays = runs.flatMap(({ acknowledgedAfter }) =>
    acknowledgedAfter === null ? [] : [acknowledgedAfter.meanMicros],
  );
  return {
    name,
    title,
    isSingle,
    runs: runs.length,
    cells,
    writes: standstillOf('writes', unmeasured, runs),
    reads: standstillOf('reads', unmeasured, runs),
    processing: standstillOf('processing', ofGroup, runs),
    unexplained: unexplainedIn(runs),
    acknowledgedAfterMicros:
      delays.length === 0 ? null : Math.round(delays.reduce((sum, each) => sum + each, 0) / delays.length),
  };
}

function cellOf(
  harm: Harm,
  unmeasured: string | null,
  runs: readonly RunSummary[],
  incidents: readonly string[],
): Cell {
  if (unmeasured !== null) return { verdict: 'not measured', because: unmeasured };
  const broken = runs.filter(({ outcome }) => (countOfHarm(harm, outcome) ?? 0) > 0);
  if (broken.length > 0) {
    const smallest = broken.reduce((least, run) => (run.events < least.events ? run : least));
    return {
      verdict: 'broken',
      runs: runs.length,
      brokenRuns: broken.length,
      seed: smallest.seed,
      digest: smallest.digest,
    };
  }
  const open = runs.find(({ outcome }) => outcome === null);
  if (open !== undefined)
    return { verdict: 'unknown', runs: runs.length, because: `seed ${open.seed}: ${reasonOf(open)}` };
  if (incidents[0] !== undefined) return { verdict: 'unknown', runs: runs.length, because: incidents[0] };
  if (runs.length === 0) return { verdict: 'unknown', runs: 0, because: 'there was no time for a run' };
  return { verdict: 'kept', runs: runs.length };
}

function reasonOf({ unknownBecause, anomalies }: RunSummary): string {
  return unknownBecause[0] ?? anomalies.find(({ allowed }) => !allowed)?.name ?? 'not everything was read';
}

function standstillOf(
  what: 'writes' | 'reads' | 'processing',
  unmeasured: string | null,
  runs: readonly RunSummary[],
): StandstillCell {
  if (unmeasured !== null) return { verdict: 'not measured', because: unmeasured };
  const longest = runs.flatMap(({ seed, availability }) => {
    const waits = availability.flatMap(({ [what]: standstill }) => (standstill === null ? [] : [standstill]));
    const [first] = waits;
    if (first === undefined) return [];
    const most = waits.reduce((max, each) => (each.longestMicros > max.longestMicros ? each : max), first);
    return [{ seed, micros: most.longestMicros, endedBy: most.endedBy }];
  });
  if (longest.length === 0) return { verdict: 'not measured', because: 'nobody waited' };
  longest.sort((a, b) => a.micros - b.micros);
  const worst = longest[longest.length - 1]!;
  return {
    verdict: 'measured',
    worstMicros: worst.micros,
    medianMicros: longest[longest.length >> 1]!.micros,
    endedBy: worst.endedBy,
    seed: worst.seed,
  };
}

/** A harm that Kafka permits has a reason, and so has an anomaly that follows from it. */
function unexplainedIn(runs: readonly RunSummary[]): readonly string[] {
  return runs.flatMap(({ seed, anomalies }) =>
    anomalies
      .filter(({ allowed, reason }) => !allowed && reason === undefined)
      .map(({ name, count }) => `${name} ×${count} at seed ${seed}`),
  );
}
