/** `campaign`, `examine` and `replay` as a program calls them, over the toy register. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { toyParts, toyPartsWithWorkers } from '../cli/testing/toy-parts.js';
import type { Scenario } from '../runner/experiment.js';
import { loadScenarioModule } from '../runner/scenario-module.js';
import { OWN_SCENARIOS, TOYS, writeModule } from '../runner/testing/own-module.js';
import { registerScenario, safeRegister } from '../runner/testing/register-experiment.js';
import { type CampaignOptions, campaignIn } from './campaign.js';
import { type ExamineRunOptions, examineIn } from './examine.js';
import { type ReplayOptions, replayIn } from './replay.js';

const folder = mkdtempSync(join(tmpdir(), 'seismolog-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = pathToFileURL(writeModule(folder, 'own.mjs', OWN_SCENARIOS));
const runsDirectory = join(folder, 'runs');
const own = registerScenario('own', { hasty: true });

const campaign = (scenario: Scenario, options: CampaignOptions = {}) =>
  campaignIn(options.workers === undefined ? toyParts : toyPartsWithWorkers, scenario, options);
const examine = (scenario: Scenario, options: ExamineRunOptions) => examineIn(toyParts, scenario, options);
const replay = (what: string, options: ReplayOptions = {}) => replayIn(toyParts, what, options);

async function exported(name: string): Promise<Scenario> {
  const { scenarios } = await loadScenarioModule(module);
  return scenarios.find((each) => each.name === name)!;
}

describe('a campaign of a program', () => {
  it('of a scenario at hand runs in this thread and writes nothing', async () => {
    const told: number[] = [];
    const result = await campaign(own, { seeds: 60, onProgress: (runs) => told.push(runs) });
    expect(result).toMatchObject({ verdict: 'invalid', problems: [], nextSeed: 61 });
    expect(result.document).toMatchObject({ scenario: 'own', runs: 60 });
    const { failure } = result;
    expect(failure?.document.runDirectory).toBe(null);
    expect(failure?.results.minimisation?.faultsAfter).toBeLessThan(
      failure!.results.minimisation!.faultsBefore,
    );
    expect(failure?.run.evidence?.operations.length).toBeGreaterThan(0);
    expect(failure?.document.replayLine).toBe(`await replay('${failure?.document.replay}', { scenario })`);
    expect(result.text).toContain(failure!.document.replayLine);
    expect(told.at(-1)).toBe(60);
  });

  it('of a module runs on worker threads, and is the same', async () => {
    const scenario = await exported('hasty-own');
    const alone = await campaign(scenario, { seeds: 60 });
    const together = await campaign(scenario, { seeds: 60, workers: 2, module, runsDirectory });
    expect(together.document.invalid).toBe(alone.document.invalid);
    expect(together.failure?.document.digest).toBe(alone.failure?.document.digest);
    expect(together.failure?.document.replayLine).toMatch(
      /^npx seismolog replay sl1-\S+ --scenarios \S+own\.mjs$/,
    );
    expect(existsSync(join(together.failure!.document.runDirectory!, 'report.html'))).toBe(true);
    expect(existsSync(join(runsDirectory, 'hasty-own', 'campaign-1-60', 'campaign.json'))).toBe(true);
  });

  it('of a built-in scenario needs no module', async () => {
    const { verdict, text } = await campaign(safeRegister, { seeds: 4, workers: 2, firstSeed: 0 });
    expect(verdict, text).toBe('valid');
  });

  it('ends when it is told to, with what it has', async () => {
    const abort = new AbortController();
    const result = await campaign(own, {
      seeds: 100_000,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(result.verdict).not.toBe('valid');
    expect(result.nextSeed).toBeLessThan(1_000);
    expect(result.text).toContain('it was interrupted after');
  });

  it('that a directory in the way keeps from writing says so and has its verdict', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { verdict, problems } = await campaign(safeRegister, { seeds: 1, runsDirectory: file });
    expect(verdict).toBe('valid');
    expect(problems.join()).toContain('cannot write');
  });

  it.each<[string, Scenario, object, string]>([
    ['a misspelt option', own, { seed: 500 }, 'campaign: unknown option "seed"; did you mean "seeds"?'],
    ['no seeds', own, { seeds: 0 }, 'campaign: seeds must be a whole number, 1 or more, not 0'],
    [
      'a text for a number',
      own,
      { seeds: '5' },
      'campaign: seeds must be a whole number, 1 or more, not "5"',
    ],
    [
      'half a seed',
      own,
      { firstSeed: 0.5 },
      'campaign: firstSeed must be a whole number from 0 to 2^52, not 0.5',
    ],
    ['no time', own, { wallMillis: 0 }, 'campaign: wallMillis must be milliseconds, more than 0, not 0'],
    ['too many workers', own, { workers: 100_000 }, 'campaign: workers must be a whole number from 1 to'],
    [
      'workers for what they cannot load',
      own,
      { workers: 2 },
      'name the ES module that exports it with `module`',
    ],
    ['a module that is not there', own, { module: './gone.mjs' }, 'there is no file gone.mjs'],
    ['a module without it', own, { module }, 'exports no scenario "own"; it has hasty-own, careful'],
    [
      'a name that is taken',
      registerScenario('safe-register', { hasty: true }),
      {},
      'is the name of a built-in scenario',
    ],
    [
      'a name that is taken, and a module',
      registerScenario('safe-register', {} as never),
      { module },
      'exports no scenario "safe-register"',
    ],
    ['no scenario', {} as Scenario, {}, 'the scenario: has no build()'],
    ['no directory', own, { runsDirectory: '' }, 'runsDirectory must be the path of a directory'],
  ])('is refused with %s', async (_, scenario, options, words) => {
    await expect(campaign(scenario, options)).rejects.toThrow(words);
  });
});

describe('a run of a program', () => {
  it('is examined by seed, and by plan', async () => {
    const bySeed = await examine(own, { seed: '56', minimise: true, runsDirectory });
    expect(bySeed.verdict).toBe('invalid');
    expect(bySeed.text).toContain('smaller  faults: ');
    const { plan, limits } = bySeed.run;
    const byPlan = await examine(own, { seed: '56', plan, limits });
    expect(byPlan.document).toMatchObject({ digest: bySeed.document.digest, replay: bySeed.document.replay });
  });

  it('is replayed from its token: with the scenario, with the module', async () => {
    const { document } = await examine(own, { seed: '56', minimise: true });
    const again = await replay(document.replay, { scenario: own });
    expect(again.document).toMatchObject({ digest: document.digest, replayLine: document.replayLine });

    const scenario = await exported('hasty-own');
    const ofModule = await examine(scenario, { seed: '56', module });
    expect((await replay(ofModule.document.replay, { module })).document.digest).toBe(
      ofModule.document.digest,
    );
    // What another thread of the same program had without its module.
    const without = await examine(scenario, { seed: '56' });
    expect((await replay(without.document.replay, { module })).document.digest).toBe(without.document.digest);
    await expect(replay(ofModule.document.replay, { scenario })).rejects.toThrow('made by other code');
  });

  it('is replayed from its directory, and from a plan that names no scenario', async () => {
    const { document } = await examine(own, { seed: '7', runsDirectory });
    const again = await replay(document.runDirectory!, { scenario: own });
    expect(again.document.digest).toBe(document.digest);
    const plan = join(folder, 'nameless.json');
    writeFileSync(plan, '{"version":1,"faults":[]}');
    expect((await replay(plan, { scenario: own, seed: '7' })).document.scenario).toBe('own');
    await expect(replay(plan)).rejects.toThrow('names no scenario');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['no seed', () => examine(own, { seed: ' ' }), 'examine: seed must be a text that is not empty, not " "'],
    [
      'a number for a seed',
      () => examine(own, { seed: 7 as never }),
      'examine: seed must be a text that is not empty, not 7',
    ],
    [
      'limits that are none',
      () => examine(own, { seed: '1', limits: { durationMicros: 1e12, operationsMax: null, without: [] } }),
      'limits.durationMicros: 1000000000000 is beyond',
    ],
    [
      'a plan of something else',
      () => examine(own, { seed: '1', plan: { version: 2 } as never }),
      'version: must be 1, not 2',
    ],
    ['a damaged token', () => replay('sl1-abcdefghijkl'), 'the token is damaged or cut short'],
    [
      'nothing to replay',
      () => replay(undefined as never),
      'replay: its first argument must be a token or the path of a plan',
    ],
    [
      'an unknown scenario',
      async () => replay((await examine(own, { seed: '1' })).document.replay),
      'unknown scenario "own"',
    ],
  ])('is refused with %s', async (_, call, words) => {
    await expect(call()).rejects.toThrow(words);
  });

  it('of a module that has the name twice over is the module’s', async () => {
    const path = writeModule(
      folder,
      'namesake.mjs',
      `${TOYS}export default registerScenario('own', { hasty: false });`,
    );
    const { document } = await examine(own, { seed: '56', module: path });
    expect(document.verdict).toBe('valid');
  });
});
