/**
 * Follows the metadata log as an observer (KIP-595): fetches committed batches from the controller, each exactly once
 * and in order, and applies them to this process's image. It starts from offset 0 at every start of the process.
 *
 * Everything fetched is committed, so it is never truncated. A controller that answers with a divergence has lost its
 * log, and the process ends (in Kafka a truncation below the high watermark is fatal).
 */
import type { Address, Env, TimerHandle } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { MetadataLogFetchResponse } from '../protocol/apis/01-metadata-log-fetch.js';
import type { MetadataBatch } from '../raft/metadata-batch.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { ControllerChannel, type ControllerResult } from './controller-channel.js';

export interface MetadataFollowerOptions {
  readonly brokerId: number;
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
const BACKOFF_MICROS = 50_000;
const BACKOFF_MICROS_MAX = 500_000;

export class MetadataFollower {
  readonly #env: Env;
  readonly #options: MetadataFollowerOptions;
  readonly #channel: ControllerChannel;
  #leaderEpoch = -1;
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
    const { image, brokerId } = this.#options;
    this.#channel.send(
      'MetadataLogFetch',
      {
        replicaId: brokerId,
        currentLeaderEpoch: this.#leaderEpoch,
        fetchOffset: image.endOffset,
        lastFetchedEpoch: image.leaderEpoch,
        maxWaitMs: MAX_WAIT_MS,
      },
      this.#onFetched,
    );
  }

  readonly #onFetched = (result: ControllerResult<'MetadataLogFetch'>): void => {
    if (!result.ok) {
      this.#fetchLater();
      return;
    }
    const response = result.body;
    switch (response.errorCode) {
      case 'NONE':
        this.#failures = 0;
        this.#leaderEpoch = response.leaderEpoch;
        if (this.#accept(response)) this.#fetch();
        return;
      case 'FENCED_LEADER_EPOCH':
        this.#leaderEpoch = response.leaderEpoch;
        this.#fetch();
        return;
      default:
        this.#fetchLater();
    }
  };

  #accept(response: MetadataLogFetchResponse): boolean {
    const { image, rules, onFetched } = this.#options;
    if (response.divergingEpoch !== undefined) {
      this.#env.halt(
        `the metadata log diverged: the log applied here ends at ${image.endOffset} in epoch ${image.leaderEpoch}`,
      );
      return false;
    }
    const accepted: MetadataBatch[] = [];
    let appliedEndOffset = image.endOffset;
    let appliedEpoch = image.leaderEpoch;
    for (const batch of response.batches) {
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
      appliedEndOffset = baseOffset + recordsCount;
      appliedEpoch = leaderEpoch;
    }
    onFetched(accepted, response.highWatermark);
    return true;
  }

  #fetchLater(): void {
    const delay = Math.min(BACKOFF_MICROS * 2 ** Math.min(this.#failures, 10), BACKOFF_MICROS_MAX);
    this.#failures += 1;
    this.#retry = this.#env.timers.schedule(delay, () => this.#fetch());
  }
}
