/** The package as npm would publish it, installed in an empty folder elsewhere: its command, its types, its exports. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
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

  it('is imported with its types, without the types of Node or of anything it uses itself', ({ skip }) => {
    if (offline !== null) skip(offline);
    const examples = readdirSync(join(ROOT, 'examples')).filter((name) => /^[\w-]+\.ts$/.test(name));
    for (const name of examples) copyFileSync(join(ROOT, 'examples', name), join(app, name));
    writeFileSync(
      join(app, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { module: 'NodeNext', target: 'ES2022', strict: true, types: [] },
        files: examples,
      }),
    );
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = run(process.execPath, [tsc, '-p', '.']);
    expect(compiled.out).toBe('');
    expect(compiled.status).toBe(0);
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
