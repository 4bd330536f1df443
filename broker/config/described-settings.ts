/**
 * Settings with their effective values and where these come from (KIP-226; kafka.server.ConfigHelper,
 * org.apache.kafka.server.config.KafkaConfigSchema).
 */
import { BROKER_NAMES } from './broker-names.js';
import { shownDefault, shownValue } from './config-def.js';
import { type KafkaKey, kafkaKeys } from './kafka-keys/index.js';

/** org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource. */
const SOURCES = { topic: 1, broker: 2, allBrokers: 3, process: 4, kafka: 5 } as const;

/** ConfigDef types as the wire numbers them; 0: unknown. */
const TYPES: Readonly<Record<string, number>> = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
};

/** The settings of a broker at each level. Each level prevails over the next one. */
export interface BrokerLevels {
  readonly broker: ReadonlyMap<string, string>;
  readonly allBrokers: ReadonlyMap<string, string>;
  /** The properties of the process. */
  readonly process: ReadonlyMap<string, string>;
}

export interface Synonym {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

export interface DescribedSetting {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly source: number;
  readonly isSensitive: boolean;
  /** The settings that hold the value or would hold it, the one that prevails first. */
  readonly synonyms: readonly Synonym[];
  readonly type: number;
}

/** The names under which one setting may be given in several units; the earlier name prevails. */
const UNITS: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
];

/** Every documented setting of a topic, in the order of the names. */
export function describeTopicSettings(
  own: ReadonlyMap<string, string>,
  levels: BrokerLevels,
): DescribedSetting[] {
  return [...kafkaKeys('topic').values()]
    .filter(({ key, isInternal }) => !isInternal || own.has(key))
    .map((key) => describeTopicSetting(key, own, levels));
}

function describeTopicSetting(
  key: KafkaKey,
  own: ReadonlyMap<string, string>,
  levels: BrokerLevels,
): DescribedSetting {
  const name = key.key;
  const given = own.get(name);
  const inherited = brokerSynonyms(BROKER_NAMES[name] ?? '', levels);
  const value = given ?? firstValue(BROKER_NAMES[name] ?? '', levels) ?? shownDefault(key);
  const shown = value === null ? null : shownValue(key, value);
  const synonyms =
    given === undefined ? inherited : [{ name, value: shown, source: SOURCES.topic }, ...inherited];
  return {
    name,
    value: shown,
    readOnly: false,
    source: synonyms[0]?.source ?? SOURCES.kafka,
    isSensitive: false,
    synonyms,
    type: TYPES[key.type] ?? 0,
  };
}

/** The settings of one broker: all that Kafka has, and those that the broker was given beside them. */
export function describeBroker(levels: BrokerLevels): DescribedSetting[] {
  const known = [...kafkaKeys('broker').values()].filter(({ isInternal }) => !isInternal);
  const given = [levels.process, levels.allBrokers, levels.broker].flatMap((level) => [...level.keys()]);
  const names = new Set([...known.map(({ key }) => key), ...given]);
  return [...names].sort().map((name) => describeBrokerSetting(name, levels, true));
}

/** The settings that apply to all brokers: those that were set for them. */
export function describeAllBrokers(levels: BrokerLevels): DescribedSetting[] {
  return [...levels.allBrokers.keys()].sort().map((name) => describeBrokerSetting(name, levels, false));
}

function describeBrokerSetting(name: string, levels: BrokerLevels, isPerBroker: boolean): DescribedSetting {
  const key = kafkaKeys('broker').get(name);
  const isSensitive = key === undefined || key.type === 'PASSWORD';
  const value = isPerBroker
    ? (firstValue(name, levels) ?? (key === undefined ? null : shownDefault(key)))
    : (levels.allBrokers.get(name) ?? null);
  const synonyms = brokerSynonyms(name, levels)
    .filter(({ source }) => isPerBroker || source === SOURCES.allBrokers)
    .map((each) => (isSensitive ? { ...each, value: null } : each));
  return {
    name,
    value: isSensitive || value === null || key === undefined ? null : shownValue(key, value),
    readOnly: key === undefined || key.updateMode === 'read-only',
    source: synonyms[0]?.source ?? SOURCES.kafka,
    isSensitive,
    synonyms,
    type: key === undefined ? 0 : (TYPES[key.type] ?? 0),
  };
}

/** Each level's value of the setting, under each of its names, from the first value under `name` itself on. */
function brokerSynonyms(name: string, levels: BrokerLevels): Synonym[] {
  const names = UNITS.find((group) => group.includes(name)) ?? [name];
  const { broker, allBrokers, process } = levels;
  const all: Synonym[] = [
    ...valuesAt(broker, names, SOURCES.broker),
    ...valuesAt(allBrokers, names, SOURCES.allBrokers),
    ...valuesAt(process, names, SOURCES.process),
    ...names.flatMap((each) => defaultOf(each)),
  ];
  const first = all.findIndex((each) => each.name === name);
  return first < 0 ? [] : all.slice(first);
}

function valuesAt(level: ReadonlyMap<string, string>, names: readonly string[], source: number): Synonym[] {
  return names.flatMap((name) => {
    const value = level.get(name);
    return value === undefined ? [] : [{ name, value, source }];
  });
}

function defaultOf(name: string): Synonym[] {
  const key = kafkaKeys('broker').get(name);
  const value = key === undefined ? null : shownDefault(key);
  return value === null ? [] : [{ name, value, source: SOURCES.kafka }];
}

const firstValue = (name: string, { broker, allBrokers, process }: BrokerLevels): string | null =>
  broker.get(name) ?? allBrokers.get(name) ?? process.get(name) ?? null;
