/** A finished campaign of one scenario, as a document and as lines of text. */
import type { Verdict } from '../checkers/verdict.js';
import type { CampaignOutcome } from '../runner/campaign.js';
import { promisedAnomaly } from '../runner/campaign-tally.js';
import type { Examined } from '../runner/examine.js';
import type { Scenario } from '../runner/experiment.js';
import type { Origin } from '../runner/origin.js';
import type { CampaignDocument, FaultAccount, RunDocument } from '../runner/run-data.js';
import { summaryDocument } from '../runner/run-documents.js';
import { campaignAccountLines } from './account-lines.js';
import { campaignAvailabilityLines } from './availability-lines.js';
import { longestOf, sumDecisions, sumFaults, sumMarks, sumOperations } from './campaign-sums.js';
import { decisionLines } from './decision-lines.js';
import { plural, withCommas } from './plural.js';
import { anomalyNames, INDENT, storyLines } from './story-lines.js';

export interface FinishedCampaign {
  readonly scenario: Scenario;
  readonly outcome: CampaignOutcome;
  /** The seeds that were asked for; `count` null: as many as fitted into the time. */
  readonly asked: { readonly firstSeed: number; readonly count: number | null };
  /** The examined run: the first failing run, minimised; null when none failed. */
  readonly examined: Examined | null;
  readonly origin: Origin;
  /** The path of the examined run's report, for messages. */
  readonly reportPath: string | null;
  /** Problems that do not affect the verdict, for example a directory that could not be written. */
  readonly problems: readonly string[];
}

export function campaignVerdict({ outcome, examined }: FinishedCampaign): Verdict {
  const verdict = outcome.tally.verdict();
  if (verdict !== 'valid') return verdict;
  const notDeterministic = examined !== null && examined.result.unknownBecause.length > 0;
  return unfinished(outcome) || notDeterministic ? 'unknown' : 'valid';
}

function campaignReasons({ outcome, examined }: FinishedCampaign): readonly string[] {
  return [
    ...outcome.tally.unknownBecause(),
    ...(unfinished(outcome) ? [`it was interrupted after ${plural(outcome.tally.runs, 'run')}`] : []),
    ...notDeterministic(outcome, examined),
  ];
}

function notDeterministic(outcome: CampaignOutcome, examined: Examined | null): readonly string[] {
  return examined === null || outcome.tally.verdicts.unknown > 0 ? [] : examined.result.unknownBecause;
}

export function campaignDocument(campaign: FinishedCampaign): CampaignDocument {
  const { scenario, outcome, asked, examined, origin } = campaign;
  const { tally } = outcome;
  return {
    scenario: scenario.name,
    promise: scenario.promise,
    verdict: campaignVerdict(campaign),
    unknownBecause: campaignReasons(campaign),
    doubts: [...tally.doubts(), ...notDeterministic(outcome, examined)],
    seeds: { first: asked.firstSeed, count: asked.count ?? tally.runs },
    runs: tally.runs,
    valid: tally.verdicts.valid,
    invalid: tally.verdicts.invalid,
    unknown: tally.verdicts.unknown,
    virtualSeconds: tally.virtualMicros / 1e6,
    wallSeconds: Math.round(outcome.wallSeconds * 1000) / 1000,
    records: tally.records,
    recordsGone: tally.recordsGone,
    availability: tally.availability,
    operations: tally.operations,
    failures: tally.failures.map((run) =>
      run.seed === examined?.document.seed ? examined.document : summaryDocument(scenario, run, origin),
    ),
    faults: tally.faults,
    faultSources: tally.sources,
    marks: tally.marks,
    ...(tally.decisions === null ? {} : { decisions: tally.decisions }),
  };
}

/** The document of several campaigns: their sums, and each campaign. */
export function campaignsDocument(
  verdict: Verdict,
  campaigns: readonly CampaignDocument[],
  wallSeconds: number,
) {
  const sum = (
    field: 'runs' | 'valid' | 'invalid' | 'unknown' | 'virtualSeconds' | 'records' | 'recordsGone',
  ) => campaigns.reduce((total, campaign) => total + campaign[field], 0);
  return {
    verdict,
    runs: sum('runs'),
    valid: sum('valid'),
    invalid: sum('invalid'),
    unknown: sum('unknown'),
    virtualSeconds: sum('virtualSeconds'),
    wallSeconds: Math.round(wallSeconds * 1000) / 1000,
    records: sum('records'),
    recordsGone: sum('recordsGone'),
    availability: longestOf(campaigns),
    operations: sumOperations(campaigns),
    failures: campaigns.flatMap((campaign): readonly RunDocument[] => campaign.failures),
    faults: sumFaults(campaigns.flatMap(({ faults }) => faults)),
    marks: sumMarks(campaigns),
    ...sumDecisions(campaigns),
    campaigns,
  };
}

/** The line of the scenario and the details below it. `isBrief`: without what became of the sends, so that many scenarios fit a screen. */
export function campaignLines(
  campaign: FinishedCampaign,
  nameWidth: number,
  isBrief = false,
): readonly string[] {
  const { scenario, outcome, examined, reportPath } = campaign;
  const { tally } = outcome;
  const name = scenario.name.padEnd(nameWidth);
  const lines: string[] = [];
  const fulfilled = tally.found !== null && tally.unexpectedFailures().length === 0;
  if (fulfilled && examined !== null) {
    const promised =
      promisedAnomaly(scenario, examined.result.anomalies)?.name ?? anomalyNames(examined.result.anomalies);
    lines.push(`${name} ${promised} after ${plural(tally.runs, 'run')}${minimisedWords(examined)}`);
  } else {
    const verdict = campaignVerdict(campaign);
    lines.push(
      `${name} ${plural(tally.runs, 'run').padStart(10)}   ${verdict.padEnd(8)} ${remarkOf(campaign)}`.trimEnd(),
    );
  }
  for (const reason of campaignReasons(campaign))
    lines.push(`${INDENT}unknown because ${reason.replaceAll('\n', `\n${INDENT}  `)}`);
  if (!isBrief) {
    lines.push(...campaignAccountLines(tally.operations, tally.records, tally.recordsGone));
    lines.push(...campaignAvailabilityLines(tally.availability));
  }
  if (examined !== null) lines.push(...storyLines(withoutReasons(examined), reportPath));
  const others = otherSeeds(campaign);
  if (others !== null) lines.push(`${INDENT}also     ${others}`);
  if (tally.decisions !== null) lines.push(...decisionLines(tally.decisions));
  return lines;
}

function remarkOf({ outcome, examined }: FinishedCampaign): string {
  const { tally } = outcome;
  if (tally.verdicts.invalid > 0 && examined !== null) {
    const first = `${anomalyNames(examined.result.anomalies)} at seed ${examined.document.seed}`;
    return `${tally.verdicts.invalid} invalid; ${first}${minimisedWords(examined)}`;
  }
  const allowed = tally.allowedAnomalies.map(({ name, count }) => `${name} ${withCommas(count)}`);
  return shorten(allowed.length > 0 ? `allowed: ${allowed.join(', ')}` : faultWords(tally.faults));
}

function faultWords(faults: readonly FaultAccount[]): string {
  return faults
    .map(
      ({ kind, fired, mattered }) => `${kind} ${withCommas(fired)} fired, ${withCommas(mattered)} mattered`,
    )
    .join('; ');
}

const REMARK_LENGTH_MAX = 96;

/** Shortens a text to one line. The campaign document has the full text. */
function shorten(words: string): string {
  if (words.length <= REMARK_LENGTH_MAX) return words;
  const end = words.lastIndexOf(words.includes(';') ? ';' : ',', REMARK_LENGTH_MAX);
  return `${words.slice(0, end < 0 ? REMARK_LENGTH_MAX : end)} …`;
}

function minimisedWords({ results }: Examined): string {
  const { minimisation } = results;
  if (minimisation === undefined) return '';
  if (minimisation.faultsBefore === minimisation.faultsAfter)
    return `; ${plural(minimisation.faultsAfter, 'fault')} in the plan`;
  return `; plan minimised from ${plural(minimisation.faultsBefore, 'fault')} to ${minimisation.faultsAfter}`;
}

/** The examined run without its reasons for `unknown`, which the campaign prints once. */
function withoutReasons(examined: Examined): Examined {
  return { ...examined, results: { ...examined.results, unknownBecause: [] } };
}

const SEEDS_SHOWN = 8;

function otherSeeds({ outcome, examined }: FinishedCampaign): string | null {
  const others = outcome.tally.failures.filter((run) => run.seed !== examined?.document.seed);
  if (others.length === 0) return null;
  const shown = others
    .slice(0, SEEDS_SHOWN)
    .map((run) => `${run.seed} (${anomalyNames(run.anomalies) || run.verdict})`);
  return `seed ${shown.join(', ')}${others.length > SEEDS_SHOWN ? ' …' : ''}`;
}

function unfinished(outcome: CampaignOutcome): boolean {
  return outcome.interrupted && outcome.tally.found === null;
}
