/** `seismolog merge`: one verdict, document and JUnit file of the shards of a campaign. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { campaignPage } from '../api/campaign-page.js';
import { campaignsDocument } from '../api/campaign-report.js';
import { findScenario } from '../api/find-by-name.js';
import { mergeCampaigns } from '../api/merge-campaigns.js';
import { plural, withCommas } from '../api/plural.js';
import { anomalyNames, INDENT } from '../api/story-lines.js';
import { UsageError } from '../api/usage-error.js';
import { mergeVerdicts } from '../checkers/verdict.js';
import type { CampaignDocument } from '../runner/run-data.js';
import { annotations } from './annotations.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import { writeHtml } from './html-file.js';
import { writeJUnit } from './junit.js';
import type { Session } from './session.js';

export interface MergeCommandOptions {
  readonly json?: boolean;
  readonly junit?: string;
  readonly html?: string;
  readonly annotate?: 'github';
}

export function mergeCommand(
  session: Session,
  paths: readonly string[],
  options: MergeCommandOptions,
): number {
  const byScenario = new Map<string, CampaignDocument[]>();
  for (const document of paths.flatMap(readDocuments)) {
    const shards = byScenario.get(document.scenario);
    if (shards === undefined) byScenario.set(document.scenario, [document]);
    else shards.push(document);
  }
  const merged = [...byScenario].map(([name, shards]) =>
    mergeCampaigns(findScenario(session.catalogue, name), shards),
  );
  const verdict = mergeVerdicts(merged.map((campaign) => campaign.verdict));
  const wallSeconds = merged.reduce((sum, campaign) => sum + campaign.wallSeconds, 0);
  const { junit, html } = options;
  const problems = [
    junit === undefined ? null : writeJUnit({ path: junit, suite: 'seismolog' }, merged, wallSeconds),
    html === undefined
      ? null
      : writeHtml(
          html,
          campaignPage({ verdict, campaigns: merged, wallSeconds, directory: dirname(html) }),
          session.house.renderSummary,
        ),
  ].filter((problem) => problem !== null);
  if (options.annotate !== undefined) session.terminal.err(annotations(merged));
  if (options.json === true)
    session.printJson(merged.length === 1 ? merged[0] : campaignsDocument(verdict, merged, wallSeconds));
  else {
    session.print([...merged.flatMap(campaignWords), lastLine(verdict, merged, paths.length)]);
  }
  if (problems.length === 0) return exitCodeOf(verdict);
  session.terminal.err(`${problems.join('\n')}\n`);
  return verdict === 'valid' ? EXIT.harnessFailed : exitCodeOf(verdict);
}

function campaignWords({
  scenario,
  runs,
  verdict,
  invalid,
  unknownBecause,
  failures,
}: CampaignDocument): string[] {
  const broken = invalid === 0 ? '' : `   ${invalid} invalid`;
  return [
    `${scenario}   ${plural(runs, 'run')}   ${verdict}${broken}`,
    ...unknownBecause.map((reason) => `${INDENT}unknown because ${reason}`),
    ...failures
      .slice(0, 3)
      .flatMap((run) => [
        `${INDENT}seed ${run.seed}: ${anomalyNames(run.anomalies) || run.verdict}`,
        `${INDENT}replay   ${run.replayLine}`,
      ]),
  ];
}

function lastLine(verdict: string, merged: readonly CampaignDocument[], files: number): string {
  const runs = merged.reduce((sum, campaign) => sum + campaign.runs, 0);
  return `${verdict} · ${plural(merged.length, 'scenario')} · ${withCommas(runs)} runs · from ${plural(files, 'document')}`;
}

/** @throws UsageError when the file is not a document that `run --json` printed. */
function readDocuments(path: string): readonly CampaignDocument[] {
  if (!existsSync(path) || statSync(path).isDirectory()) throw new UsageError(`there is no file ${path}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list =
    typeof value === 'object' && value !== null && 'campaigns' in value && Array.isArray(value.campaigns)
      ? value.campaigns
      : [value];
  return list.map((each: unknown) => {
    if (!isCampaign(each))
      throw new UsageError(`${path} is not the document of a campaign; \`seismolog run --json\` prints it`);
    return each;
  });
}

const LISTS = ['unknownBecause', 'doubts', 'failures', 'faults', 'faultSources'];
const NUMBERS = [
  'runs',
  'valid',
  'invalid',
  'unknown',
  'virtualSeconds',
  'wallSeconds',
  'records',
  'recordsGone',
];
const OBJECTS = ['seeds', 'availability', 'operations', 'marks'];

/** Checks the fields that a merge uses. */
function isCampaign(value: unknown): value is CampaignDocument {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    typeof fields.get('scenario') === 'string' &&
    LISTS.every((name) => Array.isArray(fields.get(name))) &&
    NUMBERS.every((name) => typeof fields.get(name) === 'number') &&
    OBJECTS.every((name) => typeof fields.get(name) === 'object' && fields.get(name) !== null)
  );
}
