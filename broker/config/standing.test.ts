import { describe, expect, it } from 'vitest';
import {
  consumerDefinitions,
  producerDefinitions,
  serverDefinitions,
  topicDefinitions,
} from './definitions.js';
import { CONFIG_KINDS, type ConfigKind, kafkaKeys } from './kafka-keys/index.js';
import { standingOf } from './standing.js';
import { STANDING_GROUPS } from './standing-groups.js';
import { configurationPage } from './testing/configuration-page.js';

type Definitions = Readonly<
  Record<string, { readonly initial: unknown; readonly parse: (text: string) => object }>
>;

const definitions: Readonly<Record<ConfigKind, Definitions>> = {
  broker: serverDefinitions,
  topic: topicDefinitions,
  producer: producerDefinitions,
  consumer: consumerDefinitions,
};

describe('every key of Kafka has a standing', () => {
  it.each(CONFIG_KINDS)('%s', (kind) => {
    for (const key of kafkaKeys(kind).keys()) {
      const known = standingOf(kind, key);
      expect(known, key).not.toBeNull();
      if (known?.standing !== 'modelled') expect(known?.reason, key).toMatch(/^[a-z]/);
    }
  });

  it.each(CONFIG_KINDS)('a modelled %s key is a key of Kafka', (kind) => {
    expect(Object.keys(definitions[kind]).filter((key) => !kafkaKeys(kind).has(key))).toEqual([]);
  });

  it.each(CONFIG_KINDS)("a modelled %s key has Kafka's default", (kind) => {
    for (const [key, { initial, parse }] of Object.entries(definitions[kind])) {
      // Kafka writes its assignors as classes.
      const stated = kafkaKeys(kind).get(key)!.initial.replaceAll('org.apache.kafka.clients.consumer.', '');
      if (!stated.startsWith('(')) expect(parse(stated), key).toEqual({ value: initial });
    }
  });

  it('a key that Kafka does not have has none', () => {
    expect(standingOf('broker', 'segment.bytes')).toBeNull();
    expect(standingOf('topic', 'log.segment.bytes')).toBeNull();
  });

  it('no group is for keys that do not exist', () => {
    const idle = STANDING_GROUPS.filter(
      ({ kinds, keys, open }) =>
        open === undefined &&
        !kinds.some((kind) => [...kafkaKeys(kind).keys()].some((key) => keys.test(key))),
    );
    expect(idle).toEqual([]);
  });

  it('docs/configuration.md lists them all', async () => {
    await expect(configurationPage()).toMatchFileSnapshot('../../docs/configuration.md');
  });
});
