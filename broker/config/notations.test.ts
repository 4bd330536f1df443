import { describe, expect, it } from 'vitest';
import { keyOfVariable, propertiesOfVariables } from './environment-names.js';
import { kafkaKeys } from './kafka-keys/index.js';
import { parseProperties } from './properties-file.js';
import { isSpringName, readSpring, withoutPlaceholders } from './spring-names.js';

describe('environment variables of container images', () => {
  it.each<[string, string | null]>([
    ['KAFKA_MIN_INSYNC_REPLICAS', 'min.insync.replicas'],
    ['KAFKA_CFG_MIN_INSYNC_REPLICAS', 'min.insync.replicas'],
    ['KAFKA_LISTENER_NAME_IN__SIDE_SSL_KEY_PASSWORD', 'listener.name.in_side.ssl.key.password'],
    ['KAFKA_HEAP_OPTS', null],
    ['KAFKA_LOG4J_ROOT_LOGLEVEL', null],
    ['KAFKA_KRAFT_CLUSTER_ID', null],
    ['CLUSTER_ID', null],
    ['ALLOW_PLAINTEXT_LISTENER', null],
  ])('%s is %s', (name, key) => {
    expect(keyOfVariable(name)).toBe(key);
  });

  it('reach every key of a broker, in both notations', () => {
    for (const key of kafkaKeys('broker').keys()) {
      const name = key.toUpperCase().replaceAll('.', '_');
      if (!name.startsWith('KAFKA_')) expect(keyOfVariable(`KAFKA_${name}`), key).toBe(key);
      expect(keyOfVariable(`KAFKA_CFG_${name}`), key).toBe(key);
    }
  });

  it('keep value and line', () => {
    expect(propertiesOfVariables(parseProperties('A=1\nKAFKA_NUM_PARTITIONS=6'))).toEqual([
      { key: 'num.partitions', value: '6', line: 2 },
    ]);
  });
});

describe('Spring Boot', () => {
  const placeholder = (inside: string): string => `$\{${inside}}`;
  const read = (text: string) => readSpring(parseProperties(text));
  const pairs = (list: readonly { readonly key: string; readonly value: string }[]): string[] =>
    list.map(({ key, value }) => `${key}=${value}`);

  it('names the keys of producers and consumers in its own words', () => {
    const { producer, consumer, other } = read(
      [
        'spring.kafka.producer.acks=all',
        'spring.kafka.producer.batch-size=16KB',
        'spring.kafka.producer.properties.linger.ms=20',
        'spring.kafka.producer.properties[enable.idempotence]=true',
        'spring.kafka.consumer.enable-auto-commit=false',
        'spring.kafka.consumer.auto-commit-interval=5s',
        'spring.kafka.consumer.fetchMaxWait=PT0.5S',
        'spring.kafka.consumer.isolation-level=READ_COMMITTED',
        'spring.kafka.consumer.max-poll-records=10',
        'spring.kafka.listener.ack-mode=manual',
        'server.port=8080',
      ].join('\n'),
    );
    expect(pairs(producer)).toEqual([
      'acks=all',
      'batch.size=16384',
      'linger.ms=20',
      'enable.idempotence=true',
    ]);
    expect(pairs(consumer)).toEqual([
      'enable.auto.commit=false',
      'auto.commit.interval.ms=5000',
      'fetch.max.wait.ms=500',
      'isolation.level=read_committed',
      'max.poll.records=10',
    ]);
    expect(pairs(other)).toEqual(['spring.kafka.listener.ack-mode=manual']);
  });

  it('sets a key for all clients, and one of them over it', () => {
    const { producer, consumer } = read(
      'spring.kafka.producer.properties.request.timeout.ms=1\nspring.kafka.properties.request.timeout.ms=2',
    );
    expect(pairs(producer)).toEqual(['request.timeout.ms=2', 'request.timeout.ms=1']);
    expect(pairs(consumer)).toEqual(['request.timeout.ms=2']);
  });

  it('is read from environment variables, and with the defaults of its placeholders', () => {
    const properties = parseProperties(
      `SPRING_KAFKA_PRODUCER_BATCH_SIZE=${placeholder('SIZE:1024')}\nx=${placeholder('NONE')}`,
    );
    expect(properties.map(({ key }) => isSpringName(key))).toEqual([true, false]);
    expect(pairs(withoutPlaceholders(properties))).toEqual([
      'SPRING_KAFKA_PRODUCER_BATCH_SIZE=1024',
      `x=${placeholder('NONE')}`,
    ]);
    expect(pairs(readSpring(withoutPlaceholders(properties)).producer)).toEqual(['batch.size=1024']);
  });
});
