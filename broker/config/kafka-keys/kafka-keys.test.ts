import { describe, expect, it } from 'vitest';
import { canAskKafka, kafkaConfigDefinitions } from '../testing/config-definitions.js';
import { CONFIG_KINDS, kafkaKeys } from './index.js';

const ours = CONFIG_KINDS.flatMap((kind) =>
  [...kafkaKeys(kind).values()].map(
    ({ key, type, initial, isInternal }) =>
      `${kind} ${key} ${type} ${initial}${isInternal ? ' internal' : ''}`,
  ),
);

/** The rules in the words of Kafka's validators. */
function ourRules(): string[] {
  return (['broker', 'topic'] as const).flatMap((kind) =>
    [...kafkaKeys(kind).values()].map(({ key, rule }) => `rule ${kind} ${key} ${inKafkasWords(rule)}`),
  );
}

function inKafkasWords(rule: string): string {
  const range = /^(>=)?(-?[\d.]+?)(?:\.\.(-?[\d.]+?))?(?:\|(-?\d+))?$/.exec(rule);
  if (range !== null) {
    const [, , min, max, also] = range;
    return `[${min},...${max === undefined ? '' : `,${max}`}]${also === undefined ? '' : ` or ${also}`}`;
  }
  const [kind, words = ''] = rule.split(':');
  if (kind === 'in') return `[${words.replaceAll('|', ', ')}]`;
  if (kind === 'in-any-case') return `(case insensitive) [${words.replaceAll('|', ', ')}]`;
  if (rule === 'throttled') return '[partitionId]:[brokerId],[partitionId]:[brokerId],...';
  return rule === 'non-empty' ? 'non-empty string' : rule;
}

/** Kafka's line, without rules that no value of a wire request can break. */
const readRule = (line: string): string => line.replace(/(non-null string|non-empty list)$/, '');

const ourModes = (): string[] =>
  [...kafkaKeys('broker').values()]
    .filter(({ updateMode }) => updateMode !== 'read-only')
    .map(({ key, updateMode }) => `mode ${key} ${updateMode}`);

/** Quotas are settings that Kafka keeps outside its ConfigDef. */
const isListed = (line: string): boolean => kafkaKeys('broker').has(line.split(' ')[1] ?? '');

describe('the keys of Kafka 4.3', () => {
  it('have a name, a type and a default each, and no key stands twice', () => {
    expect(ours.filter((line) => !/^\w+ [a-z0-9.]+ [A-Z]+ \S+( internal)?$/.test(line))).toEqual([]);
    expect(new Set(ours).size).toBe(ours.length);
    expect(CONFIG_KINDS.map((kind) => kafkaKeys(kind).size)).toEqual([360, 34, 113, 116]);
  });

  it.skipIf(!canAskKafka)(
    "are those of Kafka's own ConfigDefs (needs Java and the jars)",
    { timeout: 60_000 },
    () => {
      const kafkas = kafkaConfigDefinitions();
      const isExtra = (line: string) => /^(rule|mode) /.test(line);
      expect(kafkas.filter((line) => !isExtra(line)).sort()).toEqual([...ours].sort());
      expect(ourRules().sort()).toEqual(
        kafkas
          .filter((line) => line.startsWith('rule '))
          .map(readRule)
          .sort(),
      );
      const modes = kafkas.filter((line) => line.startsWith('mode ') && isListed(line));
      expect(ourModes().sort()).toEqual(modes.sort());
    },
  );
});
