/**
 * All replicas on this broker (kafka.server.ReplicaManager). The table opens their logs, turns metadata into roles,
 * finds the partition of a request, checkpoints high watermarks periodically and checks the ISRs periodically.
 */

import type { TopicConfig } from '../config/definitions.js';
import type { DiskError, TimerHandle } from '../env.js';
import type { MetadataDelta } from '../metadata/metadata-delta.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { ErrorName } from '../protocol/errors.js';
import { DeadlineQueue } from './deadline-queue.js';
import type { LogDirectory, LogIdentity } from './log-directory.js';
import { Partition, type PartitionListener } from './partition.js';
import type { ReplicaFetchers } from './replica-fetchers.js';
import type { ReplicationContext } from './replication-context.js';

export interface ReplicaTableOptions {
  readonly context: ReplicationContext;
  readonly fetchers: ReplicaFetchers;
  readonly directory: LogDirectory;
  /** What follows a partition of this topic; null: nothing does. */
  readonly listenerOf?: (topic: string) => PartitionListener | null;
}

export class ReplicaTable {
  readonly context: ReplicationContext;
  /** Produce and fetch requests that wait. */
  readonly deadlines: DeadlineQueue;
  readonly #fetchers: ReplicaFetchers;
  readonly #directory: LogDirectory;
  readonly #listenerOf: (topic: string) => PartitionListener | null;
  readonly #byTopic = new Map<string, (Partition | undefined)[]>();
  readonly #all: Partition[] = [];
  readonly #opening = new Set<string>();
  #isrTimer: TimerHandle | null = null;
  #isStopped = false;

  constructor(options: ReplicaTableOptions) {
    this.context = options.context;
    this.#fetchers = options.fetchers;
    this.#directory = options.directory;
    this.#listenerOf = options.listenerOf ?? (() => null);
    this.deadlines = new DeadlineQueue(options.context.env);
  }

  get all(): readonly Partition[] {
    return this.#all;
  }

  find(topic: string, index: number): Partition | null {
    return this.#byTopic.get(topic)?.[index] ?? null;
  }

  findById(topicId: string, index: number): Partition | null {
    const topic = this.context.image.topicById(topicId);
    return topic === undefined ? null : this.find(topic.name, index);
  }

  /** Why this broker has no such replica. */
  whyMissing(topicId: string, index: number): ErrorName {
    const topic = this.context.image.topicById(topicId);
    if (topic === undefined) return 'UNKNOWN_TOPIC_ID';
    return this.isKnown(topic.name, index) ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION';
  }

  /** The metadata contains the partition, on this broker or another. */
  isKnown(topic: string, index: number): boolean {
    return this.context.image.partition(topic, index) !== undefined;
  }

  /** Opens the log of a new replica or of one found on disk. Metadata sets its role later. */
  open(identity: LogIdentity, config: TopicConfig, done: (error: DiskError | null) => void): void {
    const { rules, observer } = this.context;
    this.#directory.openLog(identity, { config, rules, observer }, (error, log) => {
      if (log !== null) {
        const highWatermark = this.#directory.highWatermarkOf(identity.name);
        this.#add(new Partition(this.context, this.#fetchers, identity, log, highWatermark));
      }
      done(error);
    });
  }

  startTimers(): void {
    this.#scheduleIsrCheck();
    this.#scheduleProducerExpiry();
    const { config } = this.context;
    const markMicros = config['replica.high.watermark.checkpoint.interval.ms'] * 1000;
    const pointMicros = config['log.flush.offset.checkpoint.interval.ms'] * 1000;
    this.#checkpointEvery(markMicros, (done) => this.#directory.checkpointHighWatermarks(this.#all, done));
    this.#checkpointEvery(pointMicros, (done) => this.#directory.checkpointRecoveryPoints(this.#all, done));
  }

  applyMetadata(image: MetadataImage, delta: MetadataDelta): void {
    if (this.#isStopped) return;
    for (const brokerId of delta.brokers.keys()) this.#fetchers.onBrokerChanged(brokerId);
    if (delta.brokerConfigs.size > 0) this.#applyConfigs(image, this.#byTopic.keys());
    else this.#applyConfigs(image, delta.topicConfigs);
    for (const { current } of delta.partitions.values()) {
      if (current.replicas.includes(this.context.brokerId)) this.#applyPartition(image, current);
    }
    this.#fetchers.closeIdle();
    this.context.wakeups.run();
  }

  /** Ends all roles, fetches and checks. */
  stop(): void {
    this.#isStopped = true;
    this.#isrTimer?.cancel();
    this.#fetchers.close();
  }

  /** Writes both checkpoints. Called after the logs are closed. */
  checkpoint(done: (error: DiskError | null) => void): void {
    this.#directory.checkpointHighWatermarks(this.#all, (error) => {
      if (error !== null) done(error);
      else this.#directory.checkpointRecoveryPoints(this.#all, done);
    });
  }

  #add(partition: Partition): void {
    const ofTopic = this.#byTopic.get(partition.topic) ?? [];
    this.#byTopic.set(partition.topic, ofTopic);
    ofTopic[partition.index] = partition;
    partition.listener = this.#listenerOf(partition.topic);
    this.#all.push(partition);
  }

  #applyPartition(image: MetadataImage, registration: PartitionRegistration): void {
    const { name, topic, partitionId } = registration;
    const partition = this.find(topic, partitionId);
    if (partition !== null) {
      partition.configure(image.topicConfig(topic));
      partition.applyMetadata(registration);
      return;
    }
    if (this.#opening.has(name)) return;
    this.#opening.add(name);
    const identity = { name, topic, index: partitionId };
    this.open(identity, image.topicConfig(topic), (error) => {
      this.#opening.delete(name);
      if (error !== null) {
        this.context.env.halt(`cannot create the log of ${name}: ${error.message}`);
        return;
      }
      const latest = image.partition(topic, partitionId);
      if (latest !== undefined && !this.#isStopped) this.find(topic, partitionId)?.applyMetadata(latest);
      this.context.wakeups.run();
    });
  }

  #applyConfigs(image: MetadataImage, topics: Iterable<string>): void {
    for (const topic of topics) {
      const config = image.topicConfig(topic);
      for (const partition of this.#byTopic.get(topic) ?? []) partition?.configure(config);
    }
  }

  #scheduleIsrCheck(): void {
    const { env, config } = this.context;
    const periodMicros = Math.max(1, Math.floor(config['replica.lag.time.max.ms'] / 2)) * 1000;
    this.#isrTimer = env.timers.schedule(periodMicros, this.#checkIsrs.bind(this));
  }

  #checkIsrs(): void {
    const nowMillis = this.context.env.clock.wallMillis();
    for (const partition of this.#all) partition.leader?.maybeShrinkIsr(nowMillis);
    this.context.wakeups.run();
    this.#scheduleIsrCheck();
  }

  /** KAFKA-14097: removes the state of idempotent producers that have been idle for too long. */
  #scheduleProducerExpiry(): void {
    const { env, config } = this.context;
    const periodMicros = config['producer.id.expiration.check.interval.ms'] * 1000;
    env.timers.schedule(periodMicros, this.#expireProducers.bind(this));
  }

  #expireProducers(): void {
    if (this.#isStopped) return;
    const nowMillis = this.context.env.clock.wallMillis();
    const expirationMillis = this.context.config['producer.id.expiration.ms'];
    for (const { log } of this.#all) log.producers.removeExpired(nowMillis, expirationMillis);
    this.#scheduleProducerExpiry();
  }

  #checkpointEvery(periodMicros: number, write: (done: (error: DiskError | null) => void) => void): void {
    const { env } = this.context;
    env.timers.schedule(periodMicros, () => {
      if (this.#isStopped) return;
      write((error) => {
        if (error !== null) env.halt(`cannot write a checkpoint: ${error.code} ${error.message}`);
      });
      this.#checkpointEvery(periodMicros, write);
    });
  }
}
