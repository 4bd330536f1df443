import { describe, expect, it } from 'vitest';
import { canAskKafka, kafkaConfigDefinitions } from '../testing/config-definitions.js';
import { CONFIG_KINDS, kafkaKeys } from './index.js';

const ours = CONFIG_KINDS.flatMap((kind) =>
  [...kafkaKeys(kind).values()].map(
    ({ key, type, initial, isInternal }) =>
      `${kind} ${key} ${type} ${initial}${isInternal ? ' internal' : ''}`,
  ),
);

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
      expect(kafkaConfigDefinitions().sort()).toEqual([...ours].sort());
    },
  );
});
