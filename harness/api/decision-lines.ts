/** The decisions that a campaign did not test, as lines of text. */
import { decisionGaps } from '../runner/decision-tally.js';
import type { DecisionCounts } from '../runner/run-data.js';
import { withCommas } from './plural.js';
import { INDENT } from './story-lines.js';

export function decisionLines(decisions: DecisionCounts): readonly string[] {
  const { neverAsked, alwaysAlike } = decisionGaps(decisions);
  const lines: string[] = [];
  if (neverAsked.length > 0) lines.push(`${INDENT}never asked: ${neverAsked.join(', ')}`);
  if (alwaysAlike.length > 0) {
    const words = alwaysAlike.map(
      ({ decision, answer, asked }) => `${decision} (${withCommas(asked)} × ${answer})`,
    );
    lines.push(`${INDENT}always answered alike: ${words.join(', ')}`);
  }
  return lines;
}
