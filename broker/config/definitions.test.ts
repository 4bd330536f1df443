import { describe, expect, it } from 'vitest';
import {
  resolveConsumerConfig,
  resolveProducerConfig,
  resolveServerConfig,
  resolveTopicConfig,
} from './definitions.js';
import { splitProperties } from './topic-synonyms.js';

describe('a value is parsed as Kafka parses it', () => {
  it('takes every default of Kafka, the largest long among them', () => {
    const never = '9223372036854775807';
    expect(resolveTopicConfig({ 'flush.messages': never, 'flush.ms': never })).toEqual(
      resolveTopicConfig({}),
    );
    const { topic } = splitProperties({ 'log.flush.interval.messages': never });
    expect(resolveTopicConfig(topic)).toEqual(resolveTopicConfig({}));
    expect(resolveProducerConfig({ retries: '2147483647' }).retries).toBe(2_147_483_647);
  });

  it.each([
    ['9223372036854775808', 'Not a number of type LONG'],
    ['1.5', 'Not a number of type LONG'],
    ['', 'Not a number of type LONG'],
    ['0', 'Value must be at least 1'],
  ])('refuses flush.messages=%j: %s', (value, problem) => {
    expect(() => resolveTopicConfig({ 'flush.messages': value })).toThrow(
      `Invalid value ${value} for configuration flush.messages: ${problem}`,
    );
  });

  it('knows an int from a long', () => {
    expect(() => resolveProducerConfig({ retries: '2147483648' })).toThrow('Not a number of type INT');
    expect(resolveProducerConfig({ 'linger.ms': '2147483648' })['linger.ms']).toBe(2_147_483_648);
  });

  it('takes white space around a value, and true in capitals', () => {
    expect(resolveProducerConfig({ retries: ' 7 ', 'enable.idempotence': 'TRUE' })).toMatchObject({
      retries: 7,
      'enable.idempotence': true,
    });
    expect(() => resolveProducerConfig({ 'enable.idempotence': 'yes' })).toThrow(
      'Expected value to be either true or false',
    );
  });

  it('lists the words that a key knows', () => {
    expect(() => resolveConsumerConfig({ 'isolation.level': 'serializable' })).toThrow(
      'String must be one of: read_committed, read_uncommitted',
    );
  });
});

describe('keys that nothing reads', () => {
  it('are named all at once', () => {
    expect(() => resolveServerConfig({ a: '1', 'num.partitions': '3', b: '2' })).toThrow(
      "Unknown configuration 'a', 'b'",
    );
  });

  it('are those that only topics have, in a broker: it knows their defaults by other names', () => {
    expect(splitProperties({ 'segment.bytes': '4096', 'log.segment.bytes': '8192' })).toEqual({
      server: { 'segment.bytes': '4096' },
      topic: { 'segment.bytes': '8192' },
    });
  });
});
