/**
 * What Jepsen itself answers: random histories with planted faults, each with the names and counts that kafka.clj
 * (jepsen c4c7473d, elle ccdee6fa, ww-deps on) gave for it, and its worst realtime lag.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../history/operation.js';
import { checkHistory } from './check.js';

interface Answer {
  readonly history: readonly Operation[];
  readonly errors: Readonly<Record<string, number>>;
  readonly lag: number | null;
}

const answers = readFileSync(new URL('./testing/jepsen-answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Answer => JSON.parse(line));

describe('names, counts and lag are those that Jepsen gives', () => {
  it.each(
    answers.map((answer, at) => [at, Object.keys(answer.errors).join(', ') || 'nothing', answer] as const),
  )('history %i: %s', (_, __, { history, errors, lag }) => {
    const { anomalies, worstRealtimeLag } = checkHistory(history);
    expect(Object.fromEntries(anomalies.map(({ name, count }) => [name, count]))).toEqual(errors);
    expect(worstRealtimeLag?.lag).toBe(lag);
  });

  it('for every anomaly', () => {
    const names = new Set(answers.flatMap(({ errors }) => Object.keys(errors)));
    expect(names.size).toBeGreaterThanOrEqual(18);
  });
});
