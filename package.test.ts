/** The package as npm would publish it, installed in an empty folder elsewhere: its command, its types, its exports. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from './package.json' with { type: 'json' };

const ROOT = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'seismolog-package-'));
const app = join(folder, 'app');
/** Why nothing could be installed here; null: it was. */
let offline: string | null = null;

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[], cwd = app): Ended {
  const shell = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd, shell });
  return { status, out: stdout, err: stderr };
}

const seismolog = (...args: readonly string[]): Ended => run('npx', ['seismolog', ...args]);

beforeAll(() => {
  mkdirSync(app);
  const built = run(process.execPath, ['scripts/build.mjs', '--if-stale'], ROOT);
  if (built.status !== 0) throw new Error(`not built: ${built.err}`);
  const packed = run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], ROOT);
  if (packed.status !== 0) throw new Error(`not packed: ${packed.err}`);
  const tarball = join(folder, packed.out.trim().split('\n').pop()!);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }\n');
  const installed = run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball]);
  if (installed.status === 0) return;
  if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(installed.err))
    throw new Error(`not installed: ${installed.err}`);
  offline = 'npm reaches no registry';
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it('has exports, types and a bin that tools understand', async () => {
    const { messages } = await publint({ pkgDir: ROOT, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, packageJson))).toEqual([]);
  });

  it('brings the pages along that its README leads to', ({ skip }) => {
    if (offline !== null) skip(offline);
    const installed = join(app, 'node_modules', 'seismolog');
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const pages = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, page]) => page!);
    expect(pages).toContain('docs/own-scenarios.md');
    for (const page of pages) expect(existsSync(join(installed, page)), page).toBe(true);
  });

  it('lists, runs on two workers, draws a report and checks a history', ({ skip }) => {
    if (offline !== null) skip(offline);
    const listed: unknown = JSON.parse(seismolog('list', '--json').out);
    expect(listed).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'leader-crash' })]));

    const ran = seismolog(
      'run',
      'zombie-leader',
      'acks-1-leader-crash',
      '--seeds',
      '4',
      '--workers',
      '2',
      '--json',
    );
    const document = JSON.parse(ran.out);
    expect(document.campaigns.map((each: { scenario: string }) => each.scenario)).toEqual([
      'zombie-leader',
      'acks-1-leader-crash',
    ]);
    expect(document.campaigns[1].verdict).toBe('valid');
    const [failure] = document.failures;
    expect(failure.anomalies[0].name).toBe('lost-write');

    const report = join(app, 'runs', 'latest', 'report.html');
    rmSync(report);
    expect(seismolog('report', 'runs/latest').status).toBe(0);
    expect(existsSync(report)).toBe(true);

    const replayed = seismolog('replay', failure.replay, '--json');
    expect(replayed.status).toBe(1);
    // A token is for everybody with this code, however they got it: what draws plans must be of one version, too.
    const checkout = join(ROOT, 'bin', 'seismolog.mjs');
    const runs = join(folder, 'runs');
    const elsewhere = run(process.execPath, [
      checkout,
      'replay',
      failure.replay,
      '--json',
      '--runs-dir',
      runs,
    ]);
    expect(elsewhere.err).toBe('');
    expect(JSON.parse(elsewhere.out).digest).toBe(JSON.parse(replayed.out).digest);
    const checked = seismolog('check', join('runs', 'latest', 'history.jsonl'), '--json');
    expect(checked.status).toBe(1);
    expect(JSON.parse(checked.out).verdict).toBe('invalid');
  });

  it('runs scenarios of a user from the command line: found, minimised, replayed, reported', ({ skip }) => {
    if (offline !== null) skip(offline);
    copyFileSync(join(ROOT, 'examples', 'payments.mjs'), join(app, 'payments.mjs'));
    const own = ['--scenarios', './payments.mjs'];
    const listed = JSON.parse(seismolog('list', '--json', ...own).out);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(['payments', 'payments+cut-short']);

    const ran = seismolog('run', '--seeds', '20', '--workers', '2', '--json', ...own);
    expect(ran).toMatchObject({ status: 1, err: '' });
    const { campaigns, failures } = JSON.parse(ran.out);
    expect(campaigns.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['valid', 'invalid']);
    const [failure] = failures;
    expect(failure.anomalies[0].name).toBe('committed-loss');
    const plan = JSON.parse(readFileSync(join(app, failure.runDirectory, 'plan.json'), 'utf8'));
    expect(plan.faults.length).toBe(1);
    const report = readFileSync(join(app, failure.runDirectory, 'report.html'), 'utf8');
    expect(report).toContain(failure.replayLine);

    expect(failure.replayLine).toBe(`npx seismolog replay ${failure.replay} --scenarios payments.mjs`);
    const [, , ...line] = failure.replayLine.split(' ');
    const replayed = seismolog(...line, '--json');
    expect(replayed.status).toBe(1);
    expect(JSON.parse(replayed.out).digest).toBe(failure.digest);

    appendFileSync(join(app, 'payments.mjs'), '// changed\n');
    const refused = seismolog(...line);
    expect(refused.status).toBe(64);
    expect(refused.err).toContain('this token was made by other code');
    const offered = /npx seismolog (replay \S+plan\S* --scenarios \S+)/.exec(refused.err)?.[1] ?? '';
    expect(seismolog(...offered.split(' ')).status).toBe(1);
  });

  it('runs scenarios of a user from a Vitest file, as docs/own-scenarios.md has it', ({ skip }) => {
    if (offline !== null) skip(offline);
    for (const name of ['payments.mjs', 'payments.test.mjs'])
      copyFileSync(join(ROOT, 'examples', name), join(app, name));
    const vitest = join(app, 'node_modules', 'vitest');
    symlinkSync(join(ROOT, 'node_modules', 'vitest'), vitest, 'junction');
    const { status, out, err } = run(process.execPath, [join(vitest, 'vitest.mjs'), 'run', '--root', app]);
    expect(status, out + err).toBe(0);
    expect(out).toContain('2 passed');
  });

  it('refuses modules that are none, and ends with no verdict when one ends the process', ({ skip }) => {
    if (offline !== null) skip(offline);
    const write = (name: string, source: string) => writeFileSync(join(app, name), source);
    const head = "import { leaderCrash, scenarios } from 'seismolog';\n";
    write('syntax.mjs', 'export const scenarios = [;\n');
    write('throws.mjs', `${head}\nthrow new Error('not today');\n`);
    write('ends.mjs', `${head}process.exit(0);\n`);
    write('clash.mjs', `${head}export default { ...leaderCrash, promise: 'another' };\n`);
    const refused = (name: string) => seismolog('run', '--json', '--scenarios', name);
    for (const [name, words] of [
      ['gone.mjs', 'there is no file gone.mjs'],
      ['syntax.mjs', /syntax\.mjs cannot be loaded: SyntaxError: .* \(syntax\.mjs:1\)/],
      ['throws.mjs', /throws\.mjs cannot be loaded: not today \(throws\.mjs:3\)/],
      ['ends.mjs', 'ends.mjs ended the process while it was being loaded'],
      ['clash.mjs', 'clash.mjs: "leader-crash" is the name of a built-in scenario'],
    ] as const) {
      const { status, out, err } = refused(name);
      expect({ name, status, out }).toEqual({ name, status: 64, out: '' });
      expect(err).toMatch(words);
    }
    // In a run of its own: in a campaign it takes a worker thread along, and is told.
    write(
      'quits.mjs',
      `${head}export default { ...leaderCrash, name: 'quits', build: () => process.exit(0) };\n`,
    );
    const quits = seismolog('run', '--seed', '1', '--scenarios', 'quits.mjs');
    expect(quits.status).toBe(70);
    expect(quits.err).toContain('the process was ended before there was a verdict');
    // What is built in may be exported once more.
    write('again.mjs', `${head}export { leaderCrash, scenarios };\n`);
    expect(
      seismolog('run', 'leader-crash', '--seeds', '1', '--workers', '1', '--scenarios', 'again.mjs').err,
    ).toBe('');
  });

  function compile(files: readonly string[], options: Record<string, unknown>): void {
    const compilerOptions = { module: 'NodeNext', target: 'ES2022', strict: true, ...options };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(run(process.execPath, [tsc, '-p', '.'])).toMatchObject({ status: 0, out: '' });
  }

  it('is imported with its types, without the types of Node or of anything it uses itself', ({ skip }) => {
    if (offline !== null) skip(offline);
    const examples = readdirSync(join(ROOT, 'examples')).filter((name) => /^[\w-]+\.ts$/.test(name));
    for (const name of examples) copyFileSync(join(ROOT, 'examples', name), join(app, name));
    // A client that an example uses may need the types of Node; the package itself does not.
    const needsNode = (name: string) => readFileSync(join(app, name), 'utf8').includes("from 'kafkajs'");
    compile(
      examples.filter((name) => !needsNode(name)),
      { types: [] },
    );
    compile(examples.filter(needsNode), { typeRoots: [join(ROOT, 'node_modules', '@types')] });
    for (const name of examples) {
      expect(run(process.execPath, [name.replace(/\.ts$/, '.js')])).toMatchObject({ status: 0, err: '' });
    }
  });
});

describe('setting up', () => {
  it('leaves standard output to the command that follows', () => {
    const npm = join(folder, 'npm-cli.js');
    writeFileSync(npm, "console.log('added 105 packages'); process.exitCode = 7;");
    const call = "import('./scripts/run-node.mjs').then(({ runNpm }) => process.exit(runNpm(['ci'])))";
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', call], {
      encoding: 'utf8',
      cwd: ROOT,
      env: { ...process.env, npm_execpath: npm },
    });
    expect({ status, stdout }).toEqual({ status: 7, stdout: '' });
    expect(stderr).toContain('added 105 packages');
  });
});
