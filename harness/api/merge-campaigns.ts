/**
 * Merges the documents of the shards of a campaign into the document that one run of all their seeds has. Nothing is taken
 * from the verdicts of the shards, because a shard may lack what another one has: a required fault, a promised failure.
 */
import { mergeVerdicts, type Verdict } from '../checkers/verdict.js';
import { FAILURES_KEPT, missingEvidence, promisedAnomaly } from '../runner/campaign-tally.js';
import type { Scenario } from '../runner/experiment.js';
import type { CampaignDocument } from '../runner/run-data.js';
import { longestOf, sumDecisions, sumFaults, sumMarks, sumOperations, sumSources } from './campaign-sums.js';
import { UsageError } from './usage-error.js';

/** @throws UsageError when two shards have a seed in common. */
export function mergeCampaigns(scenario: Scenario, shards: readonly CampaignDocument[]): CampaignDocument {
  const inOrder = [...shards].sort((left, right) => left.seeds.first - right.seeds.first);
  const gaps = gapsBetween(scenario, inOrder);
  const parts = untilFound(scenario, inOrder);
  const found = parts.some((part) => breaksAsPromised(scenario, part));
  const sum = (
    field:
      | 'runs'
      | 'valid'
      | 'invalid'
      | 'unknown'
      | 'virtualSeconds'
      | 'wallSeconds'
      | 'records'
      | 'recordsGone',
  ) => parts.reduce((total, part) => total + part[field], 0);
  const [first] = inOrder;
  const merged: CampaignDocument = {
    scenario: scenario.name,
    promise: scenario.promise,
    verdict: 'valid',
    unknownBecause: [],
    doubts: parts.flatMap(({ doubts }) => doubts),
    seeds: {
      first: first?.seeds.first ?? 1,
      count: inOrder.reduce((total, { seeds }) => total + seeds.count, 0),
    },
    runs: sum('runs'),
    valid: sum('valid'),
    invalid: sum('invalid'),
    unknown: sum('unknown'),
    virtualSeconds: roundMicros(sum('virtualSeconds')),
    wallSeconds: Math.round(sum('wallSeconds') * 1_000) / 1_000,
    records: sum('records'),
    recordsGone: sum('recordsGone'),
    availability: longestOf(parts),
    operations: sumOperations(parts),
    failures: parts.flatMap(({ failures }) => failures).slice(0, FAILURES_KEPT),
    faults: sumFaults(parts.flatMap(({ faults }) => faults)),
    faultSources: sumSources(parts.flatMap(({ faultSources }) => faultSources)),
    marks: sumMarks(parts),
    ...sumDecisions(parts),
  };
  const unknownBecause = [...merged.doubts, ...reasonsOf(scenario, merged, found), ...(found ? [] : gaps)];
  return { ...merged, unknownBecause, verdict: verdictOf(scenario, merged, unknownBecause) };
}

/** A scenario that is expected to break ends at the first run that breaks: later shards count for nothing. */
function untilFound(scenario: Scenario, inOrder: readonly CampaignDocument[]): readonly CampaignDocument[] {
  const at = inOrder.findIndex((part) => breaksAsPromised(scenario, part));
  return at < 0 ? inOrder : inOrder.slice(0, at + 1);
}

function breaksAsPromised(scenario: Scenario, { failures }: CampaignDocument): boolean {
  return failures.some(
    ({ verdict, anomalies }) => verdict === 'invalid' && promisedAnomaly(scenario, anomalies) !== null,
  );
}

function gapsBetween(scenario: Scenario, inOrder: readonly CampaignDocument[]): readonly string[] {
  const gaps: string[] = [];
  for (const [index, { seeds, runs }] of inOrder.entries()) {
    const next = inOrder[index + 1];
    const end = seeds.first + seeds.count;
    // The runs of a shard are the first of its seeds.
    if (runs < seeds.count && scenario.expect === 'valid')
      gaps.push(`of the seeds ${seeds.first} to ${end - 1} only ${runs} were run`);
    if (next === undefined) continue;
    if (next.seeds.first < end)
      throw new UsageError(`${scenario.name}: two of the documents have seed ${next.seeds.first} in common`);
    if (next.seeds.first > end) gaps.push(`no document has the seeds ${end} to ${next.seeds.first - 1}`);
  }
  return gaps;
}

function reasonsOf(scenario: Scenario, merged: CampaignDocument, found: boolean): readonly string[] {
  const { runs, unknown, failures } = merged;
  if (runs === 0) return ['no run was finished'];
  if (scenario.expect === 'invalid')
    return found ? [] : [`the promised failure was not found in ${runs} ${runs === 1 ? 'run' : 'runs'}`];
  const first = failures.find(({ verdict }) => verdict === 'unknown');
  const unjudged =
    unknown === 0
      ? []
      : [`${unknown} of ${runs} runs could not be judged; the first is seed ${first?.seed ?? '?'}`];
  return [
    ...unjudged,
    ...missingEvidence(scenario, {
      faults: merged.faults,
      sources: merged.faultSources,
      marks: merged.marks,
      operations: merged.operations,
    }),
  ];
}

function verdictOf(
  scenario: Scenario,
  { invalid, failures }: CampaignDocument,
  unknownBecause: readonly string[],
): Verdict {
  const isBroken =
    scenario.expect === 'valid'
      ? invalid > 0
      : failures.some(
          ({ verdict, anomalies }) => verdict === 'invalid' && promisedAnomaly(scenario, anomalies) === null,
        );
  return mergeVerdicts([unknownBecause.length > 0 ? 'unknown' : 'valid', isBroken ? 'invalid' : 'valid']);
}

/** Virtual time is a whole number of microseconds. */
function roundMicros(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
