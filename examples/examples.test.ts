/** The examples of the README and of this folder do what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';

const folder = dirname(fileURLToPath(import.meta.url));
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

/** What each example prints. */
const PRINTED: Readonly<Record<string, readonly unknown[]>> = {
  'wrong-rule.ts': ['invalid', ['ack-before-commit']],
  'own-scenario.ts': ['valid', true],
  'live-cluster.ts': ['orders', 1],
};

describe('examples', () => {
  afterEach(() => vi.restoreAllMocks());

  it('are all listed here', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    expect(files.sort()).toEqual(Object.keys(PRINTED).sort());
  });

  it.each(Object.keys(PRINTED))('%s prints what it should', async (file) => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(join(folder, file));
    expect(printed).toHaveBeenCalledTimes(1);
    expect(printed.mock.calls[0]).toEqual(PRINTED[file]);
  });

  it('of docs/own-scenarios.md are files of this folder, which package.test.ts runs', () => {
    const snippets = [...read('../docs/own-scenarios.md').matchAll(/```js\n([\s\S]*?)```/g)];
    expect(snippets.map((match) => match[1])).toEqual(['payments.mjs', 'payments.test.mjs'].map(read));
  });

  it('every TypeScript snippet of the README is one of them', () => {
    const snippets = [...read('../README.md').matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
    expect(snippets.length).toBeGreaterThan(0);
    const sources = Object.keys(PRINTED).map(read);
    for (const snippet of snippets) expect(sources).toContain(snippet);
  });
});
