/** The story of a run as text: the events with their times, the replay line and the path of the report. */
import type { Verdict } from '../checkers/verdict.js';
import type { Examined } from '../runner/examine.js';
import { forbiddenAnomalies } from '../runner/execute-run.js';
import type { RunDocument } from '../runner/run-data.js';
import { withCommas } from './plural.js';

export const INDENT = '    ';
const STORY_LINES_MAX = 12;

export function replayWords(document: RunDocument): string {
  return `${INDENT}replay   ${document.replayLine}`;
}

export function storyLines(
  { results, document, result, problems }: Examined,
  reportPath: string | null,
): readonly string[] {
  const lines = results.story
    .slice(0, STORY_LINES_MAX)
    .map(({ timeMicros, text }) => `${INDENT}${(timeMicros / 1e6).toFixed(3)} s  ${text}`);
  if (results.story.length > STORY_LINES_MAX) {
    lines.push(`${INDENT}… and ${results.story.length - STORY_LINES_MAX} more lines in the report`);
  }
  if (lines.length === 0 && results.summary !== '') lines.push(`${INDENT}${results.summary}`);
  for (const waits of results.waitingFor) lines.push(`${INDENT}still waiting: ${waits}`);
  for (const reason of results.unknownBecause)
    lines.push(`${INDENT}${openWords(results.verdict)} ${indentMore(reason)}`);
  for (const stack of assertionStack(result.anomalies)) lines.push(`${INDENT}  ${stack}`);
  for (const remark of result.remarks) lines.push(`${INDENT}remark   ${remark}`);
  lines.push(replayWords(document));
  if (reportPath !== null) lines.push(`${INDENT}report   ${reportPath}`);
  for (const problem of problems) lines.push(`${INDENT}problem  ${problem}`);
  return lines;
}

/** The words before a reason for `unknown`. They differ when the verdict is `invalid` and not `unknown`. */
export function openWords(verdict: Verdict): string {
  return verdict === 'invalid' ? 'besides, not judged:' : 'unknown because';
}

/**
 * The forbidden anomalies with their counts: `lost-write ×2, duplicate`. Allowed anomalies are left out. Several entries of one
 * name (losses by several elections) are summed.
 */
export function anomalyNames(anomalies: RunDocument['anomalies']): string {
  const counts = new Map<string, number>();
  for (const { name, count } of forbiddenAnomalies(anomalies))
    counts.set(name, (counts.get(name) ?? 0) + count);
  return [...counts]
    .map(([name, count]) => (count === 1 ? name : `${name} ×${withCommas(count)}`))
    .join(', ');
}

function assertionStack(anomalies: RunDocument['anomalies']): readonly string[] {
  const stack = anomalies.find(({ name }) => name === 'assertion')?.witnesses[0]?.stack;
  return Array.isArray(stack) ? stack.map(String) : [];
}

function indentMore(text: string): string {
  return text.replaceAll('\n', `\n${INDENT}  `);
}
