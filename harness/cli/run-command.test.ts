import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RecordedTerminal } from './testing/recorded-terminal.js';
import { Scratch } from './testing/scratch.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());
const { runs } = scratch;
const seismolog = scratch.seismolog.bind(scratch);

describe('run', () => {
  it('tells in one line what held', async () => {
    const { exitCode, out, err } = await seismolog(['run', 'safe-register', '--seeds', '10']);
    expect(exitCode).toBe(0);
    expect(err).toBe('');
    expect(out).toMatchInlineSnapshot(`
      "safe-register     10 runs   valid    delay 8 fired, 8 mattered; pause 3 fired, 3 mattered; clock-drift 16 fired, 1 mattered …
          write    12,726 succeeded, 71 of unknown outcome
      valid · 1 scenario · 10 runs · 71 virtual s in … s
      "
    `);
  });

  it('tells the story of what was promised to break, and writes its report', async () => {
    const { exitCode, out } = await seismolog(['run', 'hasty-register-loses']);
    expect(exitCode).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "hasty-register-loses  lost-write after 56 runs; plan minimised from 7 faults to 2
          write    97,381 succeeded, 54 of unknown outcome
          6.250 s  c2 was told that 690 is written and does not find it
          6.250 s  c2 was told that 691 is written and does not find it
          6.250 s  c2 was told that 692 is written and does not find it
          6.250 s  c2 was told that 693 is written and does not find it
          6.250 s  c2 was told that 694 is written and does not find it
          6.250 s  c2 was told that 695 is written and does not find it
          6.250 s  c2 was told that 696 is written and does not find it
          6.250 s  c2 was told that 697 is written and does not find it
          6.250 s  c2 was told that 698 is written and does not find it
          6.250 s  c2 was told that 699 is written and does not find it
          6.250 s  c2 was told that 700 is written and does not find it
          6.250 s  c2 was told that 701 is written and does not find it
          … and 8 more lines in the report
          replay   npx seismolog replay sl1-…
          report   <tmp>/runs/hasty-register-loses/56/report.html
      valid · 1 scenario · 56 runs · 395 virtual s in … s
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
      "stuck-register      2 runs   invalid  2 invalid; not-converged at seed 1; plan minimised from 2 faults to 0
          write    1,885 succeeded, 23 of unknown outcome
          Every acknowledged write was read.
          still waiting: a client that never ends
          replay   npx seismolog replay sl1-…
          report   <tmp>/runs/stuck-register/1/report.html
          also     seed 2 (not-converged)
      invalid · 1 scenario · 2 runs · 30 virtual s in … s
      "
    `);
  });

  it('ends a run whose events have no end, says so, and writes what there is', async () => {
    const { exitCode, out } = await seismolog(['run', 'endless-register', '--seeds', '1']);
    expect(exitCode).toBe(1);
    expect(out).toContain('invalid  1 invalid; livelock at seed 1\n');
    expect(out).toContain(
      '2.000 s  livelock: more than 1048576 events at one instant: virtual time stands still; the last was a world event\n',
    );
    expect(out).toContain('report   <tmp>/runs/endless-register/1/report.html');
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

  it('does so with one worker, too', async () => {
    const { exitCode, out } = await seismolog(['run', 'dying-register', '--seeds', '6', '--workers', '1']);
    expect(exitCode).toBe(70);
    expect(out).toContain('the harness failed on seed 5');
    expect(out).toContain('5 runs');
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
      'doubts',
      'seeds',
      'runs',
      'valid',
      'invalid',
      'unknown',
      'virtualSeconds',
      'wallSeconds',
      'records',
      'recordsGone',
      'availability',
      'operations',
      'failures',
      'faults',
      'faultSources',
      'marks',
    ]);
    expect(document).toMatchObject({ verdict: 'valid', invalid: 1, unknown: 0 });
    expect(document.failures).toMatchObject([
      { scenario: 'hasty-register-loses', verdict: 'invalid', anomalies: [{ name: 'lost-write' }] },
    ]);
    expect(document.failures[0].faults.length).toBeLessThanOrEqual(3);
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
      'recordsGone',
      'losses',
      'availability',
      'operations',
      'faults',
      'replay',
      'replayLine',
      'runDirectory',
    ]);
    expect(document.runDirectory).toBe(join(runs, 'safe-register', '7'));
    const written = JSON.parse(readFileSync(join(document.runDirectory, 'run.json'), 'utf8'));
    expect(written).toEqual(document);
  });

  it('writes one page over all scenarios', async () => {
    const file = join(scratch.folder, 'pages', 'all.html');
    const run = ['run', 'safe-register', 'stuck-register', '--seeds', '2', '--html'];
    const { exitCode } = await seismolog([...run, file]);
    expect(exitCode).toBe(1);
    expect(readFileSync(file, 'utf8')).toContain('<title>invalid: 2 scenarios</title>');
    const lost = await seismolog(['run', 'safe-register', '--seeds', '2', '--html', scratch.folder]);
    expect(lost.exitCode).toBe(70);
  });

  it('writes JUnit of one seed alone, too, with the verdict that it has without', async () => {
    const file = join(scratch.folder, 'one.xml');
    const { exitCode, out } = await seismolog(['run', 'safe-register', '--seed', '7', '--junit', file]);
    expect(exitCode).toBe(0);
    expect(out).toContain('safe-register, seed 7\n');
    expect(readFileSync(file, 'utf8')).toMatch(
      /tests="1" failures="0" errors="0"[\s\S]*name="safe-register"/,
    );
    const broken = await seismolog(['run', 'stuck-register', '--seed', '1', '--junit', file]);
    expect(broken.exitCode).toBe(1);
    expect(readFileSync(file, 'utf8')).toContain('seed 1: not-converged');
    const lost = await seismolog(['run', 'safe-register', '--seed', '7', '--junit', scratch.folder]);
    expect(lost.exitCode).toBe(70);
    expect(lost.out).toContain(`cannot write <tmp>`);
  });

  it('names the JUnit suite, so that shards of one pipeline stand apart', async () => {
    const file = join(scratch.folder, 'shard.xml');
    const run = ['run', 'safe-register', '--seed', '7'];
    await seismolog([...run, '--junit', file, '--junit-suite', 'shard "2" of 3']);
    const xml = readFileSync(file, 'utf8');
    expect(xml).toContain('<testsuite name="shard &quot;2&quot; of 3" tests="1"');
    expect(xml).toContain('<testcase classname="shard &quot;2&quot; of 3" name="safe-register"');
    const { exitCode, err } = await seismolog([...run, '--junit-suite', 'alone']);
    expect(exitCode).toBe(64);
    expect(err).toContain('--junit-suite goes with --junit');
  });

  it('leaves no half of a JUnit file, and writes through links and into pipes', async () => {
    const file = join(scratch.folder, 'kept.xml');
    const link = join(scratch.folder, 'link.xml');
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    const inTheWay = `${realpathSync(file)}.partial-${process.pid}`;
    mkdirSync(inTheWay);
    const run = ['run', 'safe-register', '--seed', '7', '--junit'];
    expect((await seismolog([...run, file])).exitCode).toBe(70);
    expect(readFileSync(file, 'utf8')).toBe('old');
    rmSync(inTheWay, { recursive: true, force: true });
    expect((await seismolog([...run, link])).exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('name="safe-register"');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    if (process.platform !== 'win32') {
      expect((await seismolog([...run, '/dev/null'])).exitCode).toBe(0);
      expect(lstatSync('/dev/null').isFile()).toBe(false);
    }
  });

  it('says beside the document of one seed why nothing is known', async () => {
    const { exitCode, raw, err } = await seismolog(['run', 'judgeless-register', '--seed', '1', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(raw).verdict).toBe('unknown');
    expect(err).toContain('unknown because a checker crashed');
  });

  it('writes JUnit', async () => {
    const file = join(scratch.folder, 'junit.xml');
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
    expect(err).toContain(
      'go on with\n  npx seismolog run stuck-register --seed 4 --seeds 3 --runs-dir <tmp>/runs\n',
    );
  });

  it('repeats the options that were given, and what is left of the time', async () => {
    const terminal = new RecordedTerminal((self) => {
      if (self.stdout.includes('safe-register ')) self.pressCtrlC();
    });
    const junit = join(scratch.folder, 'a b.xml');
    const { err } = await seismolog(
      ['run', 'safe-register', 'stuck-register', '--for', '2s', '--no-minimise', '--bail', '--junit', junit],
      terminal,
    );
    const quoted = process.platform === 'win32' ? '"<tmp>/a b.xml"' : "'<tmp>/a b.xml'";
    expect(err).toContain(
      `run stuck-register --seed 1 --for 1s --bail --no-minimise --junit ${quoted} --runs-dir <tmp>/runs\n`,
    );
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
    const blocked = join(scratch.folder, 'a-file');
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
