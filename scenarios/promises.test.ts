/**
 * Each scenario's promise, tested on a few seeds; campaigns test it on thousands. The seeds begin at a fresh random
 * number, because seeds that have often been run prove little. The first line of the output names it, and
 * `SEISMOLOG_SEED_BASE` repeats it.
 */
import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { executeRun, forbiddenAnomalies, type RunResult } from '../harness/runner/execute-run.js';
import type { KafkaScenario } from './experiment/scenario.js';
import { scenarios } from './index.js';

const SEED_BASE = Number(process.env.SEISMOLOG_SEED_BASE ?? randomInt(2 ** 47));
if (!Number.isSafeInteger(SEED_BASE)) throw new Error('SEISMOLOG_SEED_BASE must be a whole number');
console.log(`seeds from ${SEED_BASE}; the same again: SEISMOLOG_SEED_BASE=${SEED_BASE} npm test -- promises`);

const SEEDS = 20;
/** The standard scenario has ten times the records of the others. */
const SEEDS_OF_STANDARD = 5;
const WORK_SEEDS = 4;

const safe = scenarios.filter((scenario) => scenario.expect === 'valid');
const breaking = scenarios.filter((scenario) => scenario.expect === 'invalid');
const seedsOf = ({ name }: KafkaScenario): number => (name === 'leader-crash' ? SEEDS_OF_STANDARD : SEEDS);

function runs(scenario: KafkaScenario): RunResult[] {
  return Array.from({ length: seedsOf(scenario) }, (_, seed) =>
    executeRun(scenario, { seed: `${SEED_BASE + seed}` }),
  );
}

function firedKinds(results: readonly RunResult[]): string[] {
  return results.flatMap(({ faults }) => faults.filter((each) => each.fired > 0).map((each) => each.kind));
}

describe('a promise that holds', () => {
  it.each(safe)('$name: $promise', (scenario) => {
    const results = runs(scenario);
    for (const { seed, verdict, anomalies, waitingFor, unknownBecause } of results) {
      const broken = forbiddenAnomalies(anomalies);
      expect({ seed, verdict, broken, waitingFor, unknownBecause }).toMatchObject({ verdict: 'valid' });
    }
    if (results.length < SEEDS) return;
    expect(firedKinds(results)).toEqual(expect.arrayContaining([...(scenario.requiredFaults ?? [])]));
    const marks = new Set(results.flatMap((result) => Object.keys(result.marks)));
    expect([...marks]).toEqual(expect.arrayContaining([...(scenario.requiredMarks ?? [])]));
  });

  /** One run may spend most of its time without a leader, so the average of a few runs counts. */
  it.each(safe)('$name acknowledges records, and consumers read them', (scenario) => {
    const results = Array.from({ length: WORK_SEEDS }, (_, seed) =>
      executeRun(scenario, { seed: `${SEED_BASE + seed}` }),
    );
    const average = (countOf: (run: RunResult) => number): number =>
      results.reduce((sum, run) => sum + countOf(run), 0) / results.length;
    expect(average(({ records }) => records)).toBeGreaterThan(100);
    expect(average(({ operations }) => operations.poll?.ok ?? 0)).toBeGreaterThan(100);
  });
});

describe('a promise that is known to break', () => {
  it.each(breaking)('$name: $promise', (scenario) => {
    const expected = new Set(scenario.expectedAnomalies);
    for (let seed = 0; seed < (scenario.seedsToFind ?? 0); seed++) {
      const { anomalies } = executeRun(scenario, { seed: `${SEED_BASE + seed}` });
      const broken = forbiddenAnomalies(anomalies).map((anomaly) => anomaly.name);
      expect(broken).not.toContain('unexplained-loss');
      if (broken.some((name) => expected.has(name))) return;
    }
    expect.fail(`none of ${[...expected].join(', ')} within ${scenario.seedsToFind} seeds`);
  });
});
