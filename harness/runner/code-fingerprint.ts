/**
 * Twelve hex digits that name the code a run is a function of: every source file of harness, broker and scenarios
 * (tests, the command line and what it shares with the public face left out), and the release of fast-check, which draws the plans.
 *
 * Sources are what is hashed, so a run from TypeScript, from `dist` and from an installed package have the same
 * fingerprint. The build writes the hash of the sources beside what it compiled, since an installed package has no
 * sources.
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

/** @param root the directory that holds `harness/`: of the sources, or of what was compiled from them. */
export function codeFingerprint(root: string): string {
  let fingerprint = cache.get(root);
  if (fingerprint === undefined) {
    fingerprint = digest([readWrittenHash(root) ?? hashSources(root), fc.__version]);
    cache.set(root, fingerprint);
  }
  return fingerprint;
}

/** For a scenario of a user's module, whose sources are as much a part of the code. */
export function withModule(fingerprint: string, moduleSources: string): string {
  return digest([fingerprint, moduleSources]);
}

/** The part of the fingerprint that the build writes down. Line ends of a Windows checkout make no difference. */
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

/** Paths with '/', in an order that does not depend on the file system. */
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
