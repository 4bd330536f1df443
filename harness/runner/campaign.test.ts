import { afterAll, describe, expect, it } from 'vitest';
import { type CampaignOptions, type CampaignOutcome, runCampaign } from './campaign.js';
import { inProcessExecutor, type SeedExecutor } from './seed-executor.js';
import {
  dyingRegister,
  hangingRegister,
  hastyRegister,
  registerScenario,
  safeRegister,
} from './testing/register-experiment.js';
import { workerPool } from './worker-pool.js';

const workerUrl = new URL('./testing/register-worker.ts', import.meta.url);
const pool = workerPool({ workerUrl, workers: 2 });
afterAll(() => pool.close());

function campaign(change: Partial<CampaignOptions> = {}): Promise<CampaignOutcome> {
  return runCampaign({
    scenario: safeRegister,
    firstSeed: 1,
    seeds: 20,
    wallMillis: null,
    stopAtFailure: false,
    executor: inProcessExecutor(),
    signal: new AbortController().signal,
    ...change,
  });
}

function books({ tally, nextSeed }: CampaignOutcome) {
  return {
    nextSeed,
    runs: tally.runs,
    verdicts: tally.verdicts,
    faults: tally.faults,
    marks: tally.marks,
    events: tally.events,
    records: tally.records,
    failures: tally.failures,
    found: tally.found,
  };
}

describe('a campaign', () => {
  it('runs the seeds that it was asked for, each once and in order', async () => {
    const seen: string[] = [];
    const plain = inProcessExecutor();
    const executor: SeedExecutor = {
      ...plain,
      run: (scenario, seeds, signal) => {
        seen.push(...seeds);
        return plain.run(scenario, seeds, signal);
      },
    };
    const { tally, nextSeed } = await campaign({ firstSeed: 7, seeds: 12, executor });
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => String(7 + index)));
    expect(tally.runs).toBe(12);
    expect(nextSeed).toBe(19);
  });

  it('gives the same result on two workers as in one process', async () => {
    const scenario = hastyRegister;
    const options = { scenario, seeds: 150 };
    expect(books(await campaign({ ...options, executor: pool }))).toEqual(books(await campaign(options)));
  });

  it('stops at the first failing seed, the same one on any number of workers', async () => {
    const options = { scenario: hastyRegister, seeds: 500, stopAtFailure: true };
    const alone = books(await campaign(options));
    expect(alone.failures.length).toBe(1);
    expect(alone.runs).toBe(Number(alone.failures[0]?.seed));
    expect(books(await campaign({ ...options, executor: pool }))).toEqual(alone);
  });

  it('ends as soon as a scenario that promises to break has broken', async () => {
    const scenario = { ...hastyRegister, expect: 'invalid' as const, expectedAnomalies: ['lost-write'] };
    const { tally } = await campaign({ scenario, seeds: 500 });
    expect(tally.verdict()).toBe('valid');
    expect(tally.found?.seed).toBe(String(tally.runs));
  });

  it('ends when its time is over', async () => {
    const { tally, wallSeconds, interrupted } = await campaign({ seeds: null, wallMillis: 300 });
    expect(tally.runs).toBeGreaterThan(1);
    expect(wallSeconds).toBeLessThan(5);
    expect(interrupted).toBe(false);
  });

  it('keeps what is done when it is interrupted, and knows where to go on', async () => {
    const interrupt = new AbortController();
    const { tally, nextSeed, interrupted } = await campaign({
      seeds: 100_000,
      signal: interrupt.signal,
      onProgress: (progress) => {
        if (progress.runs >= 10) interrupt.abort();
      },
    });
    expect(interrupted).toBe(true);
    expect(tally.runs).toBeGreaterThanOrEqual(10);
    expect(nextSeed).toBe(tally.runs + 1);
    const rest = await campaign({ firstSeed: nextSeed, seeds: 5 });
    const whole = await campaign({ seeds: nextSeed + 4 });
    expect(tally.events + rest.tally.events).toBe(whole.tally.events);
  });

  it('goes on when a worker dies, and reports the seed it was on', async () => {
    const { tally } = await campaign({ scenario: dyingRegister, executor: pool });
    expect(tally.incidents).toEqual([{ seed: '5', message: 'its worker died: worker exited with code: 9' }]);
    expect(tally.runs).toBe(19);
    expect(tally.verdict()).toBe('unknown');
  });

  it('ends a worker that hangs, reports the seed it was on, and goes on', async () => {
    const impatient = workerPool({ workerUrl, workers: 2, seedWallMillisMax: 1_000 });
    try {
      const { tally } = await campaign({ scenario: hangingRegister, executor: impatient });
      expect(tally.incidents).toEqual([
        { seed: '5', message: 'it had not ended after 1 s, so its worker was ended' },
      ]);
      expect(tally.runs).toBe(19);
      expect(tally.verdict()).toBe('unknown');
    } finally {
      await impatient.close();
    }
  });

  it('does not wait for a worker that hangs when it is interrupted, and goes on from there another time', async () => {
    const interrupt = new AbortController();
    const { tally, nextSeed, interrupted } = await campaign({
      scenario: hangingRegister,
      executor: pool,
      signal: interrupt.signal,
      onProgress: () => interrupt.abort(),
    });
    expect(interrupted).toBe(true);
    expect(tally.incidents).toEqual([]);
    expect(nextSeed).toBe(tally.runs + 1);
    expect(nextSeed).toBeLessThanOrEqual(5);
  }, 30_000);

  it('goes on when the harness fails on a seed', async () => {
    const scenario = registerScenario(
      'fragile',
      { hasty: false },
      {
        build: (input) => {
          if (input.seed === '3') throw new Error('no such port');
          return safeRegister.build(input);
        },
      },
    );
    const { tally } = await campaign({ scenario, seeds: 5 });
    expect(tally.incidents).toMatchObject([{ seed: '3', message: expect.stringContaining('no such port') }]);
    expect(tally.runs).toBe(4);
  });

  it('says so when its workers cannot be started', async () => {
    const broken = workerPool({
      workerUrl: new URL('./testing/no-such-module.ts', import.meta.url),
      workers: 1,
    });
    await expect(campaign({ executor: broken })).rejects.toThrow(/starting a worker .*no-such-module/);
    await broken.close();
  });
});
