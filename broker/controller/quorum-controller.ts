/**
 * The active controller (KIP-631; org.apache.kafka.controller.QuorumController): decides each request by the state as of the
 * last appended batch, appends what it decided, and answers once that is committed. An answer that changes nothing waits
 * as well, for it may rest on a change that is not committed yet.
 *
 * Time enters here only: sessions that run out, leaders that drifted from their preferred brokers (every
 * leader.imbalance.check.interval.seconds), unclean elections that a change of settings has made possible (every 5 min).
 */

import type { ServerConfig } from '../config/definitions.js';
import type { Env, TimerHandle } from '../env.js';
import type { MetadataDelta } from '../metadata/metadata-delta.js';
import type { ImageOptions, MetadataImage } from '../metadata/metadata-image.js';
import type { Observer } from '../observer.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { MetadataBatch } from '../raft/metadata-batch.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { BrokerSessions } from './broker-sessions.js';
import { ClusterControl } from './cluster-control.js';
import { CommitQueue } from './commit-queue.js';
import { alterConfigs } from './configuration-control.js';
import { ControllerState } from './controller-state.js';
import type { Decision } from './decision.js';
import { allocateProducerIds } from './producer-id-control.js';
import { ReplicationControl } from './replication-control.js';
import { createTopics } from './topic-creation.js';

export interface QuorumControllerOptions {
  readonly clusterId: string;
  readonly config: ServerConfig;
  readonly image: ImageOptions;
  readonly rules: ControllerRules;
  readonly observer: Observer | null;
  readonly log: QuorumLog;
  /** The metadata log as it stands, to begin from. */
  readonly batches: readonly MetadataBatch[];
  /** Of changes from here on the onlooker may not have heard. */
  readonly knownCommittedOffset: number;
}

/** What the controller decides; MetadataLogFetch is read from the log instead (MetadataFetches). */
export type ControllerApi =
  | 'CreateTopics'
  | 'ElectLeaders'
  | 'IncrementalAlterConfigs'
  | 'AlterPartition'
  | 'BrokerRegistration'
  | 'BrokerHeartbeat'
  | 'AllocateProducerIds';

type Deciders = { readonly [A in ControllerApi]: (body: RequestBodies[A]) => Decision<ResponseBodies[A]> };

/** unclean.leader.election.interval.ms */
const UNCLEAN_ELECTION_INTERVAL_MICROS = 300_000_000;
const SESSION_RECHECK_MICROS = 100_000;

export class QuorumController {
  readonly #env: Env;
  readonly #options: QuorumControllerOptions;
  readonly #state: ControllerState;
  readonly #sessions: BrokerSessions;
  readonly #cluster: ClusterControl;
  readonly #replication: ReplicationControl;
  readonly #deciders: Deciders;
  readonly #commits: CommitQueue;
  #sessionTimer: TimerHandle | null = null;
  #balanceTimer: TimerHandle | null = null;
  #uncleanTimer: TimerHandle | null = null;

  constructor(env: Env, options: QuorumControllerOptions) {
    const { rules, config, observer } = options;
    this.#env = env;
    this.#options = options;
    this.#state = new ControllerState(options.image);
    this.#sessions = new BrokerSessions({
      sessionTimeoutMicros: config['broker.session.timeout.ms'] * 1_000,
      nowMicros: () => env.clock.monotonicMicros(),
      rules,
    });
    this.#replication = new ReplicationControl(this.#state, rules, observer);
    this.#cluster = new ClusterControl({
      clusterId: options.clusterId,
      state: this.#state,
      sessions: this.#sessions,
      replication: this.#replication,
      rules,
      observer,
    });
    this.#commits = new CommitQueue(observer);
    this.#deciders = this.#makeDeciders();
  }

  /** As of the last appended batch: a little ahead of what is committed. */
  get image(): MetadataImage {
    return this.#state.image;
  }

  /** Takes over: replays the log, gives every unfenced broker a fresh session, begins its epoch with a record of its own. */
  start(): void {
    const { config, batches, knownCommittedOffset } = this.#options;
    for (const batch of batches) {
      const delta = this.#state.replay([batch]);
      if (batch.baseOffset >= knownCommittedOffset) this.#commits.push(delta);
    }
    for (const broker of this.#state.image.brokers.values()) {
      this.#sessions.brokerChanged(null, broker, this.#state.image.endOffset);
    }
    this.#append([{ type: 'NoOpRecord' }]);
    this.#armSessionTimer();
    if (config['auto.leader.rebalance.enable']) this.#armBalanceTimer();
    this.#armUncleanTimer();
  }

  stop(): void {
    this.#sessionTimer?.cancel();
    this.#balanceTimer?.cancel();
    this.#uncleanTimer?.cancel();
  }

  handle<A extends ControllerApi>(
    apiName: A,
    body: RequestBodies[A],
    respond: (body: ResponseBodies[A]) => void,
  ): void {
    const { records, response } = this.#deciders[apiName](body);
    this.#append(records);
    this.#commits.whenCommitted(this.#state.image.endOffset, respond.bind(null, response));
    this.#commits.advance(this.#options.log.highWatermark);
  }

  onHighWatermark(highWatermark: number): void {
    this.#commits.advance(highWatermark);
  }

  #makeDeciders(): Deciders {
    const { rules, config } = this.#options;
    const { image } = this.#state;
    const topicCreation = {
      image,
      random: this.#env.random('controller/topics'),
      defaultPartitions: config['num.partitions'],
      defaultReplicationFactor: config['default.replication.factor'],
    };
    return {
      CreateTopics: (body) => createTopics(body, topicCreation),
      ElectLeaders: (body) => this.#replication.electLeaders(body),
      IncrementalAlterConfigs: (body) => alterConfigs(body, image),
      AlterPartition: (body) => this.#replication.alterPartition(body),
      BrokerRegistration: (body) => this.#cluster.register(body),
      BrokerHeartbeat: (body) => this.#cluster.heartbeat(body),
      AllocateProducerIds: (body) => allocateProducerIds(body, image, rules),
    };
  }

  #append(records: readonly MetadataRecord[]): void {
    if (records.length === 0) return;
    const { log } = this.#options;
    const baseOffset = log.append(records);
    const delta = this.#state.replay([{ baseOffset, leaderEpoch: log.leaderEpoch, records }]);
    this.#followSessions(delta);
    this.#commits.push(delta);
    if (this.#env.logger.enabled) this.#logDecided(delta);
  }

  #logDecided(delta: MetadataDelta): void {
    const { logger } = this.#env;
    for (const { current } of delta.brokers.values()) {
      const { brokerId, brokerEpoch, fenced, inControlledShutdown } = current;
      logger.log('info', 'Broker', { brokerId, brokerEpoch, fenced, inControlledShutdown });
    }
    for (const { current } of delta.partitions.values()) {
      const { name: partition, leader, leaderEpoch, isr, partitionEpoch } = current;
      logger.log('info', 'Partition', { partition, leader, leaderEpoch, isr, partitionEpoch });
    }
  }

  #followSessions(delta: MetadataDelta): void {
    if (delta.brokers.size === 0) return;
    for (const { previous, current } of delta.brokers.values()) {
      this.#sessions.brokerChanged(previous, current, delta.endOffset);
    }
    this.#armSessionTimer();
  }

  /** Armed for the session that ends first; heartbeats push that back, so it re-arms when it finds nothing to do. */
  #armSessionTimer(): void {
    if (this.#sessionTimer !== null) return;
    const checkMicros = this.#sessions.nextCheckMicros();
    if (checkMicros === null) return;
    const delayMicros = checkMicros - this.#env.clock.monotonicMicros();
    // Overdue means that the rule let it live on: look again later.
    this.#sessionTimer = this.#env.timers.schedule(
      delayMicros > 0 ? delayMicros : SESSION_RECHECK_MICROS,
      this.#checkSessions.bind(this),
    );
  }

  #checkSessions(): void {
    this.#sessionTimer = null;
    this.#fenceExpired();
    this.#armSessionTimer();
  }

  #fenceExpired(): void {
    let records = this.#cluster.fenceExpired();
    while (records.length > 0) {
      this.#append(records);
      records = this.#cluster.fenceExpired();
    }
  }

  #armBalanceTimer(): void {
    const delayMicros = this.#options.config['leader.imbalance.check.interval.seconds'] * 1_000_000;
    this.#balanceTimer = this.#env.timers.schedule(delayMicros, this.#balance.bind(this));
  }

  #balance(): void {
    this.#append(this.#replication.balanceLeaders());
    this.#armBalanceTimer();
  }

  #armUncleanTimer(): void {
    this.#uncleanTimer = this.#env.timers.schedule(
      UNCLEAN_ELECTION_INTERVAL_MICROS,
      this.#electUncleanly.bind(this),
    );
  }

  #electUncleanly(): void {
    this.#append(this.#replication.electUncleanly());
    this.#armUncleanTimer();
  }
}
