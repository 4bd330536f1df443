/** The unmodified clients of the suite: the script of each, and how its tools are found or installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, findDistribution, installPackages } from '../apache-kafka/distribution.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const INSTALL_TIMEOUT_MS = 600_000;

export interface Runnable {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a client runs, or the tool that is missing. */
export type Found =
  | { readonly ok: true; readonly runnable: Runnable }
  | { readonly ok: false; readonly missing: string };

export interface Client {
  readonly name: string;
  readonly find: (install: boolean) => Found;
}

export const clients: readonly Client[] = [
  { name: 'KafkaJS', find: () => node('kafkajs.mjs') },
  { name: '@platformatic/kafka', find: () => node('platformatic.mjs') },
  { name: 'kcat', find: findKcat },
  {
    name: 'confluent-kafka',
    find: (install) => findPython('confluent-kafka', 'confluent-kafka-client.py', install),
  },
  { name: 'kafka-python', find: (install) => findPython('kafka-python', 'kafka-python-client.py', install) },
  { name: 'franz-go', find: findFranzGo },
  { name: "Kafka's own tools", find: findKafkaTools },
];

function node(script: string, env: Readonly<Record<string, string>> = {}): Found {
  return { ok: true, runnable: { command: process.execPath, args: [join(FOLDER, script)], env } };
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function findKcat(install: boolean): Found {
  if (install && !runs('kcat', ['-V'])) installPackages(['kcat']);
  return runs('kcat', ['-V']) ? node('kcat.mjs') : { ok: false, missing: 'kcat' };
}

/** Each Python client has an environment of its own in the cache. */
function findPython(distribution: string, script: string, install: boolean): Found {
  const environment = join(cacheFolder(), `python-${distribution}`);
  const python = join(environment, 'bin', 'python');
  const isThere = (): boolean =>
    existsSync(python) && runs(python, ['-m', 'pip', 'show', '-q', distribution]);
  if (install && !isThere()) {
    const options = { stdio: ['ignore', 2, 2] as ['ignore', number, number], timeout: INSTALL_TIMEOUT_MS };
    spawnSync('python3', ['-m', 'venv', environment], options);
    spawnSync(python, ['-m', 'pip', 'install', '-q', distribution], options);
  }
  if (!isThere()) return { ok: false, missing: `${distribution} for Python` };
  return {
    ok: true,
    runnable: { command: python, args: [join(FOLDER, script)], env: { PYTHONDONTWRITEBYTECODE: '1' } },
  };
}

/** Compiled into the cache; `go.sum` says which sources. */
function findFranzGo(install: boolean): Found {
  const binary = join(cacheFolder(), 'franz-go');
  if (install && runs('go', ['version'])) {
    spawnSync('go', ['build', '-o', binary, '.'], {
      cwd: join(FOLDER, 'franz-go'),
      stdio: ['ignore', 2, 2],
      timeout: INSTALL_TIMEOUT_MS,
    });
  }
  if (!existsSync(binary)) return { ok: false, missing: 'franz-go (Go compiler)' };
  return { ok: true, runnable: { command: binary, args: [], env: {} } };
}

function findKafkaTools(install: boolean): Found {
  const found = findDistribution({ install });
  return found.ok ? node('kafka-tools.mjs', { KAFKA_CLASS_PATH: found.distribution.classPath }) : found;
}
