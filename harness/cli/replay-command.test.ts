import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeFingerprint } from '../runner/code-fingerprint.js';
import { decodeReplayToken, encodeReplayToken } from '../runner/replay-token.js';
import { Scratch } from './testing/scratch.js';
import { toyParts } from './testing/toy-parts.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());
const { runs } = scratch;
const seismolog = scratch.seismolog.bind(scratch);

describe('replay', () => {
  it('gives the same run from the token that a campaign printed', async () => {
    const campaign = JSON.parse((await seismolog(['run', 'hasty-register-loses', '--json'])).raw);
    const failure = campaign.failures[0];
    const { exitCode, raw } = await seismolog(['replay', failure.replay, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(raw)).toMatchObject({
      digest: failure.digest,
      anomalies: failure.anomalies,
      replay: failure.replay,
    });
  });

  it('gives the same run from the run directory and from its plan', async () => {
    const campaign = JSON.parse((await seismolog(['run', 'hasty-register-loses', '--json'])).raw);
    const { digest, runDirectory } = campaign.failures[0];
    for (const what of [runDirectory, join(runDirectory, 'plan.json')]) {
      expect(JSON.parse((await seismolog(['replay', what, '--json'])).raw).digest).toBe(digest);
    }
  });

  it('keeps in token and plan which wire a run had, until another one is asked for', async () => {
    const wireOf = (token: string) => decodeReplayToken(token).limits?.wire;
    const single = JSON.parse(
      (await seismolog(['run', 'safe-register', '--seed', '5', '--wire', 'bytes', '--json'])).raw,
    );
    expect(wireOf(single.replay)).toBe('bytes');
    const campaign = JSON.parse(
      (await seismolog(['run', 'hasty-register-loses', '--wire', 'bytes', '--json'])).raw,
    );
    const { replay, runDirectory } = campaign.failures[0];
    expect(wireOf(replay)).toBe('bytes');
    for (const what of [replay, runDirectory]) {
      const again = JSON.parse((await seismolog(['replay', what, '--json'])).raw);
      expect(wireOf(again.replay)).toBe('bytes');
    }
    const typed = JSON.parse((await seismolog(['replay', replay, '--wire', 'typed', '--json'])).raw);
    expect(wireOf(typed.replay)).toBeUndefined();
  });

  it('says so when the same code does not give the same run', async () => {
    const run = JSON.parse((await seismolog(['run', 'safe-register', '--seed', '5', '--json'])).raw);
    const token = encodeReplayToken({ ...decodeReplayToken(run.replay), digest: '0123456789abcdef' });
    const { exitCode, out } = await seismolog(['replay', token]);
    expect(exitCode).toBe(2);
    expect(out).toContain(
      `this is not the run that the token was made of: its digest is ${run.digest}, that one had 0123456789abcdef`,
    );
    expect((await seismolog(['replay', run.replay])).exitCode).toBe(0);
  });

  it('makes a plan smaller when asked', async () => {
    const campaign = JSON.parse(
      (await seismolog(['run', 'hasty-register-loses', '--json', '--no-minimise'])).raw,
    );
    const { out, exitCode } = await seismolog(['replay', campaign.failures[0].replay, '--minimise']);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/smaller {2}faults: \d → \d/);
  });

  it('tells the run as text, the replay line first and last', async () => {
    const plan = join(scratch.folder, 'crash.json');
    writeFileSync(
      plan,
      JSON.stringify({
        version: 1,
        faults: [{ kind: 'crash', atMicros: 1_000_000, target: 's1', durationMicros: 500_000 }],
      }),
    );
    const { out, exitCode } = await seismolog(['replay', plan, '--scenario', 'safe-register', '--seed', '3']);
    expect(exitCode).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "safe-register, seed 3
          replay   npx seismolog replay sl1-…
          promise  servers crash one at a time; no acknowledged write is lost
          digest   …
          fault    crash: 1 configured, 1 fired, 1 mattered
          write    1,540 succeeded, 2 of unknown outcome
          Every acknowledged write was read.
          replay   npx seismolog replay sl1-…
          report   <tmp>/runs/safe-register/3/report.html
      valid · 1,540 records · 8,439 events · 7.0 virtual s in … s
      "
    `);
  });

  it('refuses a token of other code and offers its plan', async () => {
    const plan = {
      version: 1 as const,
      faults: [{ kind: 'crash' as const, atMicros: 1_000_000, target: 's1', durationMicros: 500_000 }],
    };
    const token = encodeReplayToken({
      scenario: 'safe-register',
      seed: '77',
      fingerprint: '000000000000',
      limits: null,
      plan,
      digest: null,
    });
    const { exitCode, err } = await seismolog(['replay', token]);
    expect(exitCode).toBe(64);
    expect(err.replaceAll(codeFingerprint(toyParts.codeRoot), '<this code>')).toMatchInlineSnapshot(`
      "seismolog: this token was made by other code (000000000000; this is <this code>), so the seed may take another course.
      Its plan is now in <tmp>/runs/safe-register/77/plan.json. To try that plan with this code:
        npx seismolog replay <tmp>/runs/safe-register/77/plan.json
      "
    `);
    const offered = join(runs, 'safe-register', '77', 'plan.json');
    expect((await seismolog(['replay', offered])).exitCode).toBe(0);

    // Now there is a run of that seed: its plan is not the token's to overwrite.
    const ofRun = readFileSync(offered, 'utf8');
    expect((await seismolog(['replay', token])).err).toContain('safe-register/77/plan-from-token.json');
    expect(readFileSync(offered, 'utf8')).toBe(ofRun);
  });

  it('shows the plan of a token of other code where it cannot be written', async () => {
    const path = join(scratch.folder, 'in-the-way');
    writeFileSync(path, '');
    const plan = { version: 1 as const, faults: [] };
    const run = {
      scenario: 'safe-register',
      seed: '78',
      fingerprint: '000000000000',
      limits: null,
      plan,
      digest: null,
    };
    const { exitCode, err } = await seismolog(['replay', encodeReplayToken(run), '--runs-dir', path]);
    expect(exitCode).toBe(64);
    expect(err).toContain('this token was made by other code (000000000000');
    const shown = join(scratch.folder, 'shown.json');
    writeFileSync(shown, err.slice(err.indexOf('{')));
    expect((await seismolog(['replay', shown])).exitCode).toBe(0);
  });

  it('refuses to change what a token names', async () => {
    const run = {
      scenario: 'safe-register',
      seed: '79',
      fingerprint: '0',
      limits: null,
      plan: null,
      digest: null,
    };
    const { exitCode, err } = await seismolog(['replay', encodeReplayToken(run), '--seed', '5']);
    expect(exitCode).toBe(64);
    expect(err).toContain('--seed goes with a plan; a token names its own seed: 79');
  });

  it('takes a plan that an editor began with a byte order mark', async () => {
    const path = join(scratch.folder, 'bom.json');
    writeFileSync(path, '\u{FEFF}{"version": 1, "scenario": "safe-register", "faults": []}');
    expect((await seismolog(['replay', path])).exitCode).toBe(0);
  });

  it.each([
    ['a damaged token', 'sl1-WyJhIl0abcdef', 'the token is damaged or cut short'],
    [
      'no token and no file',
      'hello',
      '"hello" is neither a replay token (those begin with "sl1-") nor a file',
    ],
    ['a missing file', 'missing/plan.json', 'there is no file missing/plan.json'],
  ])('refuses %s', async (_, what, words) => {
    const { exitCode, err, out } = await seismolog(['replay', what]);
    expect(exitCode).toBe(64);
    expect(err).toContain(words);
    expect(out).toBe('');
  });

  it.each([
    ['no JSON', '{', ': the plan: is not JSON'],
    [
      'an unknown kind',
      '{"version":1,"faults":[{"kind":"crsh"}]}',
      'faults[0].kind: unknown fault kind "crsh"; did you mean "crash"?',
    ],
    [
      'a target that does not exist',
      '{"version":1,"faults":[{"kind":"crash","atMicros":1,"target":"s9","durationMicros":1}]}',
      'faults[0].target: no host "s9"; hosts are s1, s2, c1, c2',
    ],
    [
      'a misspelt key',
      '{"version":1,"sceanrio":"x","faults":[]}',
      'sceanrio: a plan has no such field; did you mean "scenario"?',
    ],
    [
      'a key of something else',
      '{"version":1,"faults":[],"comment":"mine"}',
      'comment: a plan has no such field; its fields are version, scenario, seed, limits, faults',
    ],
    [
      'a misspelt limit',
      '{"version":1,"limits":{"durationMicros":1,"operationMax":3},"faults":[]}',
      'limits.operationMax: limits have no such field; did you mean "operationsMax"?',
    ],
    [
      'a host that cannot be left out',
      '{"version":1,"limits":{"durationMicros":1,"without":["s1"]},"faults":[]}',
      'limits.without: safe-register cannot do without "s1"; it can without c1, c2',
    ],
  ])('refuses a plan with %s and says where', async (_, text, words) => {
    const plan = join(scratch.folder, 'wrong.json');
    writeFileSync(plan, text);
    const { exitCode, err } = await seismolog(['replay', plan, '--scenario', 'safe-register']);
    expect(exitCode).toBe(64);
    expect(err).toContain(words);
    expect(err).toContain('wrong.json: ');
  });

  it('refuses a plan that names no scenario', async () => {
    const plan = join(scratch.folder, 'nameless.json');
    writeFileSync(plan, '{"version":1,"faults":[]}');
    const { exitCode, err } = await seismolog(['replay', plan]);
    expect(exitCode).toBe(64);
    expect(err).toContain('names no scenario; say which with --scenario');
  });
});
