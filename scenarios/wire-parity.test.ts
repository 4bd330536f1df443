/**
 * Typed values and bytes give the same run of every built-in scenario: the same history, anomalies and marks, and since sizes are the
 * same and the last byte of a frame arrives when the value would, the same digest. `npm run bench -- --only wire` takes 100 seeds each.
 */
import { describe, expect, it } from 'vitest';
import { executeRun, fullLimits } from '../harness/runner/execute-run.js';
import type { Wire } from '../harness/runner/experiment.js';
import { scenarios } from './index.js';

const SEEDS = ['1', '2'];
const DURATION_MICROS = 6_000_000;

describe.each(scenarios.map((scenario) => ({ name: scenario.name, scenario })))('$name', ({ scenario }) => {
  it.each(SEEDS)('is the same run as typed values and as bytes, seed %s', (seed) => {
    const runOver = (wire: Wire) => {
      const { durationMicros, ...limits } = fullLimits(scenario, wire);
      return executeRun(scenario, {
        seed,
        trace: true,
        limits: { durationMicros: Math.min(durationMicros, DURATION_MICROS), ...limits },
      });
    };
    const [typed, bytes] = [runOver('typed'), runOver('bytes')];
    expect(bytes.evidence?.operations).toEqual(typed.evidence?.operations);
    for (const part of ['anomalies', 'marks', 'faults', 'digest'] as const)
      expect(bytes[part]).toEqual(typed[part]);
  });
});
