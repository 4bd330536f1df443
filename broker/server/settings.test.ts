/** The settings of topics and brokers over the wire. The expected answers are those of Apache Kafka 4.3. */
import { beforeAll, describe, expect, it } from 'vitest';
import { TinyCluster } from '../testing/tiny-cluster.js';

const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];
const [TOPIC, BROKER, LOGGER] = [2, 4, 8];
const MAX = 'max.message.bytes';

let cluster: TinyCluster;
beforeAll(() => {
  cluster = TinyCluster.ready({ config: { 'num.partitions': '4', 'log.flush.interval.messages': '9' } });
});

type Config = readonly [name: string, operation: number, value: string | null];

function alterAll(
  resources: readonly (readonly [number, string, readonly Config[]])[],
  validateOnly = false,
) {
  return cluster.request('b1', 'IncrementalAlterConfigs', {
    validateOnly,
    resources: resources.map(([resourceType, resourceName, configs]) => ({
      resourceType,
      resourceName,
      configs: configs.map(([name, configOperation, value]) => ({ name, configOperation, value })),
    })),
  }).responses;
}

const alter = (type: number, name: string, ...configs: Config[]) => {
  const [answer] = alterAll([[type, name, configs]]);
  return answer === undefined ? 'no answer' : `${answer.errorCode} ${answer.errorMessage}`;
};

const replaceAll = (type: number, name: string, configs: Readonly<Record<string, string | null>>) => {
  const { responses } = cluster.request('b1', 'AlterConfigs', {
    validateOnly: false,
    resources: [
      {
        resourceType: type,
        resourceName: name,
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
  });
  return `${responses[0]?.errorCode} ${responses[0]?.errorMessage}`;
};

function describeConfigs(resourceType: number, resourceName: string, configurationKeys: string[] | null) {
  const { results } = cluster.request('b1', 'DescribeConfigs', {
    resources: [{ resourceType, resourceName, configurationKeys }],
    includeSynonyms: true,
    includeDocumentation: false,
  });
  return results[0]!;
}

const settingOf = (type: number, name: string, key: string) => describeConfigs(type, name, [key]).configs[0];

describe('IncrementalAlterConfigs', () => {
  it('sets, removes, appends to a list and subtracts from it', () => {
    expect(alter(TOPIC, 'orders', [MAX, SET, ' 2000 '])).toBe('NONE null');
    cluster.run(1);
    expect(settingOf(TOPIC, 'orders', MAX)).toMatchObject({ value: '2000', configSource: 1 });
    expect(alter(TOPIC, 'orders', [MAX, DELETE, 'x'])).toBe('NONE null');
    const throttled = 'leader.replication.throttled.replicas';
    expect(alter(TOPIC, 'orders', [throttled, SET, '0:1'])).toBe('NONE null');
    expect(alter(TOPIC, 'orders', [throttled, APPEND, '0:2,0:1'])).toBe('NONE null');
    cluster.run(1);
    expect(settingOf(TOPIC, 'orders', throttled)?.value).toBe('0:1,0:2');
    expect(alter(TOPIC, 'orders', [throttled, SUBTRACT, '0:1'])).toBe('NONE null');
    cluster.run(1);
    expect(settingOf(TOPIC, 'orders', throttled)?.value).toBe('0:2');
    expect(settingOf(TOPIC, 'orders', MAX)).toMatchObject({ value: '1048588', configSource: 5 });
  });

  it.each<[string, number, string, Config[], string]>([
    [
      'null',
      TOPIC,
      'orders',
      [[MAX, SET, null]],
      'INVALID_REQUEST Null value not supported for : max.message.bytes',
    ],
    [
      'an operation on a list that is none',
      TOPIC,
      'orders',
      [[MAX, APPEND, '1']],
      "INVALID_CONFIG Can't APPEND to key max.message.bytes because its type is not LIST.",
    ],
    ['an unknown operation', TOPIC, 'orders', [[MAX, 9, '1']], 'UNKNOWN_SERVER_ERROR null'],
    [
      'an unknown setting',
      TOPIC,
      'orders',
      [['nope', SET, '1']],
      'INVALID_CONFIG Unknown topic config name: nope',
    ],
    ['the removal of an unknown setting', TOPIC, 'orders', [['nope', DELETE, null]], 'NONE null'],
    [
      'a value out of range',
      TOPIC,
      'orders',
      [['compression.lz4.level', SET, '99']],
      'INVALID_CONFIG Invalid value 99 for configuration compression.lz4.level: Value must be no more than 17',
    ],
    [
      'a level that is neither in the range nor the default',
      TOPIC,
      'orders',
      [['compression.gzip.level', SET, '0']],
      'INVALID_CONFIG Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1',
    ],
    [
      'a word that is none of the list',
      TOPIC,
      'orders',
      [['message.timestamp.type', SET, 'x']],
      'INVALID_CONFIG Invalid value x for configuration message.timestamp.type: String must be one of: CreateTime, LogAppendTime',
    ],
    [
      'a fraction out of range',
      TOPIC,
      'orders',
      [['min.cleanable.dirty.ratio', SET, '2']],
      'INVALID_CONFIG Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1',
    ],
    [
      'a number that is too large for its type',
      TOPIC,
      'orders',
      [[MAX, SET, '99999999999']],
      'INVALID_CONFIG Invalid value 99999999999 for configuration max.message.bytes: Not a number of type INT',
    ],
    [
      'tiered storage',
      TOPIC,
      'orders',
      [['remote.storage.enable', SET, 'true']],
      'INVALID_CONFIG Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    ],
    [
      'an unknown topic',
      TOPIC,
      'nope',
      [[MAX, SET, '1']],
      "UNKNOWN_TOPIC_OR_PARTITION The topic 'nope' does not exist.",
    ],
    [
      'the topic with the empty name',
      TOPIC,
      '',
      [[MAX, SET, '1']],
      'INVALID_REQUEST Default topic resources are not allowed.',
    ],
    [
      'a key named twice',
      TOPIC,
      'orders',
      [
        [MAX, SET, '1'],
        [MAX, SET, '2'],
      ],
      'INVALID_REQUEST Error due to duplicate config keys',
    ],
    ['an unknown resource type', 3, 'x', [[MAX, SET, '1']], 'INVALID_REQUEST Unknown resource type 3'],
    ['another broker', BROKER, '2', [], 'INVALID_REQUEST Unexpected broker id, expected 1, but received 2'],
    [
      'a broker without a number',
      BROKER,
      'x',
      [],
      'INVALID_REQUEST Node id must be an integer, but it is: x',
    ],
    [
      'a setting that a broker reads once',
      BROKER,
      '',
      [['broker.session.timeout.ms', SET, '1']],
      'INVALID_REQUEST Cannot update these configs dynamically: [broker.session.timeout.ms]',
    ],
    [
      'a setting of one broker for all of them',
      BROKER,
      '',
      [['listeners', SET, 'PLAINTEXT://x:1']],
      'INVALID_REQUEST Cannot update these configs at default cluster level, broker id must be specified: [listeners]',
    ],
    [
      'an illegal value of a broker',
      BROKER,
      '',
      [['log.retention.ms', SET, 'x']],
      'INVALID_REQUEST Invalid value x for configuration log.retention.ms: Not a number of type LONG',
    ],
    [
      'an unknown operation of a broker',
      BROKER,
      '',
      [['num.io.threads', 9, '8']],
      'INVALID_REQUEST Unknown operations type 9',
    ],
    ['a setting that Kafka does not have', BROKER, '', [['foo.bar', SET, '1']], 'NONE null'],
    [
      'a logger',
      LOGGER,
      '1',
      [['kafka.server', SET, 'DEBUG']],
      'INVALID_CONFIG Logger kafka.server does not exist!',
    ],
    [
      'a logger of another broker',
      LOGGER,
      '2',
      [['a', SET, 'DEBUG']],
      'INVALID_REQUEST Unexpected node id. Expected 1, but received 2',
    ],
  ])('%s', (_what, type, name, configs, answer) => {
    expect(alter(type, name, ...configs)).toBe(answer);
  });

  it('answers each resource in its place, and decides each as a whole', () => {
    const answers = alterAll([
      [3, 'x', []],
      [
        TOPIC,
        'orders',
        [
          [MAX, SET, '3000'],
          ['nope', SET, '1'],
        ],
      ],
      [TOPIC, 'orders', []],
      [BROKER, '', [['num.io.threads', SET, '9']]],
    ]);
    const once = 'Each resource must appear at most once.';
    expect(answers.map(({ errorMessage }) => errorMessage)).toEqual([
      'Unknown resource type 3',
      once,
      once,
      null,
    ]);
    cluster.run(1);
    expect(settingOf(TOPIC, 'orders', MAX)?.value).toBe('1048588');
  });

  it('changes nothing with validateOnly', () => {
    expect(alterAll([[TOPIC, 'orders', [[MAX, SET, '4000']]]], true)[0]?.errorCode).toBe('NONE');
    cluster.run(1);
    expect(settingOf(TOPIC, 'orders', MAX)?.value).toBe('1048588');
  });
});

describe('AlterConfigs', () => {
  it('replaces all settings of a resource', () => {
    expect(replaceAll(TOPIC, 'orders', { [MAX]: '5000', 'flush.messages': '3' })).toBe('NONE null');
    expect(replaceAll(TOPIC, 'orders', { 'flush.messages': '4' })).toBe('NONE null');
    cluster.run(1);
    expect(settingOf(TOPIC, 'orders', MAX)?.configSource).toBe(5);
    expect(settingOf(TOPIC, 'orders', 'flush.messages')).toMatchObject({ value: '4', configSource: 1 });
    expect(replaceAll(TOPIC, 'orders', {})).toBe('NONE null');
  });

  it.each<[string, number, string, Record<string, string | null>, string]>([
    [
      'null',
      TOPIC,
      'orders',
      { [MAX]: null },
      'INVALID_REQUEST Null value not supported for : max.message.bytes',
    ],
    ['an unknown setting', TOPIC, 'orders', { nope: '1' }, 'INVALID_CONFIG Unknown topic config name: nope'],
    ['an unknown topic', TOPIC, 'nope', {}, "UNKNOWN_TOPIC_OR_PARTITION The topic 'nope' does not exist."],
    ['loggers', LOGGER, '1', {}, 'INVALID_REQUEST Unknown resource type 8'],
  ])('%s', (_what, type, name, configs, answer) => {
    expect(replaceAll(type, name, configs)).toBe(answer);
  });
});

describe('DescribeConfigs', () => {
  it('names every setting of a topic, with its source and its synonyms', () => {
    const { errorCode, errorMessage, configs } = describeConfigs(TOPIC, 'orders', null);
    expect([errorCode, errorMessage, configs.length]).toEqual(['NONE', '', 33]);
    expect(settingOf(TOPIC, 'orders', 'flush.messages')).toEqual({
      name: 'flush.messages',
      value: '9',
      readOnly: false,
      configSource: 4,
      isSensitive: false,
      synonyms: [
        { name: 'log.flush.interval.messages', value: '9', source: 4 },
        { name: 'log.flush.interval.messages', value: '9223372036854775807', source: 5 },
      ],
      configType: 5,
      documentation: null,
    });
    expect(settingOf(TOPIC, 'orders', 'retention.ms')).toMatchObject({
      value: '604800000',
      configSource: 5,
      synonyms: [],
    });
    expect(describeConfigs(TOPIC, 'orders', ['nope']).configs).toEqual([]);
  });

  it('prefers the setting of the broker to that of all brokers, and this to the process', () => {
    expect(alter(BROKER, '', ['log.flush.interval.messages', SET, '8'])).toBe('NONE null');
    expect(alter(BROKER, '1', ['log.flush.interval.messages', SET, '7'])).toBe('NONE null');
    cluster.run(1);
    const sources = (type: number, name: string, key: string) =>
      settingOf(type, name, key)?.synonyms.map(({ value, source }) => `${value} from ${source}`);
    const given = ['7 from 2', '8 from 3', '9 from 4', '9223372036854775807 from 5'];
    expect(sources(TOPIC, 'orders', 'flush.messages')).toEqual(given);
    expect(sources(BROKER, '1', 'log.flush.interval.messages')).toEqual(given);
    expect(settingOf(BROKER, '1', 'log.flush.interval.messages')?.value).toBe('7');
    expect(settingOf(BROKER, '', 'log.flush.interval.messages')).toMatchObject({
      value: '8',
      configSource: 3,
      synonyms: [{ value: '8', source: 3 }],
    });
    alter(BROKER, '', ['log.flush.interval.messages', DELETE, null]);
    alter(BROKER, '1', ['log.flush.interval.messages', DELETE, null]);
  });

  it('names the settings of the broker that is asked, and hides what may be secret', () => {
    expect(settingOf(BROKER, '1', 'node.id')).toMatchObject({ value: '1', configSource: 4, readOnly: true });
    expect(settingOf(BROKER, '1', 'num.partitions')).toMatchObject({ value: '4', configSource: 4 });
    expect(settingOf(BROKER, '1', 'log.retention.ms')).toMatchObject({
      value: null,
      configSource: 5,
      readOnly: false,
      synonyms: [],
    });
    expect(settingOf(BROKER, '1', 'ssl.keystore.password')).toMatchObject({
      value: null,
      isSensitive: true,
      configType: 9,
    });
    alter(BROKER, '', ['foo.bar', SET, '1']);
    cluster.run(1);
    expect(settingOf(BROKER, '', 'foo.bar')).toMatchObject({
      value: null,
      isSensitive: true,
      readOnly: true,
      configType: 0,
      synonyms: [{ value: null, source: 3 }],
    });
  });

  it.each<[string, number, string, string, string]>([
    ['an unknown topic', TOPIC, 'nope', 'UNKNOWN_TOPIC_OR_PARTITION', ''],
    [
      'no topic',
      TOPIC,
      '',
      'INVALID_TOPIC_EXCEPTION',
      'Topic name is invalid: the empty string is not allowed',
    ],
    [
      'another broker',
      BROKER,
      '2',
      'INVALID_REQUEST',
      'Unexpected broker id, expected 1 or empty string, but received 2',
    ],
    [
      'a broker without a number',
      BROKER,
      'x',
      'INVALID_REQUEST',
      'Broker id must be an integer, but it is: x',
    ],
    ['no broker', LOGGER, '', 'INVALID_REQUEST', 'Broker id must not be empty'],
  ])('%s', (_what, type, name, errorCode, errorMessage) => {
    expect(describeConfigs(type, name, null)).toMatchObject({ errorCode, errorMessage, configs: [] });
  });
});
