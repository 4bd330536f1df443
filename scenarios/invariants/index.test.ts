import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { invariants } from './index.js';

describe('the list of invariants', () => {
  it('has each name once, and everything about it', () => {
    const names = invariants.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
    for (const { name, meaning, source } of invariants) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(meaning, name).toMatch(/^[A-Z].*\.$/);
      expect(source, name).not.toBe('');
    }
  });

  it('is the table of docs/invariants.md', () => {
    const rows = invariants.map(({ name, meaning, source }) => `| \`${name}\` | ${meaning} | ${source} |`);
    const page = readFileSync(new URL('../../docs/invariants.md', import.meta.url), 'utf8');
    expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
  });
});
