/**
 * JUnit XML for CI servers: one test suite with one test case per scenario. `invalid` is a failure, `unknown` is an error.
 */
import { anomalyNames } from '../api/story-lines.js';
import { reasonOf, replaceFile } from '../runner/replace-file.js';
import type { CampaignDocument } from '../runner/run-data.js';

/** The path of the JUnit file and the name of the suite. The shards of one pipeline need different names. */
export interface JUnitFile {
  readonly path: string;
  readonly suite: string;
}

function toJUnit(suite: string, campaigns: readonly CampaignDocument[], wallSeconds: number): string {
  const count = (verdict: string) => campaigns.filter((campaign) => campaign.verdict === verdict).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(suite)}" tests="${campaigns.length}" failures="${count('invalid')}" errors="${count('unknown')}" time="${wallSeconds.toFixed(3)}">`,
    `  <testsuite name="${escapeXml(suite)}" tests="${campaigns.length}" failures="${count('invalid')}" errors="${count('unknown')}" time="${wallSeconds.toFixed(3)}">`,
    ...campaigns.flatMap((campaign) => testCase(suite, campaign)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/**
 * Writes the file atomically, because a CI server may read it at any time. Returns an error message or null; the verdict is
 * printed in both cases.
 */
export function writeJUnit(
  { path, suite }: JUnitFile,
  campaigns: readonly CampaignDocument[],
  wallSeconds: number,
): string | null {
  try {
    replaceFile(path, toJUnit(suite, campaigns, wallSeconds));
    return null;
  } catch (error) {
    return `cannot write ${path}: ${reasonOf(error)}`;
  }
}

function testCase(suite: string, campaign: CampaignDocument): readonly string[] {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(campaign.scenario)}" time="${campaign.wallSeconds.toFixed(3)}"`;
  const body = outcome(campaign);
  return body === null ? [`${open}/>`] : [`${open}>`, body, '    </testcase>'];
}

function outcome(campaign: CampaignDocument): string | null {
  if (campaign.verdict === 'valid') return null;
  const failures = campaign.failures.map(
    (run) => `seed ${run.seed}: ${anomalyNames(run.anomalies) || run.verdict}\n  ${run.replayLine}`,
  );
  const detail = escapeXml([campaign.promise, ...campaign.unknownBecause, ...failures].join('\n'));
  return campaign.verdict === 'invalid'
    ? `      <failure type="invalid" message="${escapeXml(`${campaign.invalid} of ${campaign.runs} runs broke the promise`)}">${detail}</failure>`
    : `      <error type="unknown" message="${escapeXml(campaign.unknownBecause[0] ?? 'unknown')}">${detail}</error>`;
}

/** Escapes a text. XML 1.0 does not allow most control characters, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
