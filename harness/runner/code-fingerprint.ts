/**
 * The code fingerprint: twelve hex digits that identify the code of which a run is a function. It covers every source file of
 * harness, broker and scenarios, and the release of fast-check, which draws the plans. Tests, the command line and the public
 * API are left out.
 *
 * The sources are hashed, so runs from TypeScript, from `dist` and from an installed package have the same fingerprint. An
 * installed package has no sources: the build writes their hash beside the compiled files.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';

export const FINGERPRINT_FILE = 'code-fingerprint.json';

const FOLDERS = ['broker', 'harness', 'scenarios'] as const;
const SKIPPED_FOLDERS: readonly string[] = ['api', 'cli', 'testing'];
const LENGTH = 12;

const cache = new Map<string, string>();

/** @param root the directory that contains `harness/`, either of the sources or of the compiled files. */
export function codeFingerprint(root: string): string {
  let fingerprint = cache.get(root);
  if (fingerprint === undefined) {
    fingerprint = digest([readWrittenHash(root) ?? hashSources(root), fc.__version]);
    cache.set(root, fingerprint);
  }
  return fingerprint;
}

/** The fingerprint for a scenario of a user's module: the sources of the module are part of the code. */
export function withModule(fingerprint: string, moduleSources: string): string {
  return digest([fingerprint, moduleSources]);
}

/** The hash that the build writes beside the compiled files. The line ends of a Windows checkout do not change it. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const path of FOLDERS.flatMap((folder) => sourceFiles(root, folder))) {
    hash.update(`${path}\n`);
    hash.update(readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n'));
  }
  return hash.digest('hex');
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, LENGTH);
}

function readWrittenHash(root: string): string | null {
  const path = join(root, FINGERPRINT_FILE);
  if (!existsSync(path)) return null;
  const written: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof written === 'object' &&
    written !== null &&
    'sources' in written &&
    typeof written.sources === 'string'
    ? written.sources
    : null;
}

/** Paths with '/', in an order that is independent of the file system. */
function sourceFiles(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : sourceFiles(root, path);
    return /(?<!\.d|\.test)\.[jt]s$/.test(entry.name) ? [path] : [];
  });
}
