/**
 * All replicas on this broker (kafka.server.ReplicaManager). The table opens their logs, turns metadata into roles,
 * finds the partition of a request, checkpoints high watermarks periodically and checks the ISRs periodically.
 *
 * A replica is known by topic id. Its directory is known by name, so a replica of a topic made again under an old name
 * is created only after the directory of the old replica was renamed.
 */

import type { TopicConfig } from '../config/definitions.js';
import type { DiskError, TimerHandle } from '../env.js';
import type { RemovalSuffix } from '../log/log-removal.js';
import type { PartitionLog } from '../log/partition-log.js';
import type { MetadataDelta } from '../metadata/metadata-delta.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { ErrorName } from '../protocol/errors.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import { DeadlineQueue } from './deadline-queue.js';
import { LogCleaner } from './log-cleaner.js';
import type { LogDirectory, LogOptions, UnidentifiedLog } from './log-directory.js';
import { Partition, type PartitionListener } from './partition.js';
import type { ReplicaFetchers } from './replica-fetchers.js';
import type { ReplicationContext } from './replication-context.js';
import { RetentionCheck } from './retention-check.js';

export interface ReplicaTableOptions {
  readonly context: ReplicationContext;
  readonly fetchers: ReplicaFetchers;
  readonly directory: LogDirectory;
  /** What follows a partition of this topic; null: nothing does. */
  readonly listenerOf?: (topic: string) => PartitionListener | null;
  /** How long the files of a deleted replica stay (file.delete.delay.ms). */
  readonly deleteDelayMillis: number;
}

export class ReplicaTable {
  readonly context: ReplicationContext;
  /** Produce and fetch requests that wait. */
  readonly deadlines: DeadlineQueue;
  readonly #fetchers: ReplicaFetchers;
  readonly #retention: RetentionCheck;
  readonly #cleaner: LogCleaner;
  readonly #directory: LogDirectory;
  readonly #listenerOf: (topic: string) => PartitionListener | null;
  readonly #deleteDelayMillis: number;
  readonly #byTopicId = new Map<string, (Partition | undefined)[]>();
  readonly #all: Partition[] = [];
  /** Directories in which a log is being created, or that are being renamed: the topic id of each log; null: unknown. */
  readonly #busyNames = new Map<string, string | null>();
  #hasMetadata = false;
  #isrTimer: TimerHandle | null = null;
  #isStopped = false;

  constructor(options: ReplicaTableOptions) {
    this.context = options.context;
    this.#fetchers = options.fetchers;
    this.#directory = options.directory;
    this.#listenerOf = options.listenerOf ?? (() => null);
    this.#deleteDelayMillis = options.deleteDelayMillis;
    this.deadlines = new DeadlineQueue(options.context.env);
    this.#cleaner = new LogCleaner(options.context, this.#all, (name, cleanedEnd, done) =>
      this.#directory.checkpointCleaned(name, cleanedEnd, done),
    );
    this.#retention = new RetentionCheck(options.context, this.#all, (done) =>
      this.#directory.checkpointLogStarts(this.#all, this.context.observer, (error) => {
        if (error !== null) this.#checkpointFailed(error);
        done();
      }),
    );
  }

  get all(): readonly Partition[] {
    return this.#all;
  }

  find(topic: string, index: number): Partition | null {
    const topicId = this.context.image.topics.get(topic)?.topicId;
    return topicId === undefined ? null : this.findById(topicId, index);
  }

  findById(topicId: string, index: number): Partition | null {
    return this.#byTopicId.get(topicId)?.[index] ?? null;
  }

  /** Why this broker has no such replica. */
  whyMissing(topicId: string, index: number): ErrorName {
    const { image, observer } = this.context;
    const topic = image.topicById(topicId);
    if (topic === undefined) {
      // Unless the broker has not heard of the topic yet.
      if (image.identities.has(topicId)) observer?.mark('refused: UNKNOWN_TOPIC_ID');
      return 'UNKNOWN_TOPIC_ID';
    }
    const registration = topic.partitions[index];
    if (registration === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
    // The directory still belongs to the replica of an earlier topic of this name.
    const holder = this.#busyNames.get(registration.name);
    if (holder === undefined || holder === topicId) return 'NOT_LEADER_OR_FOLLOWER';
    observer?.mark('refused: INCONSISTENT_TOPIC_ID');
    return 'INCONSISTENT_TOPIC_ID';
  }

  /** The metadata contains the partition, on this broker or another. */
  isKnown(topic: string, index: number): boolean {
    return this.context.image.partition(topic, index) !== undefined;
  }

  /** Opens a log found on disk. Metadata sets its role later. */
  open(id: TopicIdPartition, config: TopicConfig, done: (error: DiskError | null) => void): void {
    this.#directory.openLog(id, this.#logOptions(config), this.#onOpened.bind(this, id, done));
  }

  #logOptions(config: TopicConfig): LogOptions {
    const { rules, observer } = this.context;
    return { config, rules, observer, onLogStartMoved: () => this.#retention.onLogStartMoved() };
  }

  #onOpened(
    id: TopicIdPartition,
    done: (error: DiskError | null) => void,
    error: DiskError | null,
    log: PartitionLog | null,
  ): void {
    if (log !== null) {
      const highWatermark = this.#directory.highWatermarkOf(id.name);
      this.#add(new Partition(this.context, this.#fetchers, id, log, highWatermark));
      this.#retention.considerLog(log);
    }
    done(error);
  }

  startTimers(): void {
    this.#scheduleIsrCheck();
    this.#scheduleProducerExpiry();
    this.#retention.start();
    this.#cleaner.start();
    const { config } = this.context;
    const markMicros = config['replica.high.watermark.checkpoint.interval.ms'] * 1000;
    const pointMicros = config['log.flush.offset.checkpoint.interval.ms'] * 1000;
    this.#checkpointEvery(markMicros, (done) => {
      this.#retention.consider();
      this.#cleaner.consider();
      this.#directory.checkpointHighWatermarks(this.#all, done);
    });
    this.#checkpointEvery(pointMicros, (done) => this.#directory.checkpointRecoveryPoints(this.#all, done));
  }

  applyMetadata(image: MetadataImage, delta: MetadataDelta): void {
    if (this.#isStopped) return;
    for (const brokerId of delta.brokers.keys()) this.#fetchers.onBrokerChanged(brokerId);
    for (const { topicId } of delta.removedTopics) this.#removeTopic(topicId);
    if (!this.#hasMetadata) this.#removeStrays(image);
    this.#hasMetadata = true;
    if (delta.brokerConfigs.size > 0) this.#applyConfigs(image, image.topics.keys());
    else this.#applyConfigs(image, delta.topicConfigs);
    for (const { current } of delta.partitions.values()) this.#applyPartition(image, current);
    this.#fetchers.closeIdle();
    if (delta.brokerConfigs.size > 0 || delta.topicConfigs.size > 0) this.#retention.consider();
    this.context.wakeups.run();
  }

  /** Ends all roles, fetches and checks. */
  stop(): void {
    this.#isStopped = true;
    this.#isrTimer?.cancel();
    this.#retention.stop();
    this.#cleaner.stop();
    this.#fetchers.close();
  }

  /** Writes the checkpoints. Called after the logs are closed. */
  checkpoint(done: (error: DiskError | null) => void): void {
    this.#directory.checkpointHighWatermarks(this.#all, (error) => {
      if (error !== null) {
        done(error);
        return;
      }
      this.#directory.checkpointLogStarts(this.#all, this.context.observer, (startsError) => {
        if (startsError !== null) done(startsError);
        else this.#directory.checkpointRecoveryPoints(this.#all, done);
      });
    });
  }

  #add(partition: Partition): void {
    const { topicId, index } = partition.id;
    const ofTopic = this.#byTopicId.get(topicId) ?? [];
    this.#byTopicId.set(topicId, ofTopic);
    ofTopic[index] = partition;
    partition.listener = this.#listenerOf(partition.id.topic);
    this.#all.push(partition);
  }

  #applyPartition(image: MetadataImage, registration: PartitionRegistration): void {
    const { id, name } = registration;
    if (!registration.replicas.includes(this.context.brokerId)) return;
    const partition = this.findById(id.topicId, id.index);
    if (partition !== null) {
      partition.configure(image.topicConfig(id.topic));
      partition.applyMetadata(registration);
      return;
    }
    if (this.#busyNames.has(name)) return;
    this.#busyNames.set(name, id.topicId);
    const options = this.#logOptions(image.topicConfig(id.topic));
    const done = this.#onCreated.bind(this, id);
    this.#directory.createLog(id, options, this.#all, this.#onOpened.bind(this, id, done));
  }

  #onCreated(id: TopicIdPartition, error: DiskError | null): void {
    if (error !== null) {
      this.context.env.halt(`cannot create the log of ${id.name}: ${error.message}`);
      return;
    }
    const partition = this.findById(id.topicId, id.index);
    const isDeleted = this.context.image.topicById(id.topicId) === undefined;
    if (partition !== null && isDeleted && !this.#isStopped) this.#remove(partition, 'delete');
    else this.#release(id);
  }

  #removeTopic(topicId: string): void {
    for (const partition of this.#byTopicId.get(topicId) ?? [])
      if (partition !== undefined) this.#remove(partition, 'delete');
  }

  /** The metadata gives these logs to nobody, or to other brokers. */
  #removeStrays(image: MetadataImage): void {
    const { brokerId } = this.context;
    const { unidentified, toBeDeleted } = this.#directory.found;
    for (const partition of [...this.#all]) {
      const { topic, topicId, index } = partition.id;
      const present = image.topics.get(topic);
      const isStray = this.context.rules.isStrayReplica({
        topicId,
        presentTopicId: present?.topicId ?? null,
        isAssigned: present?.partitions[index]?.replicas.includes(brokerId) ?? false,
      });
      if (isStray) this.#remove(partition, 'stray');
    }
    for (const log of unidentified) this.#renameAside(log, 'stray');
    for (const name of toBeDeleted) this.#directory.deleteLater(name, this.#deleteDelayMillis);
  }

  #remove(partition: Partition, suffix: RemovalSuffix): void {
    const { topicId, index } = partition.id;
    const ofTopic = this.#byTopicId.get(topicId);
    if (ofTopic !== undefined) ofTopic[index] = undefined;
    this.#all.splice(this.#all.indexOf(partition), 1);
    this.#busyNames.set(partition.name, topicId);
    partition.retire(() => this.#renameAside(partition.id, suffix));
  }

  #renameAside(log: UnidentifiedLog, suffix: RemovalSuffix): void {
    if (!this.#busyNames.has(log.name)) this.#busyNames.set(log.name, null);
    this.#directory.renameAside(log, suffix, (error, name) => {
      if (error !== null) {
        this.context.env.halt(`cannot rename the directory of ${log.name}: ${error.code} ${error.message}`);
        return;
      }
      this.context.observer?.mark(suffix === 'delete' ? 'replica deleted' : 'stray replica set aside');
      if (suffix === 'delete') this.#directory.deleteLater(name, this.#deleteDelayMillis);
      this.#release(log);
    });
  }

  /** Nobody works on the directory any more. A topic made again under the name may have waited for it. */
  #release({ name, topic, index }: UnidentifiedLog): void {
    const { image, wakeups } = this.context;
    this.#busyNames.delete(name);
    if (this.#isStopped) return;
    const registration = image.partition(topic, index);
    if (registration !== undefined) this.#applyPartition(image, registration);
    wakeups.run();
  }

  #applyConfigs(image: MetadataImage, topics: Iterable<string>): void {
    for (const topic of topics) {
      const config = image.topicConfig(topic);
      const topicId = image.topics.get(topic)?.topicId ?? '';
      for (const partition of this.#byTopicId.get(topicId) ?? []) partition?.configure(config);
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

  #checkpointFailed(error: DiskError): void {
    this.context.env.halt(`cannot write a checkpoint: ${error.code} ${error.message}`);
  }

  #checkpointEvery(periodMicros: number, write: (done: (error: DiskError | null) => void) => void): void {
    const { env } = this.context;
    env.timers.schedule(periodMicros, () => {
      if (this.#isStopped) return;
      write((error) => {
        if (error !== null) this.#checkpointFailed(error);
      });
      this.#checkpointEvery(periodMicros, write);
    });
  }
}
