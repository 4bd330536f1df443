/**
 * One hash over a module and every file that it imports by a relative path, and those in turn: what of a user's code a run
 * is a function of. Packages are not followed; which of them are named stands in the files. Neither are files whose
 * names are calculated; the digest in a token tells what changed there.
 *
 * Imports are read from the text, comments and strings included: a file too many makes no harm.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;
/** An import without an ending (as `require` and compilers take it), and TypeScript's name of what will be compiled. */
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.json', '.ts', '/index.js', '/index.ts'] as const;

/** @param path without links in it. Sources that lie elsewhere have the same hash. */
export function hashModuleSources(path: string): string {
  const root = dirname(path);
  const named = [...moduleSources(path)].map(
    ([file, source]) => [relative(root, file).replaceAll('\\', '/'), source] as const,
  );
  const hash = createHash('sha256');
  for (const [name, source] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\n${source.length}\n${source}`);
  }
  return hash.digest('hex');
}

/** By their paths, the module first. */
export function moduleSources(path: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    const source = readFileSync(next, 'utf8').replaceAll('\r\n', '\n');
    found.set(next, source);
    open.push(...importsOf(source, dirname(next)));
  }
  return found;
}

function importsOf(source: string, folder: string): readonly string[] {
  return [...source.matchAll(IMPORT)].flatMap(([, , specifier]) => {
    const file = fileOf(join(folder, specifier!.replace(/[?#].*$/, '')));
    return file === null ? [] : [file];
  });
}

function fileOf(path: string): string | null {
  const asTypeScript = path.replace(/\.([cm]?)js$/, '.$1ts');
  const names = [...ENDINGS.map((ending) => path + ending), asTypeScript];
  return names.find((name) => existsSync(name) && statSync(name).isFile()) ?? null;
}
