import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeFingerprint } from '../runner/code-fingerprint.js';
import { decodeReplayToken, encodeReplayToken } from '../runner/replay-token.js';
import { main } from './main.js';
import { RecordedTerminal } from './testing/recorded-terminal.js';
import { losingRegister, toyParts } from './testing/toy-parts.js';

const scratch = mkdtempSync(join(tmpdir(), 'seismolog-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const runs = join(scratch, 'runs');

async function seismolog(argv: readonly string[], terminal = new RecordedTerminal()) {
  const writes = ['run', 'replay', 'museum'].includes(argv[0] ?? '') && !argv.includes('--runs-dir');
  const single =
    ['run', 'museum'].includes(argv[0] ?? '') && !argv.includes('--workers') ? ['--workers', '1'] : [];
  const exitCode = await main(
    [...argv, ...(writes ? ['--runs-dir', runs] : []), ...single],
    toyParts,
    terminal,
  );
  const settled = (text: string) =>
    text
      .replaceAll(scratch, '<tmp>')
      .replaceAll(/sl1-[\w-]+/g, 'sl1-…')
      .replaceAll(/ in \d+\.\d+ s/g, ' in … s')
      .replaceAll(/digest {3}[0-9a-f]{16}/g, 'digest   …')
      .replaceAll(/[\d.]+ cpu s/g, '… cpu s');
  return { exitCode, out: settled(terminal.stdout), err: settled(terminal.stderr), raw: terminal.stdout };
}

describe('run', () => {
  it('tells in one line what held', async () => {
    const { exitCode, out, err } = await seismolog(['run', 'safe-register', '--seeds', '10']);
    expect(exitCode).toBe(0);
    expect(err).toBe('');
    expect(out).toMatchInlineSnapshot(`
      "safe-register     10 runs   valid    cut 15 fired, 10 mattered; delay 18 fired, 18 mattered; crash 6 fired, 6 mattered …
      valid · 1 scenario · 10 runs · 51 virtual s in … s
      "
    `);
  });

  it('tells the story of what was promised to break, and writes its report', async () => {
    const { exitCode, out } = await seismolog(['run', 'hasty-register-loses']);
    expect(exitCode).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "hasty-register-loses  lost-write after 44 runs; plan minimised from 6 faults to 2
          3.250 s  c2 was told that 497 is written and does not find it
          3.250 s  c2 was told that 498 is written and does not find it
          3.250 s  c2 was told that 499 is written and does not find it
          3.250 s  c2 was told that 500 is written and does not find it
          3.250 s  c2 was told that 501 is written and does not find it
          3.250 s  c2 was told that 502 is written and does not find it
          3.250 s  c2 was told that 503 is written and does not find it
          3.250 s  c2 was told that 504 is written and does not find it
          3.250 s  c2 was told that 505 is written and does not find it
          3.250 s  c2 was told that 506 is written and does not find it
          3.250 s  c2 was told that 507 is written and does not find it
          3.250 s  c2 was told that 508 is written and does not find it
          … and 26 more lines in the report
          replay   npx seismolog replay sl1-…
          report   <tmp>/runs/hasty-register-loses/44/report.html
      valid · 1 scenario · 44 runs · 222 virtual s in … s
      "
    `);
    const latest = realpathSync(join(runs, 'latest'));
    expect(readdirSync(latest).sort()).toEqual([
      'history.jsonl',
      'plan-before-minimisation.json',
      'plan.json',
      'report.html',
      'results.json',
      'run.json',
      's1.log',
      's2.log',
      'trace.jsonl',
    ]);
  });

  it('exits with 1 and the reason when a promise is broken', async () => {
    const { exitCode, out } = await seismolog(['run', 'stuck-register', '--seeds', '2']);
    expect(exitCode).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "stuck-register      2 runs   invalid  2 invalid; not-converged at seed 1; plan minimised from 6 faults to 0
          Every acknowledged write was read.
          still waiting: a client that never ends
          replay   npx seismolog replay sl1-…
          report   <tmp>/runs/stuck-register/1/report.html
          also     seed 2 (not-converged)
      invalid · 1 scenario · 2 runs · 30 virtual s in … s
      "
    `);
  });

  it('exits with 2 when a run cannot be judged', async () => {
    const { exitCode, out } = await seismolog(['run', 'judgeless-register', '--seeds', '2']);
    expect(exitCode).toBe(2);
    expect(out).toContain(
      'unknown because 2 of 2 runs could not be judged: a checker crashed: Error: the judge stumbled',
    );
  });

  it('exits with 2 when what is promised to break was not seen to', async () => {
    const { exitCode, out } = await seismolog(['run', 'safe-register-loses', '--seeds', '1']);
    expect(exitCode).toBe(2);
    expect(out).toContain('the promised failure was not found in 2 runs; it should be found within 2');
  });

  it('exits with 70 when a worker dies, says on which seed, and has run the others', async () => {
    const { exitCode, out } = await seismolog(['run', 'dying-register', '--seeds', '9', '--workers', '2']);
    expect(exitCode).toBe(70);
    expect(out).toContain('the harness failed on seed 5: its worker died: worker exited with code: 9');
    expect(out).toContain('8 runs');
  });

  it('prints one campaign document with --json', async () => {
    const { exitCode, raw, err } = await seismolog(['run', 'hasty-register-loses', '--json']);
    const document = JSON.parse(raw);
    expect(exitCode).toBe(0);
    expect(err).toBe('');
    expect(Object.keys(document)).toEqual([
      'scenario',
      'promise',
      'verdict',
      'unknownBecause',
      'runs',
      'valid',
      'invalid',
      'unknown',
      'virtualSeconds',
      'wallSeconds',
      'failures',
      'faults',
      'marks',
    ]);
    expect(document).toMatchObject({ verdict: 'valid', invalid: 1, unknown: 0 });
    expect(document.failures).toMatchObject([
      { scenario: 'hasty-register-loses', verdict: 'invalid', anomalies: [{ name: 'lost-write' }] },
    ]);
    expect(document.failures[0].faults.length).toBeLessThanOrEqual(2);
  });

  it('prints the sum and each campaign for several scenarios', async () => {
    const { exitCode, raw } = await seismolog([
      'run',
      'safe-register',
      'stuck-register',
      '--seeds',
      '2',
      '--json',
    ]);
    const document = JSON.parse(raw);
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({ verdict: 'invalid', runs: 4, valid: 2, invalid: 2, unknown: 0 });
    expect(document.campaigns.map((each: { scenario: string }) => each.scenario)).toEqual([
      'safe-register',
      'stuck-register',
    ]);
    expect(document.failures.length).toBe(2);
  });

  it('runs one seed alone, prints its document and writes its directory', async () => {
    const { exitCode, raw } = await seismolog(['run', 'safe-register', '--seed', '7', '--json']);
    const document = JSON.parse(raw);
    expect(exitCode).toBe(0);
    expect(Object.keys(document)).toEqual([
      'scenario',
      'seed',
      'digest',
      'verdict',
      'anomalies',
      'virtualSeconds',
      'wallSeconds',
      'events',
      'records',
      'faults',
      'replay',
      'runDirectory',
    ]);
    expect(document.runDirectory).toBe(join(runs, 'safe-register', '7'));
    const written = JSON.parse(readFileSync(join(document.runDirectory, 'run.json'), 'utf8'));
    expect(written).toEqual(document);
  });

  it('writes JUnit', async () => {
    const file = join(scratch, 'junit.xml');
    await seismolog(['run', 'safe-register', 'stuck-register', '--seeds', '1', '--junit', file]);
    const xml = readFileSync(file, 'utf8')
      .replaceAll(/time="[\d.]+"/g, 'time="…"')
      .replaceAll(/sl1-[\w-]+/g, 'sl1-…');
    expect(xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="seismolog" tests="2" failures="1" errors="0" time="…">
        <testsuite name="seismolog" tests="2" failures="1" errors="0" time="…">
          <testcase classname="seismolog" name="safe-register" time="…"/>
          <testcase classname="seismolog" name="stuck-register" time="…">
            <failure type="invalid" message="1 of 1 runs broke the promise">servers crash one at a time; no acknowledged write is lost
      seed 1: not-converged
        npx seismolog replay sl1-…</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('writes a directory of its own for the campaign', async () => {
    await seismolog(['run', 'safe-register', '--seeds', '3', '--seed', '11']);
    const document = JSON.parse(
      readFileSync(join(runs, 'safe-register', 'campaign-11-13', 'campaign.json'), 'utf8'),
    );
    expect(document).toMatchObject({ scenario: 'safe-register', runs: 3, verdict: 'valid' });
  });

  it('keeps what is done at Ctrl-C and says how to go on', async () => {
    const terminal = new RecordedTerminal((self) => {
      if (self.stdout.includes('safe-register ')) self.pressCtrlC();
    });
    const { exitCode, out, err } = await seismolog(
      ['run', 'safe-register', 'stuck-register', '--seeds', '3', '--seed', '4'],
      terminal,
    );
    expect(exitCode).toBe(2);
    expect(out).toContain('safe-register       3 runs   valid');
    expect(err).toContain('go on with\n  npx seismolog run stuck-register --seed 4 --seeds 3\n');
  });

  it('says where in a campaign to go on', async () => {
    const terminal = new RecordedTerminal();
    setTimeout(() => terminal.pressCtrlC(), 500);
    const { exitCode, out, err } = await seismolog(['run', 'safe-register', '--seeds', '100000'], terminal);
    const next = Number(/run safe-register --seed (\d+) --seeds (\d+)/.exec(err)?.[1]);
    expect(exitCode).toBe(2);
    expect(out).toMatch(new RegExp(`it was interrupted after ${next - 1} runs?`));
    expect(err).toContain(`--seed ${next} --seeds ${100_001 - next}`);
  });

  it('prints the verdict when the run directory cannot be written, and says so', async () => {
    const blocked = join(scratch, 'a-file');
    writeFileSync(blocked, '');
    const { exitCode, raw, err } = await seismolog([
      'run',
      'stuck-register',
      '--seed',
      '1',
      '--json',
      '--runs-dir',
      blocked,
    ]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(raw)).toMatchObject({ verdict: 'invalid', runDirectory: null });
    expect(err).toMatch(
      /^cannot write <tmp>\/a-file\/stuck-register\/1: (a part of the path is a file|a file of that name)/,
    );
    const valid = await seismolog(['run', 'safe-register', '--seeds', '1', '--runs-dir', blocked]);
    expect(valid.exitCode).toBe(70);
    expect(valid.out).toContain('valid · 1 scenario · 1 run');
  });
});

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

  it('makes a plan smaller when asked', async () => {
    const campaign = JSON.parse(
      (await seismolog(['run', 'hasty-register-loses', '--json', '--no-minimise'])).raw,
    );
    const { out, exitCode } = await seismolog(['replay', campaign.failures[0].replay, '--minimise']);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/smaller {2}faults: \d → \d/);
  });

  it('tells the run as text, the replay line first and last', async () => {
    const plan = join(scratch, 'crash.json');
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
          Every acknowledged write was read.
          replay   npx seismolog replay sl1-…
          report   <tmp>/runs/safe-register/3/report.html
      valid · 1,540 records · 7,638 events · 5.0 virtual s in … s
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
    ['no JSON', '{', ': $: is not JSON'],
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
      'a host that cannot be left out',
      '{"version":1,"limits":{"durationMicros":1,"without":["s1"]},"faults":[]}',
      'limits.without: safe-register cannot do without "s1"; it can without c1, c2',
    ],
  ])('refuses a plan with %s and says where', async (_, text, words) => {
    const plan = join(scratch, 'wrong.json');
    writeFileSync(plan, text);
    const { exitCode, err } = await seismolog(['replay', plan, '--scenario', 'safe-register']);
    expect(exitCode).toBe(64);
    expect(err).toContain(words);
    expect(err).toContain('wrong.json: ');
  });

  it('refuses a plan that names no scenario', async () => {
    const plan = join(scratch, 'nameless.json');
    writeFileSync(plan, '{"version":1,"faults":[]}');
    const { exitCode, err } = await seismolog(['replay', plan]);
    expect(exitCode).toBe(64);
    expect(err).toContain('names no scenario; say which with --scenario');
  });
});

describe('museum', () => {
  it('finds the mistake, and not where none is', async () => {
    const { exitCode, out } = await seismolog(['museum']);
    expect(exitCode).toBe(2);
    expect(out).toMatchInlineSnapshot(`
      "haste                        A write is answered before it is copied
          found by lost-write after 44 runs (… cpu s); 2 faults in the minimal plan
          with the right rule: valid
          replay   npx seismolog replay sl1-…
      nothing                      No mistake at all
          not found in 5 runs of safe-register+nothing
      1 of 2 exhibits found
      "
    `);
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
    });
    expect((await seismolog(['list'])).out).toContain('safe-register         servers crash one at a time');
  });

  it('judges a history by its exit code', async () => {
    const file = join(scratch, 'history.jsonl');
    writeFileSync(file, '');
    const { exitCode, out } = await seismolog(['check', file]);
    expect(exitCode).toBe(1);
    expect(out).toBe('lost-write ×2\n    {"key":1,"value":10}\ninvalid\n');
    expect(JSON.parse((await seismolog(['check', file, '--json'])).raw)).toEqual({
      verdict: 'invalid',
      anomalies: [{ name: 'lost-write', count: 2, witnesses: [{ key: 1, value: 10 }], allowed: false }],
    });
  });

  it('draws a report again', async () => {
    const document = JSON.parse((await seismolog(['run', 'safe-register', '--seed', '9', '--json'])).raw);
    const report = join(document.runDirectory, 'report.html');
    rmSync(report);
    expect((await seismolog(['report', document.runDirectory])).exitCode).toBe(0);
    expect(existsSync(report)).toBe(true);
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
    [['rn'], "unknown command 'rn'"],
    [['run', '--sedes', '5'], "unknown option '--sedes'"],
    [['run', '--seeds', 'many'], 'It must be a whole number, 1 or more.'],
    [['run', '--seeds', '0'], 'It must be a whole number, 1 or more.'],
    [['run', '--for', '60'], 'It must be a time such as 60s'],
    [['run', '--workers', '1.5'], 'It must be a whole number'],
    [['run', 'safe-register', '--seed', 'abc', '--seeds', '3'], 'a campaign counts up from a whole number'],
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

mkdirSync(runs, { recursive: true });
