/**
 * One Produce request inside the broker (kafka.server.ReplicaManager#appendRecords, DelayedProduce). Each partition's
 * batch is refused or appended. With acks=all the appended batches then wait for the in-sync replicas, for
 * `timeoutMs` from the last append. If a log never finishes an append, the request is never answered; in Kafka it
 * would block its thread.
 */
import type { AppendResult, RecordError } from '../log/append-result.js';
import type { PartitionProduceResponse, ProduceResponse } from '../protocol/apis/00-produce.js';
import { NO_ENDPOINTS, NO_RECORD_ERRORS } from '../protocol/apis/00-produce.js';
import { NO_LEADER } from '../protocol/apis/01-fetch.js';
import { appended } from '../protocol/appended.js';
import type { ErrorName } from '../protocol/errors.js';
import { Deadline, type DeadlineQueue } from './deadline-queue.js';
import { type CurrentLeader, currentLeader, endpointsOf } from './leader-hint.js';
import type { WaitingAppend } from './leader-role.js';
import type { Partition } from './partition.js';
import type { ReplicationContext } from './replication-context.js';

export interface ProduceServices {
  readonly context: ReplicationContext;
  readonly deadlines: DeadlineQueue;
}

export interface ProduceOptions {
  readonly acks: number;
  readonly timeoutMs: number;
  /** The response carries the current leader with an error (KIP-951). */
  readonly hintsLeader: boolean;
  readonly respond: (response: ProduceResponse) => void;
}

/** The response to one topic under construction. */
interface ProducedTopic {
  readonly name: string;
  readonly topicId: string;
  partitionResponses: PartitionProduceResponse[];
}

export class PendingProduce extends Deadline {
  readonly acks: number;
  readonly hintsLeader: boolean;
  readonly #services: ProduceServices;
  readonly #timeoutMs: number;
  readonly #respond: (response: ProduceResponse) => void;
  #topics: ProducedTopic[] = [];
  #appends: PartitionAppend[] = [];
  #isComplete = false;
  #appendingCount = 0;
  #unsettledCount = 0;
  #hasHints = false;

  constructor(services: ProduceServices, { acks, timeoutMs, hintsLeader, respond }: ProduceOptions) {
    super();
    this.#services = services;
    this.acks = acks;
    this.hintsLeader = hintsLeader;
    this.#timeoutMs = timeoutMs;
    this.#respond = respond;
  }

  /** Begins one topic of the request. The following calls concern this topic. */
  addTopic(name: string, topicId: string): void {
    this.#topics = appended(this.#topics, { name, topicId, partitionResponses: [] });
  }

  refuse(index: number, errorCode: ErrorName, partition: Partition | null): void {
    const append = this.#add(index, partition);
    append.refuse(errorCode);
  }

  append(partition: Partition, records: Uint8Array): void {
    const append = this.#add(partition.index, partition);
    this.#unsettledCount += 1;
    this.#appendingCount += 1;
    this.#services.context.counters.bytesIn += records.length;
    partition.appendAsLeader(records, this.#onAppended.bind(this, append));
  }

  #onAppended(append: PartitionAppend, result: AppendResult): void {
    this.#appendingCount -= 1;
    if (result.errorCode === 'NONE' && !result.duplicate)
      this.#services.context.counters.messagesIn += result.lastOffset - result.baseOffset + 1;
    append.onAppended(result);
    this.#afterStep();
  }

  /** Every batch of the request has been refused or its append has begun. */
  allBegun(): void {
    this.#isComplete = true;
    this.#afterStep();
  }

  override expire(): void {
    for (const append of this.#appends) append.settle('REQUEST_TIMED_OUT');
  }

  onSettled(): void {
    this.#unsettledCount -= 1;
    this.#afterStep();
  }

  countFailure(): void {
    this.#services.context.counters.failedProduceRequests++;
  }

  acknowledge(partition: Partition, baseOffset: number, lastOffset: number, leaderEpoch: number): void {
    const { observer } = this.#services.context;
    if (observer === null) return;
    if (this.acks === 0) observer.replication?.acknowledged(partition.id, -1, -1, leaderEpoch, 0);
    else observer.replication?.acknowledged(partition.id, baseOffset, lastOffset, leaderEpoch, this.acks);
  }

  #add(index: number, partition: Partition | null): PartitionAppend {
    const append = new PartitionAppend(this, this.#topics[this.#topics.length - 1]!, index, partition);
    this.#appends = appended(this.#appends, append);
    return append;
  }

  #afterStep(): void {
    if (!this.#isComplete || this.#appendingCount > 0) return;
    if (this.#unsettledCount > 0) {
      if (this.lane === null) this.#services.deadlines.add(this, this.#timeoutMs * 1000);
      return;
    }
    this.#isComplete = false;
    this.#services.deadlines.remove(this);
    for (const append of this.#appends) append.writeResponse();
    const nodeEndpoints = this.#hasHints ? this.#endpoints() : NO_ENDPOINTS;
    this.#respond({ responses: this.#topics, throttleTimeMs: 0, nodeEndpoints });
  }

  leaderOf({ name, topicId }: ProducedTopic, index: number, partition: Partition | null): CurrentLeader {
    this.#hasHints = true;
    return currentLeader(this.#services.context.image, { topic: name, topicId, index }, partition);
  }

  #endpoints(): ProduceResponse['nodeEndpoints'] {
    const leaders = this.#topics.flatMap(({ partitionResponses }) =>
      partitionResponses.map((each) => each.currentLeader),
    );
    return endpointsOf(this.#services.context.image, leaders);
  }
}

class PartitionAppend implements WaitingAppend {
  requiredOffset = 0;
  isSettled = false;
  readonly #produce: PendingProduce;
  readonly #topic: ProducedTopic;
  readonly #index: number;
  readonly #partition: Partition | null;
  #errorCode: ErrorName = 'NONE';
  /** Kafka explains in words only which records it refused. */
  #message: string | null = null;
  #baseOffset = -1;
  #lastOffset = -1;
  #leaderEpoch = -1;
  #logAppendTimeMs = -1;
  #recordErrors = NO_RECORD_ERRORS;

  constructor(produce: PendingProduce, topic: ProducedTopic, index: number, partition: Partition | null) {
    this.#produce = produce;
    this.#topic = topic;
    this.#index = index;
    this.#partition = partition;
  }

  get acks(): number {
    return this.#produce.acks;
  }

  refuse(errorCode: ErrorName): void {
    this.isSettled = true;
    this.#errorCode = errorCode;
  }

  onAppended(result: AppendResult): void {
    const partition = this.#partition;
    if (result.errorCode !== 'NONE' || partition === null) {
      if (result.errorCode !== 'NONE' && result.recordErrors.length > 0) {
        this.#message = result.message;
        this.#recordErrors = result.recordErrors.map(asAnswered);
      }
      this.settle(result.errorCode);
      return;
    }
    this.#baseOffset = result.baseOffset;
    this.#lastOffset = result.lastOffset;
    this.#logAppendTimeMs = result.logAppendTimeMs;
    this.#leaderEpoch = partition.leaderEpoch;
    this.requiredOffset = result.lastOffset + 1;
    if (partition.leader === null) this.settle('NOT_LEADER_OR_FOLLOWER');
    else partition.leader.settleWhenReplicated(this);
  }

  settle(errorCode: ErrorName): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#errorCode = errorCode;
    this.#produce.onSettled();
  }

  writeResponse(): void {
    const partition = this.#partition;
    const isOk = this.#errorCode === 'NONE';
    if (isOk && partition !== null) {
      this.#produce.acknowledge(partition, this.#baseOffset, this.#lastOffset, this.#leaderEpoch);
    }
    if (!isOk) this.#produce.countFailure();
    const isHinted = this.#produce.hintsLeader && this.#errorCode === 'NOT_LEADER_OR_FOLLOWER';
    const wasAppended = this.#lastOffset >= 0;
    const response: PartitionProduceResponse = {
      index: this.#index,
      errorCode: this.#errorCode,
      baseOffset: this.#baseOffset,
      logAppendTimeMs: this.#logAppendTimeMs,
      logStartOffset:
        wasAppended || !hidesLogStart(this.#errorCode) ? (partition?.log.logStartOffset ?? -1) : -1,
      recordErrors: this.#recordErrors,
      errorMessage: this.#message,
      currentLeader: isHinted ? this.#produce.leaderOf(this.#topic, this.#index, partition) : NO_LEADER,
    };
    this.#topic.partitionResponses = appended(this.#topic.partitionResponses, response);
  }
}

const asAnswered = ({ batchIndex, message }: RecordError) => ({
  batchIndex,
  batchIndexErrorMessage: message,
});

/** The errors of an append that Kafka expects; with any other it answers the log start offset. */
const hidesLogStart = (errorCode: ErrorName): boolean =>
  errorCode === 'NOT_LEADER_OR_FOLLOWER' ||
  errorCode === 'MESSAGE_TOO_LARGE' ||
  errorCode === 'RECORD_LIST_TOO_LARGE' ||
  errorCode === 'CORRUPT_MESSAGE' ||
  errorCode === 'KAFKA_STORAGE_ERROR' ||
  errorCode === 'INVALID_TOPIC_EXCEPTION' ||
  errorCode === 'INVALID_REQUIRED_ACKS';
