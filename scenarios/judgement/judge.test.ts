import { describe, expect, it } from 'vitest';
import { executeRun, type RunResult } from '../../harness/runner/execute-run.js';
import { leaderCrash } from '../leader-crash.js';
import { exhibits } from '../museum/index.js';

function runOf(operationsMax: number): RunResult {
  return executeRun(leaderCrash, {
    seed: '1',
    plan: { version: 1, faults: [] },
    limits: { durationMicros: 500_000, operationsMax, without: [] },
  });
}

describe('the summary of a run in which nothing broke', () => {
  it('does not report success for a cluster that acknowledged nothing', () => {
    expect(runOf(0)).toMatchObject({
      records: 0,
      summary: 'No record was acknowledged, so none could be lost.',
    });
  });

  it('counts what was read back', () => {
    expect(runOf(1)).toMatchObject({
      records: 1,
      summary: 'The one acknowledged record was read back, once.',
    });
    const { records, summary } = runOf(40);
    expect(summary).toBe(`All of ${records} acknowledged records were read back, once and in order.`);
  });
});

describe('the summary of a run in which several invariants broke', () => {
  it('lists them in the order in which they broke', () => {
    const { scenario } = exhibits.find(({ id }) => id === 'C5')!;
    const { summary } = executeRun(scenario, { seed: '9' });
    const instants = [...summary.matchAll(/After ([\d.]+) s/g)].map((match) => Number(match[1]));
    expect(instants.length).toBeGreaterThan(1);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  });
});
