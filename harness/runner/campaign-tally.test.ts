import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../checkers/verdict.js';
import { CampaignTally } from './campaign-tally.js';
import type { Scenario } from './experiment.js';
import type { RunSummary } from './run-summary.js';
import { safeRegister } from './testing/register-experiment.js';

function run(seed: number, change: Partial<RunSummary> = {}): RunSummary {
  return {
    seed: String(seed),
    verdict: 'valid',
    digest: '0',
    anomalies: [],
    unknownBecause: [],
    events: 10,
    records: 5,
    losses: [],
    availability: [],
    outcome: null,
    acknowledgedAfter: null,
    virtualMicros: 1_000_000,
    faults: [{ kind: 'crash', configured: 2, fired: 1, mattered: 1 }],
    sources: [{ source: 'crash on b1', configured: 2, fired: 1, mattered: 1 }],
    marks: { truncated: 1 },
    operations: { send: { ok: 3, fail: 1, info: 0 } },
    ...change,
  };
}

function anomaly(name: string, allowed = false): Anomaly {
  return { name, count: 2, witnesses: [], allowed, ...(allowed ? { reason: 'acks=1 permits it' } : {}) };
}

const invalid = (name: string): Partial<RunSummary> => ({ verdict: 'invalid', anomalies: [anomaly(name)] });

function tallyOf(change: Partial<Scenario>, ...runs: RunSummary[]): CampaignTally {
  const tally = new CampaignTally({ ...safeRegister, ...change });
  for (const each of runs) tally.add(each);
  return tally;
}

describe('the verdict of a campaign', () => {
  it('is valid when every run is and nothing is missing', () => {
    const tally = tallyOf({ requiredFaults: ['crash'], requiredMarks: ['truncated'] }, run(1), run(2));
    expect(tally.verdict()).toBe('valid');
    expect(tally.unknownBecause()).toEqual([]);
  });

  it('is invalid when one run is', () => {
    expect(tallyOf({}, run(1), run(2, invalid('lost-write'))).verdict()).toBe('invalid');
  });

  it('is unknown when a run could not be judged', () => {
    const tally = tallyOf({}, run(1), run(2, { verdict: 'unknown', unknownBecause: ['a checker crashed'] }));
    expect(tally.verdict()).toBe('unknown');
    expect(tally.unknownBecause()).toEqual(['1 of 2 runs could not be judged: a checker crashed']);
  });

  it('is unknown when a promised fault never fired', () => {
    const tally = tallyOf({ requiredFaults: ['crash', 'pause'] }, run(1));
    expect(tally.unknownBecause()).toEqual(['the promised fault pause never fired']);
    expect(tally.verdict()).toBe('unknown');
  });

  it('takes an action by its kind and by its name as a promised fault', () => {
    const fired = { faults: [{ kind: 'action:preferred-election', configured: 1, fired: 1, mattered: 1 }] };
    expect(tallyOf({ requiredFaults: ['action'] }, run(1, fired)).verdict()).toBe('valid');
    expect(tallyOf({ requiredFaults: ['action:preferred-election'] }, run(1, fired)).verdict()).toBe('valid');
    expect(tallyOf({ requiredFaults: ['action:unclean-election'] }, run(1, fired)).verdict()).toBe('unknown');
  });

  it('is unknown when a source fired twenty times and never mattered, however often another of its kind did', () => {
    const sources = (fired: number) => ({
      sources: [
        { source: 'hold-kind Fetch on b1', configured: 30, fired: 30, mattered: 9 },
        { source: 'hold-kind Fetch response on b1', configured: 30, fired, mattered: 0 },
      ],
    });
    expect(tallyOf({}, run(1, sources(10)), run(2, sources(9))).verdict()).toBe('valid');
    const idle = tallyOf({}, run(1, sources(10)), run(2, sources(10)));
    expect(idle.verdict()).toBe('unknown');
    expect(idle.unknownBecause()).toEqual([
      'the fault "hold-kind Fetch response on b1" fired 20 times and never mattered',
    ]);
  });

  it('is unknown when a required mark was never reached', () => {
    expect(tallyOf({ requiredMarks: ['elected uncleanly'] }, run(1)).unknownBecause()).toEqual([
      'the mark "elected uncleanly" was never reached',
    ]);
  });

  it('is unknown when one type of operation never succeeded', () => {
    const operations = { send: { ok: 0, fail: 3, info: 1 }, poll: { ok: 1, fail: 0, info: 0 } };
    expect(tallyOf({}, run(1, { operations })).unknownBecause()).toEqual(['no send ever succeeded']);
  });

  it('is unknown when the harness failed on a seed, and without any run', () => {
    const tally = tallyOf({}, run(1));
    tally.addIncident({ seed: '2', message: 'its worker died' });
    expect(tally.unknownBecause()).toEqual(['the harness failed on seed 2: its worker died']);
    expect(tally.verdict()).toBe('unknown');
    expect(tallyOf({}).unknownBecause()).toEqual(['no run was finished']);
  });
});

describe('a scenario that promises to break', () => {
  const breaks: Partial<Scenario> = { expect: 'invalid', expectedAnomalies: ['lost-write'], seedsToFind: 40 };

  it('is fulfilled by a run that breaks as promised', () => {
    const tally = tallyOf(breaks, run(1), run(2, invalid('lost-write')));
    expect(tally.verdict()).toBe('valid');
    expect(tally.found?.seed).toBe('2');
  });

  it('is not fulfilled by a run that breaks otherwise: that is a failure', () => {
    const tally = tallyOf(breaks, run(1, invalid('duplicate')), run(2, invalid('lost-write')));
    expect(tally.verdict()).toBe('invalid');
    expect(tally.unexpectedFailures().map(({ seed }) => seed)).toEqual(['1']);
  });

  it('is unknown as long as nothing was found', () => {
    const tally = tallyOf(breaks, run(1));
    expect(tally.verdict()).toBe('unknown');
    expect(tally.unknownBecause()).toEqual([
      'the promised failure was not found in 1 run; it should be found within 40',
    ]);
  });

  it('takes any anomaly when it names none, but no assertion and no standstill', () => {
    const any: Partial<Scenario> = { expect: 'invalid' };
    expect(tallyOf(any, run(1, invalid('G1a'))).found?.seed).toBe('1');
    expect(tallyOf(any, run(1, invalid('assertion'))).found).toBeNull();
    expect(tallyOf(any, run(1, invalid('not-converged'))).verdict()).toBe('invalid');
  });
});

describe('the books', () => {
  it('sum up faults, marks, operations, time and what was allowed', () => {
    const allowed = { anomalies: [anomaly('lost-write', true)] };
    const tally = tallyOf({}, run(1, allowed), run(2, allowed), run(3));
    expect(tally).toMatchObject({
      runs: 3,
      virtualMicros: 3_000_000,
      events: 30,
      records: 15,
      faults: [{ kind: 'crash', configured: 6, fired: 3, mattered: 3 }],
      marks: { truncated: 3 },
      allowedAnomalies: [{ name: 'lost-write', count: 4, reason: 'acks=1 permits it' }],
    });
  });

  it('keep the first failures only, however many there are', () => {
    const tally = tallyOf({}, ...Array.from({ length: 100 }, (_, seed) => run(seed, invalid('duplicate'))));
    expect(tally.verdicts.invalid).toBe(100);
    expect(tally.failures.length).toBe(20);
    expect(tally.failures[0]?.seed).toBe('0');
  });
});
