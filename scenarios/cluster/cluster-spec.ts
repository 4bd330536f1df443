/** The cluster of a scenario: Kafka's own keys, not resolved yet. */
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Properties } from '../../broker/config/definitions.js';
import { partitionName } from '../../broker/protocol/partition-name.js';
import type { BrokerRules } from '../../broker/rules/index.js';
import type { DiskTiming } from '../../harness/world/disk-timing.js';
import { type Pace, type Shortening, shortened } from './pace.js';

export interface TopicSpec {
  readonly partitions: number;
  /**
   * Default: the brokers' `default.replication.factor` if the scenario sets it, else the smaller of 3 and the number
   * of brokers.
   */
  readonly replicationFactor?: number;
  readonly config?: Properties;
}

export interface ClusterSpec {
  readonly brokers: number;
  readonly topics: Readonly<Record<string, TopicSpec>>;
  /** The configuration of every broker and controller. */
  readonly config?: Properties;
  /** Default: `brisk`, which shortens timeouts of the brokers to fit a run. */
  readonly pace?: Pace;
  /** The keys of `config` that the harness set and the user did not. `cluster()` fills it in. */
  readonly setByHarness?: Properties;
  /** The disk of each broker; default: a local SSD. */
  readonly disk?: DiskTiming;
  /** Rules that replace Kafka's own. A historic bug is made in this way. */
  readonly rules?: Partial<BrokerRules>;
  readonly clientRules?: Partial<ClientRules>;
}

/**
 * The settings that an operator would shorten, in their usual proportions: a session lasts a few heartbeats, and a
 * replica may lag about as long. `holds` repeats the conditions that Kafka's brokers check at start, and that a
 * session is at least one heartbeat.
 */
const SHORTENED: Readonly<Record<string, Shortening>> = {
  'broker.session.timeout.ms': { value: '1500', holds: { 'broker.heartbeat.interval.ms': 2_000 } },
  'broker.heartbeat.interval.ms': { value: '300' },
  'replica.lag.time.max.ms': { value: '1500', holds: { 'replica.fetch.wait.max.ms': 500 } },
  'replica.fetch.backoff.ms': { value: '200' },
  'replica.socket.timeout.ms': { value: '2000', holds: { 'replica.fetch.wait.max.ms': 500 } },
  'controller.quorum.request.timeout.ms': { value: '1000' },
  'producer.id.expiration.check.interval.ms': { value: '1000' },
};

/** Checkpoints so frequent that a run of some seconds meets each of them many times, as a month of uptime does. */
export const CHECKPOINTS: Properties = {
  'log.flush.offset.checkpoint.interval.ms': '700',
  'replica.high.watermark.checkpoint.interval.ms': '500',
};

export function threeBrokers(spec: Omit<ClusterSpec, 'brokers'>): ClusterSpec {
  return cluster({ ...spec, brokers: 3 });
}

export function cluster(spec: ClusterSpec): ClusterSpec {
  const written = spec.config ?? {};
  const setByHarness = shortened(spec.pace ?? 'brisk', SHORTENED, written);
  return { ...spec, config: { ...setByHarness, ...written }, setByHarness };
}

export function partitionNames(spec: ClusterSpec): string[] {
  const names: string[] = [];
  for (const topic of Object.keys(spec.topics).sort()) {
    const partitions = spec.topics[topic]?.partitions ?? 0;
    for (let index = 0; index < partitions; index++) names.push(partitionName(topic, index));
  }
  return names;
}

const hosts: string[] = [];

/** The name is made once for each broker, because observers need it at every fetch. */
export function brokerHost(brokerId: number): string {
  hosts[brokerId] ??= `b${brokerId}`;
  return hosts[brokerId];
}

export function brokerHosts(spec: ClusterSpec): string[] {
  return Array.from({ length: spec.brokers }, (_, index) => brokerHost(index + 1));
}

export const CONTROLLER_HOST = 'c1';
export const CONTROLLER_ID = 3001;
export const CONTROLLER_PORT = 9093;
export const BROKER_PORT = 9092;
