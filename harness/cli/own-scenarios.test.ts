/** `--scenarios`: a user's module at the command line, from `list` to `replay`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeReplayToken, encodeReplayToken } from '../runner/replay-token.js';
import { OWN_SCENARIOS, TOYS, writeModule } from '../runner/testing/own-module.js';
import { RecordedTerminal } from './testing/recorded-terminal.js';
import { Scratch } from './testing/scratch.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());
const seismolog = scratch.seismolog.bind(scratch);
let count = 0;
const write = (source: string) => writeModule(scratch.folder, `own-${++count}.mjs`, source);
const own = write(OWN_SCENARIOS);

describe('scenarios of a module', () => {
  it('are listed instead of the built-in ones', async () => {
    const { raw } = await seismolog(['list', '--json', '--scenarios', own]);
    expect(JSON.parse(raw).map(({ name }: { name: string }) => name)).toEqual(['hasty-own', 'careful']);
  });

  it('are run when none is named, with the module in the replay line', async () => {
    const { exitCode, out } = await seismolog(['run', '--seeds', '60', '--scenarios', own]);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^hasty-own {2,}60 runs {3}invalid/);
    expect(out).toContain(`replay   npx seismolog replay sl1-… --scenarios <tmp>/own-1.mjs\n`);
    expect(out).toContain('invalid · 2 scenarios · 120 runs');
  });

  it('are run by their names, beside built-in ones', async () => {
    const { exitCode, out } = await seismolog([
      'run',
      'careful',
      'safe-register',
      '--seeds',
      '2',
      '--scenarios',
      own,
    ]);
    expect(exitCode).toBe(0);
    expect(out).toContain('valid · 2 scenarios · 4 runs');
  });

  it('give on worker threads what they give alone', async () => {
    const run = (...more: string[]) =>
      seismolog(['run', 'hasty-own', '--seeds', '60', '--json', '--scenarios', own, ...more]);
    const [alone, together] = [await run(), await run('--workers', '2')];
    const { wallSeconds: _, ...document } = JSON.parse(alone.raw);
    expect(together.err).toBe('');
    expect(JSON.parse(together.raw)).toMatchObject({
      ...document,
      failures: document.failures.map(({ digest }: { digest: string }) => ({ digest })),
    });
  });

  it('are replayed from the line that was printed, the run directory and its plan', async () => {
    const { raw } = await seismolog(['run', 'hasty-own', '--seeds', '60', '--json', '--scenarios', own]);
    const [failure] = JSON.parse(raw).failures;
    expect(failure.replayLine).toBe(`npx seismolog replay ${failure.replay} --scenarios ${own}`);
    for (const what of [failure.replay, failure.runDirectory, join(failure.runDirectory, 'plan.json')]) {
      const again = await seismolog(['replay', what, '--json', '--scenarios', own]);
      expect(again.exitCode).toBe(1);
      expect(JSON.parse(again.raw)).toMatchObject({ digest: failure.digest, replay: failure.replay });
    }
  });

  it('are in the line that JUnit has, and in the one that goes on after Ctrl-C', async () => {
    const junit = join(scratch.folder, 'own.xml');
    const terminal = new RecordedTerminal((self) => {
      if (self.stdout.includes('hasty-own ')) self.pressCtrlC();
    });
    const argv = ['run', 'hasty-own', 'careful', '--seeds', '60', '--scenarios', own, '--junit', junit];
    const { err } = await seismolog(argv, terminal);
    expect(readFileSync(junit, 'utf8')).toMatch(/npx seismolog replay sl1-[\w-]+ --scenarios \S+own-1\.mjs/);
    expect(err).toContain('run careful --seed 1 --seeds 60 --scenarios <tmp>/own-1.mjs');
  });

  it('are found by a path that a shell would take for something else', async () => {
    const strange = writeModule(scratch.folder, "it's $(my) own.mjs", OWN_SCENARIOS);
    const { raw } = await seismolog(['run', 'careful', '--seed', '1', '--json', '--scenarios', strange]);
    const quoted = process.platform === 'win32' ? `"${strange}"` : `'${strange.replace("'", "'\\''")}'`;
    expect(JSON.parse(raw).replayLine.endsWith(` --scenarios ${quoted}`)).toBe(true);
  });
});

describe('a token of a scenario of a module', () => {
  it('needs the module, and says so', async () => {
    const { raw } = await seismolog(['run', 'careful', '--seed', '1', '--json', '--scenarios', own]);
    const { exitCode, err } = await seismolog(['replay', JSON.parse(raw).replay]);
    expect(exitCode).toBe(64);
    expect(err).toContain('unknown scenario "careful"');
    expect(err).toContain('(one of your own is found with --scenarios and its module)');
  });

  it('is of other code once the module has changed, and its plan is kept', async () => {
    const { raw } = await seismolog(['run', 'careful', '--seed', '1', '--json', '--scenarios', own]);
    const changed = write(OWN_SCENARIOS.replace("'careful', { hasty: false }", "'careful', { hasty: true }"));
    const { exitCode, err } = await seismolog(['replay', JSON.parse(raw).replay, '--scenarios', changed]);
    expect(exitCode).toBe(64);
    expect(err).toMatch(/made by other code \(\w+; this is \w+ with <tmp>\/own-\d+\.mjs\)/);
    expect(err).toMatch(
      /npx seismolog replay <tmp>\/runs\/careful\/1\/plan\S*\.json --scenarios <tmp>\/own-\d+\.mjs\n/,
    );
  });

  it('is taken without a word of the module from a program that had none; the digest tells', async () => {
    const { raw } = await seismolog(['run', 'careful', '--seed', '1', '--json', '--scenarios', own]);
    const replay = decodeReplayToken(JSON.parse(raw).replay);
    const builtIn = await seismolog(['run', 'safe-register', '--seed', '1', '--json']);
    const { fingerprint } = decodeReplayToken(JSON.parse(builtIn.raw).replay);
    expect(fingerprint).not.toBe(replay.fingerprint);
    const again = await seismolog([
      'replay',
      encodeReplayToken({ ...replay, fingerprint }),
      '--scenarios',
      own,
    ]);
    expect(again.exitCode).toBe(0);
    const other = { ...replay, fingerprint, digest: '0123456789abcdef' };
    const doubtful = await seismolog(['replay', encodeReplayToken(other), '--scenarios', own]);
    expect(doubtful.exitCode).toBe(2);
  });
});

describe('bad input exits with 64 and says where', () => {
  it.each([
    [
      'a name of a built-in one',
      `${TOYS}export default registerScenario('safe-register', {});`,
      '"safe-register" is the name of a built-in scenario',
    ],
    [
      'a name of an exhibit',
      `${TOYS}export default registerScenario('safe-register+haste', {});`,
      'is the name of a built-in scenario',
    ],
    [
      'an error',
      'export const x = 1;\nthrow new Error("no luck");',
      /cannot be loaded: no luck \(.*own-\d+\.mjs:2\)/,
    ],
    ['nothing', '', 'exports nothing'],
    [
      'half a scenario',
      'export const scenarios = [{ name: "x", promise: "p" }];',
      'scenarios[0]: has no build()',
    ],
  ])('a module with %s', async (_, source, words) => {
    for (const argv of [['run'], ['list'], ['replay', 'plan.json']]) {
      const { exitCode, out, err } = await seismolog([...argv, '--scenarios', write(source)]);
      expect({ exitCode, out }).toEqual({ exitCode: 64, out: '' });
      expect(err).toMatch(words);
      expect(err.split('\n').length).toBe(2);
    }
  });

  it('no file, no path, two modules', async () => {
    expect(await seismolog(['run', '--scenarios', 'gone.mjs'])).toMatchObject({
      exitCode: 64,
      err: 'seismolog: there is no file gone.mjs\n',
    });
    expect((await seismolog(['run', '--scenarios', ' '])).err).toContain('It must not be empty.');
    const twice = await seismolog(['run', '--scenarios', own, '--scenarios', own]);
    expect(twice.exitCode).toBe(64);
    expect(twice.err).toContain('It may be given once');
  });

  it('a scenario that the module has another name for', async () => {
    const { exitCode, err } = await seismolog(['run', 'carefull', '--scenarios', own]);
    expect(exitCode).toBe(64);
    expect(err).toBe('seismolog: unknown scenario "carefull"; did you mean "careful"?\n');
  });

  it('a module that is another one in a worker thread', async () => {
    const threads = "import { isMainThread } from 'node:worker_threads';\n";
    const source = `${TOYS}${threads}export default registerScenario(isMainThread ? 'here' : 'there', {});`;
    const { exitCode, err } = await seismolog(['run', '--workers', '2', '--scenarios', write(source)]);
    expect(exitCode).toBe(64);
    expect(err).toContain('exports no scenario "here" when a worker thread loads it');
    const throwing = `${TOYS}${threads}if (!isMainThread) throw new Error('only here');export default registerScenario('here', {});`;
    const thrown = await seismolog(['run', '--workers', '1', '--scenarios', write(throwing)]);
    expect(thrown.exitCode).toBe(64);
    expect(thrown.err).toContain('cannot be loaded: only here');
  });
});

describe('what a module does while it runs', () => {
  it('is no document of ours: what it prints goes to standard error', async () => {
    const source = `${TOYS}console.log('noise');export default registerScenario('loud', {});`;
    const { raw, exitCode } = await seismolog([
      'run',
      '--seeds',
      '3',
      '--workers',
      '1',
      '--json',
      '--scenarios',
      write(source),
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(raw).scenario).toBe('loud');
  });

  it('makes a verdict doubtful when it is no function of the seed', async () => {
    // The guard of the simulation sees Math.random, and not what a module keeps from run to run or asks of its thread.
    const toss = (chance: string, more: string) =>
      `${TOYS}import { isMainThread } from 'node:worker_threads';let runs = 0;export default registerScenario('dicey', { chance: () => ${chance}, ${more} });`;
    const run = ['run', '--seeds', '1', '--no-minimise', '--workers', '1', '--scenarios'];
    const each = await seismolog([...run, write(toss('runs++', 'neverConverges: true'))]);
    expect(each.out).toContain('unknown because two runs of one seed differ');
    const thread = await seismolog([...run, write(toss('isMainThread ? 1 : 2', 'neverConverges: true'))]);
    expect(thread.out).toContain('this is not the run that the campaign saw');
    expect(thread.out).toContain('does the scenario draw from real chance?');
  });

  it('is an incident when it draws a plan that names what is not there', async () => {
    const plan =
      "safeRegister.plan.map(() => ({ version: 1, faults: [{ kind: 'crash', atMicros: 1, target: 'b9', durationMicros: 1 }] }))";
    const source = `${TOYS}export default registerScenario('nowhere', {}, { plan: ${plan} });`;
    for (const workers of [[], ['--workers', '1']]) {
      const { exitCode, out } = await seismolog([
        'run',
        '--seeds',
        '2',
        ...workers,
        '--scenarios',
        write(source),
      ]);
      expect(exitCode).toBe(70);
      expect(out).toContain('the plan that it draws cannot be run: faults[0].target: no host "b9"');
    }
  });

  it('takes no thread along that has not loaded it yet when its file changes', async () => {
    const path = write(`${OWN_SCENARIOS}import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) appendFileSync(fileURLToPath(import.meta.url), '// changed');`);
    const { exitCode, err } = await seismolog(['run', 'careful', '--workers', '1', '--scenarios', path]);
    expect(exitCode).toBe(64);
    expect(err).toContain('has changed since the campaign began');
  });
});
