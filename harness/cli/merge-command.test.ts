/** Shards of a campaign, merged: the same as one run of all the seeds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seedsOfShard } from '../api/shard.js';
import type { CampaignDocument } from '../runner/run-data.js';
import { annotations } from './annotations.js';
import { Scratch } from './testing/scratch.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());
const path = (name: string): string => join(scratch.folder, name);

async function shards(names: readonly string[], seeds: number, count: number): Promise<string[]> {
  const files: string[] = [];
  for (let number = 1; number <= count; number++) {
    const { raw } = await scratch.seismolog([
      'run',
      ...names,
      '--seeds',
      String(seeds),
      '--shard',
      `${number}/${count}`,
      '--no-minimise',
      '--json',
    ]);
    const file = path(`${names[0]}-${number}-of-${count}.json`);
    writeFileSync(file, raw);
    files.push(file);
  }
  return files;
}

/** What a merge must give as one run gives it. */
function comparable({ verdict, unknownBecause, ...document }: CampaignDocument) {
  const { wallSeconds: _, failures, faults, faultSources, operations, ...rest } = document;
  return {
    ...rest,
    verdict,
    isUnknown: unknownBecause.length > 0,
    seedsThatFailed: failures.map(({ seed }) => seed),
    anomalies: failures.map(({ anomalies }) => anomalies),
    faults: [...faults].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    faultSources: [...faultSources].sort((a, b) => (a.source < b.source ? -1 : 1)),
    operations: Object.entries(operations).sort(),
  };
}

describe('the seeds of a shard', () => {
  it.each([
    [24, 8],
    [7, 3],
    [2, 5],
    [1, 1],
  ])('%i seeds in %i shards: each once, in order', (seeds, count) => {
    const parts = Array.from({ length: count }, (_, index) =>
      seedsOfShard({ number: index + 1, count }, 10, seeds),
    );
    const all = parts.flatMap(({ firstSeed, seeds: some }) =>
      Array.from({ length: some }, (_, index) => firstSeed + index),
    );
    expect(all).toEqual(Array.from({ length: seeds }, (_, index) => 10 + index));
  });
});

describe('merged', () => {
  it.each([
    'safe-register',
    'hasty-register-loses',
    'stuck-register',
    'judgeless-register',
    'safe-register-loses',
  ])('eight shards of %s are one run', async (name) => {
    const whole = await scratch.seismolog(['run', name, '--seeds', '24', '--no-minimise', '--json']);
    const merged = await scratch.seismolog(['merge', ...(await shards([name], 24, 8)), '--json']);
    expect(comparable(JSON.parse(merged.raw))).toEqual(comparable(JSON.parse(whole.raw)));
    expect(merged.exitCode).toBe(whole.exitCode);
  });

  it('several scenarios, with JUnit and in words', async () => {
    const files = await shards(['safe-register', 'stuck-register'], 6, 3);
    const junit = path('merged.xml');
    const page = path('merged.html');
    const { exitCode, out, err } = await scratch.seismolog([
      'merge',
      ...files,
      '--junit',
      junit,
      '--html',
      page,
      '--annotate',
      'github',
    ]);
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^safe-register {3}6 runs {3}valid\nstuck-register {3}6 runs {3}invalid {3}6 invalid\n/,
    );
    expect(out).toContain('invalid · 2 scenarios · 12 runs · from 3 documents');
    expect(readFileSync(junit, 'utf8')).toContain('tests="2" failures="1"');
    expect(readFileSync(page, 'utf8')).toContain('<title>invalid: 2 scenarios</title>');
    expect(err).toMatch(/^::error title=stuck-register%3A 6 of 6 runs broke the promise::/);
  });

  it('is unknown when a shard is missing, and refuses one that is there twice', async () => {
    const [first = '', second = '', third = ''] = await shards(['safe-register'], 6, 3);
    const gap = await scratch.seismolog(['merge', first, third]);
    expect(gap.exitCode).toBe(2);
    expect(gap.out).toContain('unknown because no document has the seeds 3 to 4');
    const twice = await scratch.seismolog(['merge', first, second, second]);
    expect(twice.exitCode).toBe(64);
    expect(twice.err).toContain('two of the documents have seed 3 in common');
  });

  it('refuses what is no document', async () => {
    writeFileSync(path('other.json'), '{"verdict": "valid"}');
    const { exitCode, err } = await scratch.seismolog(['merge', path('other.json')]);
    expect([exitCode, err]).toEqual([64, expect.stringContaining('is not the document of a campaign')]);
    expect((await scratch.seismolog(['run', 'safe-register', '--shard', '3/2'])).exitCode).toBe(64);
    expect(
      (await scratch.seismolog(['run', 'safe-register', '--shard', '1/2', '--for', '1s'])).exitCode,
    ).toBe(64);
  });
});

it('annotations escape what GitHub would read as a command', () => {
  const campaign = {
    scenario: 'a, b: c',
    promise: '100%\nsafe',
    verdict: 'unknown',
    unknownBecause: [],
    failures: [],
    invalid: 0,
    runs: 1,
  } as unknown as CampaignDocument;
  expect(annotations([campaign])).toBe('::warning title=a%2C b%3A c%3A unknown::100%25%0Asafe\n');
  expect(annotations([{ ...campaign, verdict: 'valid' }])).toBe('');
});
