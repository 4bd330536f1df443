/** The pipelines of docs/ci.md are YAML, and call commands and options that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Scratch } from './testing/scratch.js';

const page = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
const pipelines = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);

/** Every text in the document. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

describe('the pipelines of docs/ci.md', () => {
  it('are two, each with shards and a merge', () => {
    expect(pipelines).toHaveLength(2);
    for (const pipeline of pipelines) {
      const commands = texts(parse(pipeline)).filter((text) => text.includes('npx seismolog'));
      expect(commands.map((command) => /seismolog (\w+)/.exec(command)?.[1])).toEqual(['run', 'merge']);
    }
  });

  it.each(['run', 'merge'])('%s has every option that they use', async (command) => {
    const scratch = new Scratch();
    const { out } = await scratch.seismolog([command, '--help']);
    scratch.remove();
    const used = pipelines
      .flatMap((pipeline) => texts(parse(pipeline)))
      .filter((text) => text.includes(`seismolog ${command}`))
      .flatMap((text) => text.match(/--[a-z-]+/g) ?? []);
    expect(used.length).toBeGreaterThan(1);
    for (const option of used) expect(out).toContain(option);
  });
});
