/**
 * One hash over a module and all files that it imports, directly or indirectly, by relative paths: the part of a user's code
 * of which a run is a function. Packages are not followed; the hashed files contain their names. Imports with computed names
 * are not followed either; the digest in a token shows a change there.
 *
 * Imports are found in the text, including comments and strings: an unneeded file in the hash does no harm.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;
/** The endings that an import may omit, as `require` and compilers allow. */
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.json', '.ts', '/index.js', '/index.ts'] as const;

/** @param path a path without symbolic links. The hash does not depend on the location of the sources. */
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

/** The sources by path, the module first. */
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
