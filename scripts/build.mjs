/**
 * Compiles the TypeScript sources to dist. Beside the code it writes what the code is: `build.json` (hash of all that
 * was compiled, so that the next start knows whether dist is current) and `code-fingerprint.json` (hash of what a run
 * depends on, since an installed package has no sources). dist is replaced as a whole.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, runNode } from './run-node.mjs';

const DIST = join(ROOT, 'dist');
const INPUTS = [
  'api.ts',
  'cli.ts',
  'composition.ts',
  'index.ts',
  'harness',
  'broker',
  'scenarios',
  'reports',
  'bench',
];
const CONFIGURATION = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** True in a checkout whose compiler is installed; false in an installed package. */
export function canBuild() {
  return existsSync(join(ROOT, 'tsconfig.build.json')) && compiler() !== null;
}

/** Compiles if dist does not belong to the sources. Returns the compiler's exit code. */
export async function buildIfStale() {
  return builtInputs() === hashInputs() ? 0 : build();
}

export async function build() {
  const tsc = compiler();
  if (tsc === null) {
    console.error('The TypeScript compiler is not installed; npm ci installs it.');
    return 1;
  }
  const inputs = hashInputs();
  const partial = join(ROOT, `dist.partial-${process.pid}`);
  try {
    mkdirSync(partial);
  } catch (error) {
    // Otherwise the compiler would say so once per file.
    console.error(`The sources cannot be compiled here: ${error.message}`);
    return 1;
  }
  try {
    // The compiler's words are for people: they must not get into what a command prints on standard output.
    const status = runNode(tsc, ['-p', 'tsconfig.build.json', '--outDir', partial], {
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) return status;
    const { bundlePage } = await import(pathToFileURL(join(partial, 'reports', 'page-script.js')).href);
    mkdirSync(join(partial, 'reports', 'page'));
    writeFileSync(
      join(partial, 'reports', 'page', 'page.bundle.js'),
      bundlePage(join(ROOT, 'reports', 'page', 'main.ts')),
    );
    const fingerprint = join(partial, 'harness', 'runner', 'code-fingerprint.js');
    const { FINGERPRINT_FILE, hashSources } = await import(pathToFileURL(fingerprint).href);
    writeFileSync(join(partial, FINGERPRINT_FILE), `${JSON.stringify({ sources: hashSources(ROOT) })}\n`);
    writeFileSync(join(partial, 'build.json'), `${JSON.stringify({ inputs })}\n`);
    replaceDist(partial, inputs);
    return 0;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

const ATTEMPTS_MAX = 5;

/** Two starts may build at once: whoever finds the other in the way tries again, or is content with what the other built. */
function replaceDist(partial, inputs) {
  const old = `${partial}.old`;
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(DIST)) renameSync(DIST, old);
      renameSync(partial, DIST);
      return;
    } catch (error) {
      if (builtInputs() === inputs) return;
      if (attempt === ATTEMPTS_MAX) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

function compiler() {
  const path = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  return existsSync(path) ? path : null;
}

function builtInputs() {
  const path = join(DIST, 'build.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).inputs : null;
}

function hashInputs() {
  const hash = createHash('sha256');
  for (const path of [...CONFIGURATION, ...INPUTS.flatMap(filesOf)]) {
    hash.update(`${path}\n`);
    if (existsSync(join(ROOT, path))) hash.update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (path.endsWith('.ts')) return path.endsWith('.test.ts') ? [] : [path];
  if (!existsSync(join(ROOT, path))) return [];
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
    .map((entry) => `${path}/${entry.name}`)
    .sort()
    .flatMap((child) => filesOf(child));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await (process.argv.includes('--if-stale') ? buildIfStale() : build());
}
