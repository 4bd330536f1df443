/** What a scenario says about its cluster: Kafka's own keys, nothing resolved yet. */
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Properties } from '../../broker/config/definitions.js';
import type { BrokerRules } from '../../broker/rules/index.js';
import type { DiskTiming } from '../../harness/world/disk-timing.js';

export interface TopicSpec {
  readonly partitions: number;
  /** Default: the smaller of 3 and the number of brokers. */
  readonly replicationFactor?: number;
  readonly config?: Properties;
}

export interface ClusterSpec {
  readonly brokers: number;
  readonly topics: Readonly<Record<string, TopicSpec>>;
  /** For every broker and controller. */
  readonly config?: Properties;
  /** Of the brokers; default: a local SSD. */
  readonly disk?: DiskTiming;
  /** Decisions that data safety rests on, other than Kafka's own: so a historic bug is made. */
  readonly rules?: Partial<BrokerRules>;
  readonly clientRules?: Partial<ClientRules>;
}

/**
 * Timeouts that let a run of 30 virtual seconds see many elections: the same settings an operator would shorten, in
 * the same proportions (a session lasts a few heartbeats, a replica may lag about as long).
 */
const BRISK: Properties = {
  'broker.session.timeout.ms': '1500',
  'broker.heartbeat.interval.ms': '300',
  'replica.lag.time.max.ms': '1500',
  'replica.fetch.backoff.ms': '200',
  'replica.socket.timeout.ms': '2000',
  'controller.quorum.request.timeout.ms': '1000',
  'producer.id.expiration.check.interval.ms': '1000',
};

/** Checkpoints so often that a run of some seconds meets each of them many times, as a month of uptime does. */
export const CHECKPOINTS: Properties = {
  'log.flush.offset.checkpoint.interval.ms': '700',
  'replica.high.watermark.checkpoint.interval.ms': '500',
};

export function threeBrokers(spec: Omit<ClusterSpec, 'brokers'>): ClusterSpec {
  return cluster({ ...spec, brokers: 3 });
}

export function cluster(spec: ClusterSpec): ClusterSpec {
  return { ...spec, config: { ...BRISK, ...spec.config } };
}

export function partitionNames(spec: ClusterSpec): string[] {
  const names: string[] = [];
  for (const topic of Object.keys(spec.topics).sort()) {
    const partitions = spec.topics[topic]?.partitions ?? 0;
    for (let index = 0; index < partitions; index++) names.push(`${topic}-${index}`);
  }
  return names;
}

const hosts: string[] = [];

/** The name is made once for each broker: observers ask for it at every fetch. */
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
