/**
 * The controller of a voter, built on the shared coordinator (broker/coordination). While the voter leads, it decides
 * each request by the state as of the last appended batch, and answers once that state is committed. An answer
 * without changes waits too, because it may depend on a change that is not committed yet. While the voter does not
 * lead, it answers every request with NOT_CONTROLLER.
 *
 * Only this class uses time: for sessions that expire, for leaders that are not the preferred ones (every
 * leader.imbalance.check.interval.seconds), and for unclean elections that a change of settings made possible (every
 * 5 min).
 */

import type { ServerConfig } from '../config/definitions.js';
import { Coordinator } from '../coordination/coordinator.js';
import type { CoordinatorLog } from '../coordination/coordinator-log.js';
import type { Env, Random } from '../env.js';
import { type ImageOptions, MetadataImage } from '../metadata/metadata-image.js';
import type { Observer } from '../observer.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { LogRecord, MetadataBatch } from '../protocol/metadata-log-batch.js';
import { type MetadataRecord, metadataRecord } from '../protocol/metadata-records.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { ActiveController, type ControllerApi } from './active-controller.js';
import { notController } from './not-controller.js';

export interface QuorumControllerOptions {
  readonly clusterId: string;
  readonly config: ServerConfig;
  readonly image: ImageOptions;
  readonly rules: ControllerRules;
  readonly observer: Observer | null;
}

/** unclean.leader.election.interval.ms */
const UNCLEAN_ELECTION_INTERVAL_MICROS = 300_000_000;
const SESSION_RECHECK_MICROS = 100_000;

export class QuorumController {
  readonly #env: Env;
  readonly #options: QuorumControllerOptions;
  readonly #emptyImage: MetadataImage;
  /**
   * One stream for the life of the process, because a later epoch must not draw the topic ids of an earlier one
   * again.
   */
  readonly #random: Random;
  readonly #coordinator: Coordinator<ActiveController, LogRecord>;
  #knownCommittedOffset = 0;

  constructor(env: Env, options: QuorumControllerOptions) {
    this.#env = env;
    this.#options = options;
    this.#emptyImage = new MetadataImage(options.image);
    this.#random = env.random('controller/topics');
    this.#coordinator = new Coordinator({
      timers: env.timers,
      makeState: () => this.#makeState(),
      onLoaded: (state) => this.#takeOver(state),
      notLeader: 'NOT_CONTROLLER',
      loading: 'NOT_CONTROLLER',
    });
  }

  /** The image as of the last appended batch, a little ahead of the committed one. Empty while another voter leads. */
  get image(): MetadataImage {
    return this.#coordinator.state?.image ?? this.#emptyImage;
  }

  /** This voter leads; `batches` is the present metadata log. */
  lead(log: QuorumLog, batches: readonly MetadataBatch[], knownCommittedOffset: number): void {
    this.#knownCommittedOffset = knownCommittedOffset;
    this.#coordinator.load(log.leaderEpoch, coordinatorLog(log, batches));
  }

  /** Another voter leads in `leaderEpoch`. */
  resign(leaderEpoch: number): void {
    this.#coordinator.unload(leaderEpoch);
  }

  /** The process ends. */
  stop(): void {
    this.#coordinator.close();
  }

  handle<A extends ControllerApi>(
    apiName: A,
    body: RequestBodies[A],
    respond: (body: ResponseBodies[A]) => void,
  ): void {
    this.#coordinator.write(
      (state) => state.decide(apiName, body),
      (outcome) => respond(outcome.ok ? outcome.value : notController(apiName, body)),
    );
  }

  createInitialTopics(
    body: RequestBodies['CreateTopics'],
    respond: (body: ResponseBodies['CreateTopics']) => void,
  ): void {
    this.#coordinator.write(
      (state) => state.createInitialTopics(body),
      (outcome) => respond(outcome.ok ? outcome.value : notController('CreateTopics', body)),
    );
  }

  onHighWatermark(highWatermark: number): void {
    this.#coordinator.onHighWatermark(highWatermark);
  }

  #makeState(): ActiveController {
    const knownCommittedOffset = this.#knownCommittedOffset;
    const random = this.#random;
    const onSessionsChanged = this.#armSessionTimer.bind(this);
    return new ActiveController(this.#env, {
      ...this.#options,
      knownCommittedOffset,
      random,
      onSessionsChanged,
    });
  }

  /** The log is replayed. A new log gets the bootstrap records (org.apache.kafka.controller.ActivationRecordsGenerator). */
  #takeOver(state: ActiveController): void {
    const { config } = this.#options;
    state.beginSessions();
    if (state.image.featureLevel(METADATA_VERSION) === 0) this.#append(bootstrapRecords);
    this.#armSessionTimer();
    if (config['auto.leader.rebalance.enable']) this.#armBalanceTimer();
    this.#armUncleanTimer();
  }

  /**
   * Appends records that no request caused, so no answer waits for the commit. If the leadership is lost, the next
   * leader does the same work.
   */
  #append(records: readonly MetadataRecord[]): void {
    if (records.length > 0) this.#coordinator.write(() => ({ records, response: null }), noAnswer);
  }

  /**
   * Arms the timer for the session that ends first. Heartbeats extend that session, so the timer is armed again when
   * no session has expired.
   */
  #armSessionTimer(): void {
    const { timers, state } = this.#coordinator;
    if (state === null || timers.isArmed('sessions')) return;
    const checkMicros = state.sessions.nextCheckMicros();
    if (checkMicros === null) return;
    const delayMicros = checkMicros - this.#env.clock.monotonicMicros();
    // An expired session that the rule did not end is checked again later.
    timers.arm(
      'sessions',
      delayMicros > 0 ? delayMicros : SESSION_RECHECK_MICROS,
      this.#checkSessions.bind(this),
    );
  }

  #checkSessions(): void {
    let records = this.#coordinator.state?.fenceExpired() ?? [];
    while (records.length > 0) {
      this.#append(records);
      records = this.#coordinator.state?.fenceExpired() ?? [];
    }
    this.#armSessionTimer();
  }

  #armBalanceTimer(): void {
    const delayMicros = this.#options.config['leader.imbalance.check.interval.seconds'] * 1_000_000;
    this.#coordinator.timers.arm('balance', delayMicros, () => {
      this.#append(this.#coordinator.state?.replication.balanceLeaders() ?? []);
      if (this.#coordinator.isActive) this.#armBalanceTimer();
    });
  }

  #armUncleanTimer(): void {
    this.#coordinator.timers.arm('unclean elections', UNCLEAN_ELECTION_INTERVAL_MICROS, () => {
      this.#append(this.#coordinator.state?.replication.electUncleanly() ?? []);
      if (this.#coordinator.isActive) this.#armUncleanTimer();
    });
  }
}

const noAnswer = (): void => {};

const METADATA_VERSION = 'metadata.version';
/** 4.3-IV0 (org.apache.kafka.server.common.MetadataVersion) */
const METADATA_VERSION_LEVEL = 30;

const bootstrapRecords: readonly MetadataRecord[] = [
  metadataRecord('FeatureLevelRecord', { name: METADATA_VERSION, featureLevel: METADATA_VERSION_LEVEL }),
];

/**
 * The metadata log as a coordinator's log. It is in memory, and it refuses an append only when the leadership is
 * lost.
 */
function coordinatorLog(log: QuorumLog, batches: readonly MetadataBatch[]): CoordinatorLog<LogRecord> {
  return {
    get highWatermark() {
      return log.highWatermark;
    },
    append: (leaderEpoch, records) => log.append(leaderEpoch, records) ?? 'NOT_CONTROLLER',
    load: (reader) => {
      if (batches.every((batch) => reader.onBatch(batch))) reader.onEnd(null);
    },
  };
}
