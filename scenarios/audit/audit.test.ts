import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Workplace } from '../../harness/api/workplace.js';
import { drawPlan } from '../../harness/faults/arbitrary.js';
import { validatePlan } from '../../harness/faults/plan.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import type { RunSummary } from '../../harness/runner/run-summary.js';
import { inProcessExecutor, type SeedExecutor } from '../../harness/runner/seed-executor.js';
import { runAudit } from './audit.js';
import { runsOf } from './audit-lines.js';
import { auditScenario } from './audit-scenario.js';
import { type AuditSettings, DEFAULT_SETTINGS } from './audit-settings.js';
import { auditRow } from './audit-table.js';
import { FAILURE_CLASSES, type FailureClass, measuredClasses } from './failure-classes.js';
import { runGrid } from './grid.js';
import { judgedClasses, judgePromise } from './promises.js';

const measured = measuredClasses(true);
const named = (name: string): FailureClass => FAILURE_CLASSES.find((each) => each.name === name)!;

function outcomesOf(change: Partial<AuditSettings>, name: string, seeds: number) {
  const subject = auditScenario({ ...DEFAULT_SETTINGS, ...change }, named(name));
  return Array.from(
    { length: seeds },
    (_, index) => executeRun(subject, { seed: String(index + 1) }).outcome,
  );
}

describe('the classes of failure', () => {
  it.each(measured.map((failure) => [failure.name, failure] as const))(
    '%s draws plans that can be run',
    (_, failure) => {
      for (const brokers of [1, 3, 5]) {
        const settings = { ...DEFAULT_SETTINGS, brokers, replicationFactor: Math.min(3, brokers) };
        const { plan, durationMicros } = auditScenario(settings, failure);
        for (let seed = 0; seed < 20; seed++) {
          const drawn = drawPlan(plan, String(seed));
          expect(validatePlan(JSON.parse(JSON.stringify(drawn)))).toEqual(drawn);
          const [first, ...faults] = drawn.faults;
          expect(first?.kind).toBe('delay');
          expect(faults.length > 0).toBe(failure.name !== 'nothing-fails');
          for (const { atMicros } of faults) expect(atMicros).toBeLessThan(durationMicros);
        }
      }
    },
  );

  it('the last replica loses power and with it what it had not synced', { timeout: 120_000 }, () => {
    const lost = (change: Partial<AuditSettings>) =>
      outcomesOf(change, 'last-replica-loses-power', 2).map((outcome) => (outcome?.lost ?? -1) > 0);
    expect(lost({ topic: { 'min.insync.replicas': '2' } })).toEqual([true, true]);
    expect(lost({ topic: { 'flush.messages': '1' } })).toEqual([false, false]);
  });
});

describe('a grid of runs', () => {
  it('gives the outcomes of each row in the order of the seeds', async () => {
    const scenario = auditScenario({ ...DEFAULT_SETTINGS, partitions: 1 }, named('producer-dies'));
    const executor = inProcessExecutor();
    const signal = new AbortController().signal;
    const rows = [
      { scenario, firstSeed: 1, seeds: 4 },
      { scenario, firstSeed: 3, seeds: 2 },
    ];
    const [first, second] = await runGrid(rows, { executor, signal });
    expect(first?.runs.map(({ seed }) => seed)).toEqual(['1', '2', '3', '4']);
    expect(second?.runs).toEqual(first?.runs.slice(2));
  });

  it('ends early when it is told to, without gaps', async () => {
    const scenario = auditScenario(DEFAULT_SETTINGS, named('producer-dies'));
    const abort = new AbortController();
    abort.abort();
    const [row] = await runGrid([{ scenario, firstSeed: 1, seeds: 4 }], {
      executor: inProcessExecutor(),
      signal: abort.signal,
    });
    expect(row).toEqual({ runs: [], incidents: [] });
  });
});

const run = (seed: number, lost: number | null, longestMicros = 1): RunSummary => ({
  seed: String(seed),
  verdict: 'valid',
  digest: 'd',
  anomalies: [],
  unknownBecause: [],
  events: 100 - seed,
  records: 1,
  losses: [],
  availability: [
    {
      key: 'topic-0',
      writes: { longestMicros, endedAtMicros: 9, endedBy: 'the election of b2' },
      reads: null,
      processing: null,
    },
  ],
  outcome: lost === null ? null : { lost, repeated: 0, reordered: 0, readAndGone: 0, processing: null },
  acknowledgedAfter: null,
  virtualMicros: 1,
  faults: [],
  sources: [],
  marks: {},
  operations: {},
});

describe('the time of an audit', () => {
  afterEach(() => void vi.useRealTimers());

  /** Every run takes 10 ms. */
  async function auditWithin(wallMillis: number) {
    vi.useFakeTimers();
    const executor: SeedExecutor = {
      concurrency: 1,
      run: async (_scenario, seeds) => {
        vi.advanceTimersByTime(10 * seeds.length);
        return seeds.map((seed) => ({ kind: 'run', summary: run(Number(seed), 0) }));
      },
      close: async () => undefined,
    };
    const progress = { update: () => undefined, stop: () => undefined };
    const workplace = { signal: new AbortController().signal, beginProgress: () => progress };
    return runAudit(workplace as unknown as Workplace, executor, {
      settings: { ...DEFAULT_SETTINGS, processing: { commit: 'after', millis: 5 } },
      seeds: 12,
      promises: ['no-loss', 'processed-exactly-once'],
      failures: 'all',
      wallMillis,
      seeksChanges: true,
    });
  }

  it('that suffices gives every row its runs', async () => {
    const { rows, verdict } = await auditWithin(1_000_000);
    expect(new Set(rows.map(({ runs }) => runs))).toEqual(new Set([12]));
    expect(verdict).toBe('valid');
  });

  it('that does not suffice gives fewer runs to a row, and a verdict all the same', async () => {
    const { rows, verdict, unknownBecause } = await auditWithin(2_050);
    expect(runsOf(rows)).toBe('6 to 9 runs of each');
    expect([verdict, unknownBecause]).toEqual(['valid', []]);
  });

  it('that leaves a row without its first runs gives no verdict', async () => {
    const { verdict, unknownBecause } = await auditWithin(300);
    expect(verdict).toBe('unknown');
    expect(unknownBecause).toContain('the audit was ended early');
  });
});

describe('a row of the table', () => {
  const row = (...runs: RunSummary[]) => auditRow(named('broker-dies'), { runs, incidents: [] }, false);

  it('is broken by one run, and names the run with the fewest events', () => {
    expect(row(run(1, 0), run(2, 3), run(3, 1), run(4, null)).cells.lost).toMatchObject({
      verdict: 'broken',
      runs: 4,
      brokenRuns: 2,
      seed: '3',
    });
  });

  it('is kept only when every run could be judged', () => {
    expect(row(run(1, 0), run(2, 0)).cells.lost).toEqual({ verdict: 'kept', runs: 2 });
    expect(row(run(1, 0), run(2, null)).cells.lost.verdict).toBe('unknown');
    expect(row().cells.lost.verdict).toBe('unknown');
    expect(
      auditRow(named('broker-dies'), { runs: [run(1, 0)], incidents: ['seed 2: its worker died'] }, false)
        .cells.lost.verdict,
    ).toBe('unknown');
  });

  it('never passes what is not measured as kept', () => {
    expect(row(run(1, 0)).cells.processedLost.verdict).toBe('not measured');
    expect(auditRow(named('rebalance'), { runs: [], incidents: [] }, false).cells.lost.verdict).toBe(
      'not measured',
    );
  });

  it('has the worst and the median standstill', () => {
    expect(row(run(1, 0, 10), run(2, 0, 90), run(3, 0, 20)).writes).toMatchObject({
      worstMicros: 90,
      medianMicros: 20,
      seed: '2',
      endedBy: 'the election of b2',
    });
  });

  it('decides a promise over the judged classes', () => {
    const rows = [
      row(run(1, 1)),
      auditRow(named('all-lose-power'), { runs: [run(1, 0)], incidents: [] }, false),
    ];
    expect(judgePromise('no-loss', rows, judgedClasses('single', false))).toMatchObject({
      verdict: 'invalid',
      because: ['a broker process dies: 1 of 1 runs'],
    });
    expect(judgePromise('no-loss', rows, judgedClasses(['all-lose-power'], false)).verdict).toBe('valid');
    expect(judgePromise('no-duplicates', rows, judgedClasses('all', false)).verdict).toBe('valid');
    expect(judgePromise('processed-exactly-once', rows, judgedClasses('all', false)).verdict).toBe('unknown');
    expect(judgedClasses('single', false).has('rebalance')).toBe(false);
    expect(judgedClasses(['rebalance'], false).has('rebalance')).toBe(true);
  });
});
