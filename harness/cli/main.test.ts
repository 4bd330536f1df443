import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeReplayToken } from '../runner/replay-token.js';
import { Scratch } from './testing/scratch.js';
import { losingRegister } from './testing/toy-parts.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());
const seismolog = scratch.seismolog.bind(scratch);

describe('museum', () => {
  it('finds the mistake, and not where none is', async () => {
    const { exitCode, out } = await seismolog(['museum']);
    expect(exitCode).toBe(2);
    expect(out).toMatchInlineSnapshot(`
      "haste                        A write is answered before it is copied
          found by lost-write after 56 runs (… cpu s); 2 faults in the minimal plan
          with the right rule: valid
          replay   npx seismolog replay sl1-…
      nothing                      No mistake at all
          not found in 5 runs of safe-register+nothing
      1 of 2 exhibits found
      "
    `);
  });

  it('exits with 70 when what was found could not be written', async () => {
    const file = join(scratch.folder, 'in-the-way');
    writeFileSync(file, '');
    const { exitCode, out, err } = await seismolog(['museum', 'haste', '--runs-dir', join(file, 'runs')]);
    expect(exitCode).toBe(70);
    expect(out).toContain('1 of 1 exhibit found');
    expect(err).toContain('a part of the path is a file, not a directory (ENOTDIR)');
  });

  it('prints one document with --json', async () => {
    const { exitCode, raw } = await seismolog(['museum', 'haste', '--json']);
    const [exhibit] = JSON.parse(raw);
    expect(exitCode).toBe(0);
    expect(exhibit).toMatchObject({ id: 'haste', found: true, checker: 'lost-write', greenAgain: true });
    expect(decodeReplayToken(exhibit.replay).scenario).toBe('safe-register+haste');
    const replayed = JSON.parse((await seismolog(['replay', exhibit.replay, '--json'])).raw);
    expect(replayed.verdict).toBe('invalid');
  });
});

describe('list, check and report', () => {
  it('lists what is promised', async () => {
    expect(JSON.parse((await seismolog(['list', '--json'])).raw)[0]).toEqual({
      name: losingRegister.name,
      promise: losingRegister.promise,
      profile: 'register',
      setByHarness: {},
    });
    expect((await seismolog(['list'])).out).toContain('safe-register         servers crash one at a time');
  });

  it('judges a history by its exit code', async () => {
    const file = join(scratch.folder, 'history.jsonl');
    writeFileSync(file, '');
    const { exitCode, out } = await seismolog(['check', file]);
    expect(exitCode).toBe(1);
    const open = 'besides, not judged: no poll ever succeeded\n';
    expect(out).toBe(`lost-write ×2\n    {"key":1,"value":10}\n${open}invalid\n`);
    const asDocument = await seismolog(['check', file, '--json']);
    expect(JSON.parse(asDocument.raw)).toEqual({
      verdict: 'invalid',
      anomalies: [{ name: 'lost-write', count: 2, witnesses: [{ key: 1, value: 10 }], allowed: false }],
    });
    expect(asDocument.err).toBe(open);
  });

  it('draws a report again', async () => {
    const document = JSON.parse((await seismolog(['run', 'safe-register', '--seed', '9', '--json'])).raw);
    const report = join(document.runDirectory, 'report.html');
    rmSync(report);
    expect((await seismolog(['report', document.runDirectory])).exitCode).toBe(0);
    expect(existsSync(report)).toBe(true);
    const { raw } = await seismolog(['report', document.runDirectory, '--json']);
    const before = readFileSync(report, 'utf8');
    const inTheWay = join(document.runDirectory, `report.html.partial-${process.pid}`);
    mkdirSync(inTheWay);
    const failed = await seismolog(['report', document.runDirectory]);
    expect(failed.exitCode).toBe(64);
    expect(failed.err).toMatch(/^seismolog: cannot write .*report\.html: /);
    expect(readFileSync(report, 'utf8')).toBe(before);
    expect(JSON.parse(raw)).toEqual({ runDirectory: document.runDirectory, report });
  });

  it.each([
    [['check', 'missing.jsonl'], 'there is no file missing.jsonl'],
    [['report', 'nowhere'], 'nowhere is no run directory: it has no run.json'],
  ])('refuses %j', async (argv, words) => {
    const { exitCode, err } = await seismolog(argv);
    expect(exitCode).toBe(64);
    expect(err).toContain(words);
  });
});

describe('bad usage exits with 64 and says what would be right', () => {
  it.each([
    [['run', 'safe-regster'], 'unknown scenario "safe-regster"; did you mean "safe-register"?'],
    [['museum', 'hast'], 'unknown exhibit "hast"; did you mean "haste"?'],
    [['run', 'dying'], 'unknown scenario "dying"; did you mean "dying-register"?'],
    [['rn'], "unknown command 'rn'"],
    [['run', '--sedes', '5'], "unknown option '--sedes'"],
    [['run', '--seeds', 'many'], 'It must be a whole number, 1 or more.'],
    [['run', '--seeds', '0'], 'It must be a whole number, 1 or more.'],
    [['run', '--for', '60'], 'It must be a time such as 60s'],
    [['run', '--workers', '1.5'], 'It must be a whole number'],
    [['run', '--wire', 'frames'], 'It must be typed or bytes.'],
    [['run', '--workers', '100000'], 'or less: there '],
    [['run', 'safe-register', '--seed', 'abc', '--seeds', '3'], 'a campaign counts up from a whole number'],
    [['run', 'safe-register', '--seed', '9007199254740990', '--seeds', '3'], '2^52 at most'],
    [['replay'], "missing required argument 'token|plan.json'"],
  ])('%j', async (argv, words) => {
    const { exitCode, err, out } = await seismolog(argv);
    expect(exitCode).toBe(64);
    expect(err).toContain(words);
    expect(out).toBe('');
  });
});

describe('help', () => {
  it.each([[[]], [['run']], [['replay']], [['museum']], [['check']]])(
    'of %j teaches with examples',
    async (argv) => {
      const { exitCode, out } = await seismolog([...argv.filter(() => true), '--help']);
      expect(exitCode).toBe(0);
      expect(out).toMatchSnapshot();
    },
  );

  it('tells the version', async () => {
    expect((await seismolog(['--version'])).out).toBe('0.0.0-test\n');
  });
});
