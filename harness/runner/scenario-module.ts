/**
 * A user's scenarios, in an ES module that Node can load. Scenarios contain functions, which cannot be sent to a worker thread.
 * The pool sends the URL of the module, and each thread loads the module itself.
 *
 * Loading runs the user's code. When that code throws, waits for ever or ends the process, the error is reported as bad input
 * with its place and not as a verdict, because no run has begun.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Scenario } from './experiment.js';
import { otherCopies } from './loaded-copies.js';
import { scenariosIn } from './module-exports.js';
import { hashModuleSources, moduleSources } from './module-sources.js';
import { ScenarioModuleError } from './scenario-module-error.js';
import { shownPath as shown } from './shown-path.js';

export interface ScenarioModule {
  /** The `file:` URL that a thread imports, without symbolic links. */
  readonly url: string;
  /** The path in messages: relative when it is below the working directory. */
  readonly shownPath: string;
  /** The scenarios, at least one, in the order of the exports. */
  readonly scenarios: readonly Scenario[];
  /** The hash of the module and of the files that it imports by relative paths. */
  readonly sources: string;
}

/** The wall-time limit for loading. A module that takes longer probably waits for something that never happens. */
const LOAD_MILLIS_MAX = 30_000;
const TICKS_MAX = 30;
/** The exit code of the command line for bad input. */
const EXIT_BAD_INPUT = 64;

/** The hash of each loaded module's sources at load time. The engine never loads one URL twice. */
const loadedSources = new Map<string, string>();

/**
 * @param module a path, or a `file:` URL as a text or an object.
 * @throws ScenarioModuleError when the file does not exist, cannot be loaded, or exports no valid scenarios.
 */
export async function loadScenarioModule(
  module: string | URL,
  loadMillisMax = LOAD_MILLIS_MAX,
): Promise<ScenarioModule> {
  const path = pathOf(module);
  const shownPath = shown(path);
  const url = pathToFileURL(realpathSync(path)).href;
  const sources = sourcesOf(realpathSync(path), shownPath);
  if ((loadedSources.get(url) ?? sources) !== sources) {
    throw new ScenarioModuleError(
      `${shownPath} or a file that it imports has changed since this process loaded it; a new process loads it anew`,
    );
  }
  const exports = await importWatched(url, shownPath, loadMillisMax);
  loadedSources.set(url, sources);
  const [other] = otherCopies();
  if (other !== undefined) {
    throw new ScenarioModuleError(
      `${shownPath} imports another copy of this package (${other}) than the one that runs it; its scenarios are for that copy`,
    );
  }
  return { url, shownPath, scenarios: scenariosIn(exports, shownPath), sources };
}

/** @throws ScenarioModuleError */
function sourcesOf(path: string, shownPath: string): string {
  try {
    return hashModuleSources(path);
  } catch (error) {
    throw new ScenarioModuleError(
      `${shownPath} or a file that it imports cannot be read: ${messageOf(error)}`,
    );
  }
}

/** @throws ScenarioModuleError */
function pathOf(module: string | URL): string {
  const text = String(module);
  const isUrl = /^[a-z][a-z+.-]+:/i.test(text) && !/^[a-z]:[\\/]/i.test(text);
  if (isUrl && !text.startsWith('file:')) {
    throw new ScenarioModuleError(
      `${shorten(text)} is no file; a module of scenarios is a path or a file: URL`,
    );
  }
  let path: string;
  try {
    path = isUrl ? fileURLToPath(text) : resolve(text);
  } catch (error) {
    throw new ScenarioModuleError(`${shorten(text)} names no file: ${messageOf(error)}`);
  }
  if (text.trim() === '' || path.includes('\0') || !existsSync(path)) {
    throw new ScenarioModuleError(`there is no file ${JSON.stringify(shorten(shown(path))).slice(1, -1)}`);
  }
  if (statSync(path).isDirectory()) {
    throw new ScenarioModuleError(
      `${shown(path)} is a directory; a module of scenarios is one file, such as my-scenarios.mjs`,
    );
  }
  return path;
}

async function importWatched(
  url: string,
  shownPath: string,
  loadMillisMax: number,
): Promise<Readonly<Record<string, unknown>>> {
  const onExit = (): void => {
    process.stderr.write(`${shownPath} ended the process while it was being loaded\n`);
    process.exitCode = EXIT_BAD_INPUT;
  };
  let timer: NodeJS.Timeout | undefined;
  // The timer also keeps the process alive: otherwise a process without pending work would end without a message. Ticks are
  // counted instead of wall time, because a suspended process has not waited.
  const tooLate = new Promise<never>((_resolve, reject) => {
    let ticks = 0;
    timer = setInterval(() => {
      if (++ticks < TICKS_MAX) return;
      reject(new ScenarioModuleError(`${shownPath} was not loaded after ${loadMillisMax / 1000} s`));
    }, loadMillisMax / TICKS_MAX);
  });
  process.once('exit', onExit);
  try {
    return await Promise.race([importModule(url), tooLate]);
  } catch (error) {
    if (error instanceof ScenarioModuleError) throw error;
    throw new ScenarioModuleError(`${shownPath} cannot be loaded: ${describeFailure(error, url)}`);
  } finally {
    clearInterval(timer);
    process.removeListener('exit', onExit);
  }
}

async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  const namespace: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ url);
  return namespace;
}

function describeFailure(error: unknown, url: string): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return `this Node (${process.version}) loads no such file. Node 22.18 and newer load TypeScript; an older one loads what it was compiled to`;
  }
  const name = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
  const place = placeOf(error, url) ?? (error instanceof SyntaxError ? placeOfSyntaxError(url) : null);
  return `${name}${messageOf(error)}${place === null ? '' : ` (${place})`}`;
}

/** The place of the failure in the user's files. */
function placeOf(error: unknown, url: string): string | null {
  if (!(error instanceof Error) || error.stack === undefined) return null;
  const folder = new URL('.', url);
  // Stacks contain URLs in Node, and paths in test runners.
  for (const start of [folder.href, fileURLToPath(folder)]) {
    const at = error.stack.indexOf(start);
    const match = at < 0 ? null : /^([^\s():]+):(\d+)/.exec(error.stack.slice(at + start.length));
    if (match !== null) return `${shown(join(fileURLToPath(folder), match[1]!))}:${match[2]}`;
  }
  return null;
}

/** Finds the line of a syntax error in another process: the engine prints it only when the error ends the process. */
function placeOfSyntaxError(url: string): string | null {
  for (const file of moduleSources(fileURLToPath(url)).keys()) {
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
    const line = status === 0 ? null : /^.*:(\d+)\r?\n/.exec(stderr);
    if (line !== null) return `${shown(file)}:${line[1]}`;
  }
  return null;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
