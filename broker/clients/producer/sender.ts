/**
 * Sends batches to the leaders of their partitions and decides the outcome of each (Java: Sender,
 * RecordAccumulator, TransactionManager for the idempotent producer). One request per broker carries at
 * most one batch of a partition, and at most `max.in.flight.requests.per.connection` requests are in
 * flight. A batch that failed with a retriable error is sent again after a back-off, until `retries` or
 * `delivery.timeout.ms` end it.
 *
 * All work happens in `#pump`, which runs from a timer or an answer, never from inside `send`. Outcomes are
 * reported last, when all state is consistent, because a callback may send again.
 */

import type { ProducerConfig } from '../../config/definitions.js';
import type { Env, TimerHandle } from '../../env.js';
import type { PartitionProduceResponse, ProduceRequest } from '../../protocol/apis/00-produce.js';
import { NO_LEADER } from '../../protocol/apis/01-fetch.js';
import { appended } from '../../protocol/appended.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { ExponentialBackoff } from '../../protocol/exponential-backoff.js';
import type { RpcResult } from '../../protocol/rpc-client.js';
import type { BrokerConnection, BrokerConnections } from '../broker-connections.js';
import type { ClusterMetadata } from '../cluster-metadata.js';
import type { MetadataRefresher } from '../metadata-refresher.js';
import { errorOfFailure, impliesStaleMetadata, isRetriable } from '../retriable-errors.js';
import type { SendError } from '../rules/acknowledgement.js';
import type { ClientRules } from '../rules/index.js';
import { BatchLifetimes } from './batch-lifetimes.js';
import { BrokerReadiness } from './broker-readiness.js';
import type { PartitionQueue } from './partition-queue.js';
import { ProduceRound } from './produce-round.js';
import type { ProducerBatch } from './producer-batch.js';
import type { ProducerIdentity } from './producer-identity.js';
import type { SequenceLedger } from './sequence-ledger.js';

export interface SenderOptions {
  readonly config: ProducerConfig;
  readonly rules: ClientRules;
  readonly metadata: ClusterMetadata;
  readonly connections: BrokerConnections;
  readonly refresher: MetadataRefresher;
  /** Null without idempotence. */
  readonly identity: ProducerIdentity | null;
  readonly backoff: ExponentialBackoff;
  readonly onRefusal: OnSequenceRefused | null;
  /** Called before the sender looks at the waiting batches. */
  readonly beforeRound: () => void;
}

/**
 * A leader refused a batch as out of sequence although every batch before it is acknowledged. The leader
 * has lost those batches or its state of their producer, or it was deposed and never had them.
 */
export type OnSequenceRefused = (refusal: {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly error: ErrorName;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}) => void;

export class Sender {
  readonly lifetimes: BatchLifetimes;
  readonly readiness: BrokerReadiness;
  readonly #env: Env;
  readonly #options: SenderOptions;
  readonly #config: ProducerConfig;
  readonly #rules: ClientRules;
  readonly #lingerMicros: number;
  readonly #maxInFlight: number;
  readonly #round = new ProduceRound();
  /** Queues with waiting batches. */
  #listed: PartitionQueue[] = [];
  #reports: ProducerBatch[] = [];
  #isReporting = false;
  #wakeTimer: TimerHandle | null = null;
  #wakeAt = 0;
  #isClosed = false;

  constructor(env: Env, options: SenderOptions) {
    this.#env = env;
    this.#options = options;
    this.#config = options.config;
    this.#rules = options.rules;
    this.#lingerMicros = options.config['linger.ms'] * 1_000;
    this.#maxInFlight = options.config['max.in.flight.requests.per.connection'];
    this.readiness = new BrokerReadiness(options.config['partitioner.availability.timeout.ms']);
    this.lifetimes = new BatchLifetimes(env, options.config['delivery.timeout.ms'], () => this.proceed());
  }

  /** The queue got a batch, or its batch became full. */
  list(queue: PartitionQueue, now: number): void {
    if (!queue.isListed) {
      queue.isListed = true;
      this.#listed.push(queue);
    }
    const isFull = queue.waiting.length > 1 || this.lifetimes.isFlushing;
    this.#wake(isFull ? now : now + this.#lingerMicros, now);
  }

  /** Metadata or a connection changed, or a wait is over. Does all work that is possible now. */
  proceed(): void {
    if (this.#isClosed) return;
    this.#pump();
    this.#report();
  }

  /** Fails everything that is not done. The failures are reported before it returns. */
  abort(error: SendError): void {
    for (const batch of this.lifetimes.undone()) {
      batch.queue.remove(batch);
      this.#finish(batch, error, -1);
    }
    this.#report();
    this.#isClosed = true;
    this.#wakeTimer?.cancel();
    this.lifetimes.close();
  }

  #wake(at: number, now: number): void {
    if (this.#wakeTimer !== null) {
      if (this.#wakeAt <= at) return;
      this.#wakeTimer.cancel();
    }
    this.#wakeAt = at;
    this.#wakeTimer = this.#env.timers.schedule(Math.max(0, at - now), this.#onWake);
  }

  readonly #onWake = (): void => {
    this.#wakeTimer = null;
    this.proceed();
  };

  #pump(): void {
    const now = this.#env.clock.monotonicMicros();
    for (let batch = this.lifetimes.expired(now); batch !== null; batch = this.lifetimes.expired(now)) {
      this.#expire(batch);
    }
    this.#options.beforeRound();
    let nextWake = Number.POSITIVE_INFINITY;
    do {
      nextWake = this.#gather(now);
    } while (this.#round.send(this.#transmit));
    if (nextWake < Number.POSITIVE_INFINITY) this.#wake(nextWake, now);
  }

  /** Puts the first batch of every queue that may send into the round. Returns the time of the next look. */
  #gather(now: number): number {
    let nextWake = Number.POSITIVE_INFINITY;
    let kept = 0;
    const listed = this.#listed;
    for (let index = 0; index < listed.length; index += 1) {
      const queue = listed[index]!;
      const at = this.#gatherFrom(queue, now);
      if (at < nextWake) nextWake = at;
      if (queue.waiting.length === 0) queue.isListed = false;
      else listed[kept++] = queue;
    }
    if (kept < listed.length) listed.length = kept;
    return nextWake;
  }

  #gatherFrom(queue: PartitionQueue, now: number): number {
    const { ledger } = queue;
    if (ledger !== null && (ledger.isUnsettled || ledger.needsBump)) this.#settle(queue, ledger);
    const batch = queue.waiting[0];
    if (batch === undefined || !this.#maySend(queue, batch)) return Number.POSITIVE_INFINITY;
    const broker = this.#options.connections.get(queue.metadata.leaderId);
    if (broker === null) {
      this.#options.refresher.request();
      return Number.POSITIVE_INFINITY;
    }
    const readyAt = this.#readyAt(queue, batch);
    if (readyAt > now) return readyAt;
    const isReady = this.#options.connections.isReady(broker, now);
    const canDrain = isReady && broker.rpc.inFlightCount < this.#maxInFlight;
    this.readiness.note(broker.id, canDrain, now);
    if (!isReady) {
      return broker.rpc.isConnecting ? Number.POSITIVE_INFINITY : broker.retryAt;
    }
    if (!canDrain || !this.#round.take(broker, batch)) {
      return Number.POSITIVE_INFINITY;
    }
    queue.takeFirst();
    return Number.POSITIVE_INFINITY;
  }

  #readyAt(queue: PartitionQueue, batch: ProducerBatch): number {
    if (batch.attempts > 0) return queue.metadata.leaderEpoch > batch.sentLeaderEpoch ? 0 : batch.retryAt;
    const isFull = queue.waiting.length > 1 || batch.estimatedBytes >= this.#config['batch.size'];
    return isFull || this.lifetimes.isFlushing ? 0 : batch.createdAt + this.#lingerMicros;
  }

  /** RecordAccumulator#shouldStopDrainBatchesForPartition. */
  #maySend(queue: PartitionQueue, batch: ProducerBatch): boolean {
    const { ledger } = queue;
    const { identity } = this.#options;
    if (ledger === null || identity === null) return this.#maxInFlight > 1 || queue.onWireCount === 0;
    if (!identity.isKnown) {
      identity.ensure();
      return false;
    }
    if (batch.baseSequence >= 0) {
      // A batch that was certainly refused waits for the new epoch.
      if (ledger.needsBump && !batch.mayHaveLanded) return false;
      return this.#rules.mayResendBatch({ isFirstUnresolved: ledger.isFirst(batch) });
    }
    if (ledger.needsBump || ledger.isUnsettled) return false;
    const unresolvedBatches = ledger.unresolved.length;
    if (unresolvedBatches === 0) return true;
    if (unresolvedBatches >= this.#maxInFlight || ledger.isStale(identity)) return false;
    const hasAcknowledgedInEpoch = ledger.hasAcknowledgedInEpoch(queue.metadata.topicId);
    return this.#rules.mayPipeline({ hasAcknowledgedInEpoch, unresolvedBatches });
  }

  readonly #transmit = (broker: BrokerConnection, batches: readonly ProducerBatch[]): void => {
    const body = this.#request(batches);
    if (this.#config.acks === 0) {
      broker.rpc.sendOneWay('Produce', body);
      for (const batch of batches) this.#finish(batch, null, -1);
      return;
    }
    for (const batch of batches) {
      batch.isOnWire = true;
      batch.queue.onWireCount += 1;
      batch.sentLeaderEpoch = batch.queue.metadata.leaderEpoch;
    }
    broker.rpc.send('Produce', body, this.#onAnswer.bind(this, batches));
  };

  #request(batches: readonly ProducerBatch[]): ProduceRequest {
    let topicData: TopicData[] | null = null;
    for (const batch of batches) {
      const { ledger, metadata } = batch.queue;
      const { identity } = this.#options;
      if (ledger !== null && identity !== null && batch.baseSequence < 0) ledger.assign(batch, identity);
      batch.attempts += 1;
      const partition = { index: metadata.index, records: batch.bytes() };
      batch.topicId = metadata.topicId;
      topicData = withPartition(topicData, metadata.topicId, partition);
    }
    const { acks, 'request.timeout.ms': timeoutMs } = this.#config;
    return { transactionalId: null, acks, timeoutMs, topicData: topicData ?? [] };
  }

  #onAnswer(batches: readonly ProducerBatch[], result: RpcResult<'Produce'>): void {
    if (this.#isClosed) return;
    for (const batch of batches) {
      batch.isOnWire = false;
      batch.queue.onWireCount -= 1;
    }
    for (const [at, batch] of batches.entries()) {
      if (!result.ok) this.#settleAttempt(batch, errorOfFailure(result.failure), -1, null);
      else {
        const answer = answerFor(batch, result.body.responses, at);
        if (answer === null) this.#settleAttempt(batch, 'UNKNOWN_SERVER_ERROR', -1, null);
        else this.#settleAttempt(batch, answer.errorCode, answer.baseOffset, answer);
      }
    }
    this.proceed();
  }

  /** Sender#completeBatch. */
  #settleAttempt(
    batch: ProducerBatch,
    error: ErrorName,
    baseOffset: number,
    answer: PartitionProduceResponse | null,
  ): void {
    if (error === 'NONE' || error === 'DUPLICATE_SEQUENCE_NUMBER') {
      batch.queue.ledger?.acknowledge(batch);
      if (!batch.isDone) this.#finish(batch, null, error === 'NONE' ? baseOffset : -1);
      return;
    }
    if (this.#rules.mayHaveLanded(error)) {
      batch.mayHaveLanded = true;
      batch.mayEverHaveLanded = true;
      if (!batch.uncertainIn.includes(batch.topicId))
        batch.uncertainIn = [...batch.uncertainIn, batch.topicId];
    }
    const hint = answer?.currentLeader ?? NO_LEADER;
    const { metadata } = batch.queue;
    const isHinted = hint.leaderId >= 0 && this.#options.metadata.hint(metadata, batch.topicId, hint);
    if (impliesStaleMetadata(error) && !isHinted) this.#options.refresher.request();
    if (batch.isDone) return;
    if (error === 'MESSAGE_TOO_LARGE' && batch.records.length > 1) this.#split(batch);
    else if (this.#mayRetry(batch, error)) this.#retry(batch);
    else this.#fail(batch, error);
  }

  /** TransactionManager#canRetry. */
  #mayRetry(batch: ProducerBatch, error: ErrorName): boolean {
    const now = this.#env.clock.monotonicMicros();
    if (now >= this.lifetimes.deadline(batch) || batch.attempts > this.#config.retries) return false;
    const { ledger } = batch.queue;
    if (ledger === null || (error !== 'OUT_OF_ORDER_SEQUENCE_NUMBER' && error !== 'UNKNOWN_PRODUCER_ID')) {
      return isRetriable(error);
    }
    // An earlier batch is still to be sent again and will fill the gap.
    if (error === 'OUT_OF_ORDER_SEQUENCE_NUMBER' && !ledger.needsBump && !ledger.isFirst(batch)) return true;
    if (!ledger.needsBump && !ledger.isUnsettled && ledger.isFirst(batch)) this.#tellOfRefusal(batch, error);
    ledger.needsBump = true;
    if (this.#rules.refusalProvesAbsence({ error, isFirstUnresolved: ledger.isFirst(batch) })) {
      batch.mayHaveLanded = false;
      ledger.denyLanding();
    }
    // If an earlier attempt landed, a new epoch would append the batch again. Only the old sequence can be
    // retried.
    return this.#rules.mayBumpProducerEpoch({ uncertainBatches: batch.mayHaveLanded ? 1 : 0 });
  }

  #tellOfRefusal(batch: ProducerBatch, error: ErrorName): void {
    const { topic, index: partition } = batch.queue.metadata;
    const { topicId, producerId, producerEpoch, baseSequence } = batch;
    this.#options.onRefusal?.({ topic, topicId, partition, error, producerId, producerEpoch, baseSequence });
  }

  #retry(batch: ProducerBatch): void {
    const now = this.#env.clock.monotonicMicros();
    batch.retryAt = now + this.#options.backoff.micros(batch.attempts - 1);
    batch.queue.putBack(batch);
    this.#relist(batch.queue);
  }

  #split(batch: ProducerBatch): void {
    const parts = batch.split(this.#config['batch.size']);
    batch.queue.ledger?.replace(batch, parts);
    batch.queue.replace(batch, parts);
    this.lifetimes.replace(batch, parts);
    this.#relist(batch.queue);
  }

  #relist(queue: PartitionQueue): void {
    if (queue.isListed) return;
    queue.isListed = true;
    this.#listed.push(queue);
  }

  #fail(batch: ProducerBatch, error: SendError): void {
    // Out of retries: the leader may have used the sequence. Otherwise the leader refused it, and later
    // batches wait behind the gap.
    if (batch.baseSequence >= 0) batch.queue.ledger?.giveUp(batch, batch.attempts <= this.#config.retries);
    this.#finish(batch, error, -1);
  }

  #expire(batch: ProducerBatch): void {
    batch.queue.remove(batch);
    if (batch.baseSequence >= 0) batch.queue.ledger?.giveUp(batch, false);
    this.#finish(batch, 'TimeoutException', -1);
  }

  /** Closes a gap in the sequences with a new epoch, once the new epoch cannot append anything twice. */
  #settle(queue: PartitionQueue, ledger: SequenceLedger): void {
    const { identity } = this.#options;
    ledger.settle();
    if (!ledger.needsBump || identity === null || !identity.isKnown) return;
    if (!this.#rules.mayBumpProducerEpoch({ uncertainBatches: ledger.uncertainCount })) {
      this.#giveUpBehindGap(queue, ledger);
      if (!this.#rules.mayBumpProducerEpoch({ uncertainBatches: ledger.uncertainCount })) return;
    }
    identity.bumpEpoch();
    if (identity.isKnown) ledger.restart(identity);
    else identity.ensure();
  }

  /**
   * Gives up a batch with an uncertain attempt behind a refused batch. A retry under the old sequence
   * cannot resolve it, and a new sequence could append it twice. Its outcome stays unknown.
   */
  #giveUpBehindGap(queue: PartitionQueue, ledger: SequenceLedger): void {
    const gap = ledger.unresolved.findIndex((batch) => !batch.isOnWire && !batch.mayHaveLanded);
    if (gap < 0) return;
    for (const batch of ledger.unresolved.slice(gap)) {
      if (batch.isOnWire || !batch.mayHaveLanded) continue;
      queue.remove(batch);
      ledger.giveUp(batch, true);
      this.#finish(batch, 'OUT_OF_ORDER_SEQUENCE_NUMBER', -1);
    }
  }

  #finish(batch: ProducerBatch, error: SendError | null, baseOffset: number): void {
    batch.isDone = true;
    batch.error = error;
    batch.baseOffset = baseOffset;
    batch.endedOnWire = batch.isOnWire;
    this.lifetimes.finish(batch);
    const { queue } = batch;
    for (let next = queue.takeReportable(); next !== null; next = queue.takeReportable()) {
      this.#reports = appended(this.#reports, next);
    }
  }

  #report(): void {
    if (this.#isReporting) return;
    this.#isReporting = true;
    let flushed: readonly (() => void)[] = [];
    do {
      for (let index = 0; index < this.#reports.length; index += 1) this.#reportBatch(this.#reports[index]!);
      if (this.#reports.length > 0) this.#reports = [];
      flushed = this.lifetimes.takeFlushed();
      for (const done of flushed) done();
    } while (flushed.length > 0);
    this.#isReporting = false;
  }

  #reportBatch(batch: ProducerBatch): void {
    const { topic, index: partition } = batch.queue.metadata;
    const { callbacks, error, baseOffset, topicId, uncertainIn } = batch;
    if (error === null) {
      for (let index = 0; index < callbacks.length; index += 1) {
        const offset = baseOffset < 0 ? -1 : baseOffset + index;
        callbacks[index]!({ ok: true, topic, topicId, partition, uncertainIn, offset });
      }
      return;
    }
    const isDefinite = this.#rules.isDefiniteFailure({
      error,
      wasSent: batch.attempts > 0,
      anyAttemptMayHaveLanded: batch.mayEverHaveLanded || batch.endedOnWire,
    });
    for (const callback of callbacks)
      callback({ ok: false, topic, topicId, partition, uncertainIn, error, ambiguous: !isDefinite });
  }
}

interface PartitionData {
  readonly index: number;
  readonly records: Uint8Array;
}

interface TopicData {
  readonly name: string;
  readonly topicId: string;
  readonly partitionData: PartitionData[];
}

function withPartition(topics: TopicData[] | null, topicId: string, partition: PartitionData): TopicData[] {
  if (topics === null) return [{ name: '', topicId, partitionData: [partition] }];
  for (const topic of topics) {
    if (topic.topicId !== topicId) continue;
    topic.partitionData.push(partition);
    return topics;
  }
  topics.push({ name: '', topicId, partitionData: [partition] });
  return topics;
}

/**
 * The answer for a batch. Answers mostly come in the order of the batches, so the search starts at the
 * batch's index.
 */
function answerFor(
  batch: ProducerBatch,
  responses: readonly {
    readonly topicId: string;
    readonly partitionResponses: readonly PartitionProduceResponse[];
  }[],
  at: number,
): PartitionProduceResponse | null {
  const { index } = batch.queue.metadata;
  for (const { topicId, partitionResponses } of responses) {
    if (topicId !== batch.topicId) continue;
    const expected = partitionResponses[at];
    if (expected?.index === index) return expected;
    for (const partition of partitionResponses) if (partition.index === index) return partition;
  }
  return null;
}
