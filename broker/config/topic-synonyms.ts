/**
 * The broker-wide defaults of topic settings go by other names in a broker's configuration
 * (org.apache.kafka.server.config.ServerTopicConfigSynonyms).
 */
import { type Properties, serverDefinitions, topicDefinitions } from './definitions.js';

const brokerNames: Readonly<Record<keyof typeof topicDefinitions, string>> = {
  'min.insync.replicas': 'min.insync.replicas',
  'unclean.leader.election.enable': 'unclean.leader.election.enable',
  'segment.bytes': 'log.segment.bytes',
  'index.interval.bytes': 'log.index.interval.bytes',
  'segment.index.bytes': 'log.index.size.max.bytes',
  'flush.messages': 'log.flush.interval.messages',
  'flush.ms': 'log.flush.interval.ms',
  'max.message.bytes': 'message.max.bytes',
};

const topicNames = new Map(
  Object.entries(brokerNames).map(([topicName, brokerName]) => [brokerName, topicName]),
);

/** The topic setting whose default a broker setting is; null: it is none of these. */
export const topicSettingOf = (brokerSetting: string): string | null => topicNames.get(brokerSetting) ?? null;

/** The topic settings among a broker's, under the names that topics use. */
export function topicDefaultsOf(brokerSettings: Iterable<readonly [string, string]>): Properties {
  const defaults: Record<string, string> = {};
  for (const [name, value] of brokerSettings) {
    const topicName = topicNames.get(name);
    if (topicName !== undefined) defaults[topicName] = value;
  }
  return defaults;
}

/**
 * One process's properties taken apart: what `resolveServerConfig` knows, or rejects, and the defaults of topics, for which
 * the names that topics use are accepted too.
 */
export function splitProperties(properties: Properties): {
  readonly server: Properties;
  readonly topic: Properties;
} {
  const server: Record<string, string> = {};
  const topic: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    const topicName = topicNames.get(name) ?? (Object.hasOwn(topicDefinitions, name) ? name : null);
    if (topicName !== null && !Object.hasOwn(serverDefinitions, name)) topic[topicName] = value;
    else server[name] = value;
  }
  return { server, topic };
}
