/** What `--json` prints is what `docs/output.md` says, field by field. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Scratch } from './testing/scratch.js';

const page = readFileSync(new URL('../../docs/output.md', import.meta.url), 'utf8');
const scratch = new Scratch();
afterAll(() => scratch.remove());

/** The names in the first column of the table that follows a heading. */
function fieldsOf(heading: string): string[] {
  const [, after = ''] = page.split(`**${heading}**`);
  const rows = after.split('\n\n').find((block) => block.startsWith('| field |')) ?? '';
  return rows
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name!));
}

function fieldsInLine(command: string): string[] {
  const [, after = ''] = page.split(`**\`${command}\`**`);
  return [...(after.split('.')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name!);
}

async function printed(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const document = JSON.parse((await scratch.seismolog([...argv, '--json'])).raw);
  return Array.isArray(document) ? document[0] : document;
}

function keys(document: Record<string, unknown>): string[] {
  return Object.keys(document);
}

describe('the documents', () => {
  it('of a run', async () => {
    expect(keys(await printed('run', 'safe-register', '--seed', '3'))).toEqual(fieldsOf('A run'));
  });

  it('of a campaign, and of several', async () => {
    const fields = fieldsOf('A campaign');
    expect(fields.length).toBeGreaterThan(10);
    expect(keys(await printed('run', 'safe-register', '--seeds', '2'))).toEqual(fields);
    const several = await printed('run', 'safe-register', 'stuck-register', '--seeds', '1');
    const ofEach = ['scenario', 'promise', 'unknownBecause', 'doubts', 'seeds', 'faultSources'];
    expect(keys(several)).toEqual([...fields.filter((name) => !ofEach.includes(name)), 'campaigns']);
    const [campaign] = several.campaigns as Record<string, unknown>[];
    expect(keys(campaign!)).toEqual(fields);
  });

  it('of the museum', async () => {
    expect(keys(await printed('museum', 'haste')).sort()).toEqual(fieldsOf('The museum').sort());
  });

  it('of list and check', async () => {
    expect(keys(await printed('list'))).toEqual(fieldsInLine('list --json'));
    expect(keys(await printed('check', fileURLToPath(import.meta.url)))).toEqual(
      fieldsInLine('check --json'),
    );
  });

  it('are linked from the README', () => {
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain('docs/output.md');
  });
});
