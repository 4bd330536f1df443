/**
 * A Kafka producer without I/O of its own (Java: KafkaProducer). `send` never waits and never calls back
 * from inside. The callback of every record is called exactly once, in the order of sends per partition,
 * with an offset or with an error that says whether the record may be in the log. A record for a topic that
 * no broker has described yet waits up to `max.block.ms`.
 *
 * Not implemented: transactions, `buffer.memory`.
 */

import type { ProducerConfig, Properties } from '../../config/definitions.js';
import type { Address, Env } from '../../env.js';
import type { BatchRecord } from '../../protocol/record-batch.js';
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import { ClusterAccess } from '../cluster-access.js';
import type { SendError } from '../rules/acknowledgement.js';
import { type ClientRules, clientRules } from '../rules/index.js';
import { BatchCompression } from './batch-compression.js';
import { PartitionQueue } from './partition-queue.js';
import { Partitioner } from './partitioner.js';
import { MAX_REQUEST_BYTES } from './produce-round.js';
import { ProducerBatch } from './producer-batch.js';
import { ProducerIdentity } from './producer-identity.js';
import type { ProducerRecord, SendCallback } from './producer-record.js';
import { resolveProducerSettings } from './producer-settings.js';
import { type OnSequenceRefused, Sender } from './sender.js';
import { SequenceLedger } from './sequence-ledger.js';
import { UnplacedRecords } from './unplaced-records.js';

export interface NativeProducerOptions {
  readonly clientId: string;
  readonly bootstrap: readonly Address[];
  readonly config: Properties;
  readonly rules?: ClientRules;
  /**
   * The sequence number of the first record to each partition. A leader without state of a producer accepts
   * any.
   */
  readonly firstSequence?: number;
  /** For tests and invariants that observe the producer. */
  readonly onRefusal?: OnSequenceRefused;
}

export class NativeProducer {
  readonly #env: Env;
  readonly #config: ProducerConfig;
  readonly #rules: ClientRules;
  readonly #firstSequence: number;
  readonly #cluster: ClusterAccess;
  readonly #identity: ProducerIdentity | null;
  readonly #sender: Sender;
  readonly #compression: BatchCompression;
  readonly #partitioner: Partitioner;
  readonly #unplaced: UnplacedRecords;
  readonly #queues = new Map<string, PartitionQueue[]>();
  #isClosed = false;

  constructor(env: Env, options: NativeProducerOptions) {
    const config = resolveProducerSettings(options.config);
    const { clientId, bootstrap } = options;
    this.#env = env;
    this.#config = config;
    this.#compression = new BatchCompression(config);
    this.#rules = options.rules ?? clientRules;
    this.#firstSequence = options.firstSequence ?? 0;
    this.#cluster = new ClusterAccess(env, {
      clientId,
      bootstrap,
      config,
      rules: this.#rules,
      random: env.random(`producer/${clientId}`),
      onConnectionChange: this.#onConnectionChange.bind(this),
      onMetadata: this.#onMetadata.bind(this),
    });
    const { metadata, connections, refresher, backoff } = this.#cluster;
    this.#partitioner = new Partitioner({
      config,
      metadata,
      random: () => env.random(`partitioner/${clientId}`),
    });
    this.#identity = config['enable.idempotence']
      ? new ProducerIdentity(env, connections, backoff, () => this.#sender.proceed())
      : null;
    this.#sender = new Sender(env, {
      config,
      rules: this.#rules,
      metadata,
      connections,
      refresher,
      identity: this.#identity,
      backoff,
      onRefusal: options.onRefusal ?? null,
      beforeRound: this.#weighPartitions.bind(this),
    });
    this.#unplaced = new UnplacedRecords(env, config['max.block.ms']);
  }

  send(record: ProducerRecord, callback: SendCallback): void {
    if (this.#isClosed) this.#refuse(record, 'IllegalStateException', callback);
    else if (this.#isPlaceable(record)) this.#place(record, callback);
    else {
      this.#cluster.refresher.addTopic(record.topic);
      this.#cluster.refresher.request();
      this.#unplaced.add(record, callback);
    }
  }

  /**
   * Calls `done` once every record sent before is reported, whether it succeeded or failed. Batches do not
   * linger meanwhile.
   */
  flush(done: () => void): void {
    if (this.#unplaced.isEmpty) this.#sender.lifetimes.flush(done);
    else this.#unplaced.whenEmpty(() => this.flush(done));
    this.#env.timers.schedule(0, () => this.#sender.proceed());
  }

  /**
   * Accepts no more records and flushes. After `timeoutMs` it fails every record that is not done and
   * closes every connection.
   */
  close(timeoutMs: number, done: () => void): void {
    if (this.#isClosed) {
      this.#env.timers.schedule(0, done);
      return;
    }
    this.#isClosed = true;
    let isDown = false;
    const shutDown = () => {
      if (isDown) return;
      isDown = true;
      timer.cancel();
      this.#shutDown();
      done();
    };
    const timer = this.#env.timers.schedule(timeoutMs * 1_000, shutDown);
    if (timeoutMs > 0) this.flush(shutDown);
  }

  #shutDown(): void {
    this.#identity?.close();
    this.#unplaced.refuseAll('KafkaException');
    this.#sender.abort('KafkaException');
    this.#cluster.close();
  }

  #isPlaceable(record: ProducerRecord): boolean {
    return (record.partition ?? 0) < this.#cluster.metadata.partitionCount(record.topic);
  }

  #place(record: ProducerRecord, callback: SendCallback): void {
    const { topic, key, value, headers } = record;
    const timestamp = record.timestampMs ?? this.#env.clock.wallMillis();
    const stored: BatchRecord =
      headers === undefined ? { key, value, timestamp } : { key, value, headers, timestamp };
    const partition = record.partition ?? this.#partitioner.partition(topic, key);
    if (partition < 0) this.#placeSticky(record, stored, callback);
    else this.#append(this.#queue(topic, partition), record, stored, callback);
  }

  /** RecordAccumulator#append with an unknown partition. */
  #placeSticky(record: ProducerRecord, stored: BatchRecord, callback: SendCallback): void {
    const sticky = this.#partitioner.stickyOf(record.topic);
    const batchSizeBytes = this.#config['batch.size'];
    // The sticky partition may have been kept because its batch was not full. That batch is now full or has
    // been sent.
    if (this.#queue(record.topic, sticky.current()).isLastFull(batchSizeBytes)) sticky.produced(0, true);
    const queue = this.#queue(record.topic, sticky.current());
    const bytes = this.#append(queue, record, stored, callback);
    if (bytes > 0) sticky.produced(bytes, queue.isLastFull(batchSizeBytes));
  }

  /** Returns the number of bytes by which the batches of the partition grew; 0: the record was refused. */
  #append(
    queue: PartitionQueue,
    record: ProducerRecord,
    stored: BatchRecord,
    callback: SendCallback,
  ): number {
    const { open } = queue;
    const openBytes = open?.sizeBytes ?? 0;
    if (open?.tryAppend(stored, callback, this.#config['batch.size'])) return open.sizeBytes - openBytes;
    const now = this.#env.clock.monotonicMicros();
    const batch = new ProducerBatch(queue, this.#sender.lifetimes.nextId, now, this.#compression);
    batch.tryAppend(stored, callback, this.#config['batch.size']);
    if (batch.sizeBytes > MAX_REQUEST_BYTES) {
      this.#refuse(record, 'RecordTooLargeException', callback);
      return 0;
    }
    queue.add(batch);
    this.#sender.lifetimes.add(batch);
    this.#sender.list(queue, now);
    return batch.sizeBytes;
  }

  /**
   * RecordAccumulator#partitionReady: the queue lengths of the partitions decide which partition is drawn
   * next.
   */
  #weighPartitions(): void {
    if (this.#partitioner.sticky.size === 0 || !this.#config['partitioner.adaptive.partitioning.enable'])
      return;
    const { brokers } = this.#cluster.metadata;
    for (const [topic, sticky] of this.#partitioner.sticky) {
      const queues = (this.#queues.get(topic) ?? []).filter(({ wasUsed }) => wasUsed);
      if (queues.length < this.#cluster.metadata.partitionCount(topic)) {
        sticky.weigh(null);
        continue;
      }
      const drawable = queues.filter(
        ({ metadata: { leaderId }, waiting }) =>
          brokers.has(leaderId) && (waiting.length === 0 || !this.#sender.readiness.isSlow(leaderId)),
      );
      sticky.weigh({
        queuesCount: queues.length,
        partitions: drawable.map(({ metadata }) => metadata.index),
        sizes: drawable.map(({ waiting }) => waiting.length),
      });
    }
  }

  #queue(topic: string, partition: number): PartitionQueue {
    let queues = this.#queues.get(topic);
    if (queues === undefined) {
      queues = [];
      this.#queues.set(topic, queues);
    }
    for (let index = queues.length; index <= partition; index += 1) {
      const ledger = this.#identity === null ? null : new SequenceLedger(this.#rules, this.#firstSequence);
      queues.push(new PartitionQueue(this.#cluster.metadata.partition(topic, index), ledger));
    }
    return queues[partition]!;
  }

  #refuse(record: ProducerRecord, error: SendError, callback: SendCallback): void {
    const { topic, partition = -1 } = record;
    this.#env.timers.schedule(0, () =>
      callback({ ok: false, topic, topicId: ZERO_UUID, partition, uncertainIn: [], error, ambiguous: false }),
    );
  }

  #onMetadata(): void {
    this.#unplaced.placeWhere(this.#isPlaceable.bind(this), this.#place.bind(this));
    this.#sender.proceed();
  }

  #onConnectionChange(): void {
    if (this.#identity !== null && !this.#identity.isKnown) this.#identity.ensure();
    this.#sender.proceed();
  }
}
