/**
 * Follows the metadata log as an observer (KIP-595): fetches committed batches from the controller, each exactly once
 * and in order, and applies them to this process's image. It starts from offset 0 at every start of the process.
 *
 * Everything fetched is committed, so it is never truncated. A controller that answers with a divergence has lost its
 * log, and the process ends (in Kafka a truncation below the high watermark is fatal).
 */
import type { Address, Env, TimerHandle } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import {
  type FetchPartitionData,
  type FetchRequest,
  type FetchResponse,
  NO_HIGH_WATERMARK,
} from '../protocol/apis/01-fetch.js';
import {
  decodeMetadataBatches,
  endOffsetOf,
  METADATA_TOPIC_ID,
  type MetadataBatch,
} from '../protocol/metadata-log-batch.js';
import { MalformedFrame } from '../protocol/schema/malformed-frame.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { ControllerChannel, type ControllerResult } from './controller-channel.js';

export interface MetadataFollowerOptions {
  readonly brokerId: number;
  readonly clusterId: string;
  readonly controllers: readonly Address[];
  /** controller.quorum.request.timeout.ms */
  readonly requestTimeoutMicros: number;
  readonly rules: Pick<ControllerRules, 'acceptMetadataBatch'>;
  readonly image: MetadataImage;
  /** Committed batches that continue the image, to be applied now; possibly none. */
  readonly onFetched: (batches: readonly MetadataBatch[], highWatermark: number) => void;
}

/** org.apache.kafka.raft.KafkaRaftClient: how long the leader holds a fetch when there is nothing new. */
const MAX_WAIT_MS = 500;
const MAX_BYTES = 8_388_608;
const BACKOFF_MICROS = 50_000;
const BACKOFF_MICROS_MAX = 500_000;

export class MetadataFollower {
  readonly #env: Env;
  readonly #options: MetadataFollowerOptions;
  readonly #channel: ControllerChannel;
  /** 0: no leader is known yet. */
  #leaderEpoch = 0;
  #request: FetchRequest | null = null;
  #failures = 0;
  #retry: TimerHandle | null = null;

  constructor(env: Env, options: MetadataFollowerOptions) {
    this.#env = env;
    this.#options = options;
    this.#channel = new ControllerChannel(env, {
      controllers: options.controllers,
      clientId: `raft-${options.brokerId}`,
      requestTimeoutMicros: MAX_WAIT_MS * 1_000 + options.requestTimeoutMicros,
    });
  }

  start(): void {
    this.#fetch();
  }

  stop(): void {
    this.#retry?.cancel();
    this.#channel.close();
  }

  #fetch(): void {
    this.#channel.send('Fetch', this.#nextRequest(), this.#onFetched);
  }

  /** The same object as long as nothing new comes. */
  #nextRequest(): FetchRequest {
    const { image } = this.#options;
    const asked = this.#request?.topics[0]?.partitions[0];
    if (
      this.#request === null ||
      asked?.fetchOffset !== image.endOffset ||
      asked.currentLeaderEpoch !== this.#leaderEpoch
    )
      this.#request = this.#makeRequest();
    return this.#request;
  }

  /** As org.apache.kafka.raft.KafkaRaftClient#buildFetchRequest. */
  #makeRequest(): FetchRequest {
    const { image, brokerId, clusterId } = this.#options;
    return {
      clusterId,
      replicaId: -1,
      replicaState: { replicaId: brokerId, replicaEpoch: -1 },
      maxWaitMs: MAX_WAIT_MS,
      minBytes: 0,
      maxBytes: MAX_BYTES,
      isolationLevel: 0,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topic: '',
          topicId: METADATA_TOPIC_ID,
          partitions: [
            {
              partition: 0,
              currentLeaderEpoch: this.#leaderEpoch,
              fetchOffset: image.endOffset,
              lastFetchedEpoch: image.leaderEpoch,
              logStartOffset: -1,
              partitionMaxBytes: MAX_BYTES,
              replicaDirectoryId: ZERO_UUID,
              highWatermark: NO_HIGH_WATERMARK,
            },
          ],
        },
      ],
      forgottenTopicsData: [],
      rackId: '',
    };
  }

  readonly #onFetched = (result: ControllerResult<'Fetch'>): void => {
    const partition = result.ok ? partitionOf(result.body) : null;
    if (partition === null) {
      this.#fetchLater();
      return;
    }
    const { leaderEpoch } = partition.currentLeader;
    const isNewEpoch = leaderEpoch > this.#leaderEpoch;
    this.#leaderEpoch = Math.max(leaderEpoch, this.#leaderEpoch);
    if (partition.errorCode === 'NONE') this.#onRecords(partition);
    else if (partition.errorCode === 'FENCED_LEADER_EPOCH' && isNewEpoch) this.#fetch();
    else this.#fetchLater();
  };

  #onRecords(partition: FetchPartitionData): void {
    const { image } = this.#options;
    const { divergingEpoch, highWatermark } = partition;
    if (divergingEpoch.epoch >= 0 || divergingEpoch.endOffset >= 0) {
      this.#env.halt(
        `the metadata log diverged: the log applied here ends at ${image.endOffset} in epoch ${image.leaderEpoch}`,
      );
      return;
    }
    const batches = decodeMetadataBatches(partition.records ?? NO_BYTES);
    if (batches instanceof MalformedFrame) {
      this.#env.logger.log('error', 'Fetched metadata is malformed', { reason: batches.message });
      this.#fetchLater();
      return;
    }
    this.#failures = 0;
    if (this.#accept(batches, highWatermark)) this.#fetch();
  }

  #accept(batches: readonly MetadataBatch[], highWatermark: number): boolean {
    const { image, rules, onFetched } = this.#options;
    const accepted: MetadataBatch[] = [];
    let appliedEndOffset = image.endOffset;
    let appliedEpoch = image.leaderEpoch;
    for (const batch of batches) {
      const { baseOffset, leaderEpoch } = batch;
      const recordsCount = batch.records.length;
      const verdict = rules.acceptMetadataBatch({
        appliedEndOffset,
        appliedEpoch,
        baseOffset,
        leaderEpoch,
        recordsCount,
      });
      if (verdict === 'diverged') {
        this.#env.halt(
          `metadata batch at ${baseOffset} in epoch ${leaderEpoch} does not follow on ${appliedEndOffset}`,
        );
        return false;
      }
      if (verdict === 'skip') continue;
      accepted.push(batch);
      appliedEndOffset = endOffsetOf(batch);
      appliedEpoch = leaderEpoch;
    }
    onFetched(accepted, highWatermark);
    return true;
  }

  #fetchLater(): void {
    const delay = Math.min(BACKOFF_MICROS * 2 ** Math.min(this.#failures, 10), BACKOFF_MICROS_MAX);
    this.#failures += 1;
    this.#retry = this.#env.timers.schedule(delay, () => this.#fetch());
  }
}

const NO_BYTES = new Uint8Array(0);

/** Null: the whole request was refused. */
function partitionOf({ errorCode, responses }: FetchResponse): FetchPartitionData | null {
  return errorCode === 'NONE' ? (responses[0]?.partitions[0] ?? null) : null;
}
