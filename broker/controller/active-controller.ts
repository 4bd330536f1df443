/**
 * The controller's state and decisions: the state machine into which its coordinator replays the metadata log
 * (KIP-631; org.apache.kafka.controller.QuorumController).
 *
 * The sessions of brokers are not in the log. They follow the replayed registrations, and begin anew with each load.
 */

import type { ServerConfig } from '../config/definitions.js';
import { brokerDefaultsOf } from '../config/topic-synonyms.js';
import type { CoordinatorState } from '../coordination/coordinator.js';
import type { Env, Random } from '../env.js';
import type { MetadataDelta } from '../metadata/metadata-delta.js';
import type { ImageOptions, MetadataImage } from '../metadata/metadata-image.js';
import type { Observer } from '../observer.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { LogRecord, MetadataBatch } from '../protocol/metadata-log-batch.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { BrokerSessions } from './broker-sessions.js';
import { ClusterControl } from './cluster-control.js';
import { CommittedChanges } from './committed-changes.js';
import { alterConfigs, alterIncrementally } from './configuration-control.js';
import { ControllerState } from './controller-state.js';
import type { Decision } from './decision.js';
import { createPartitions } from './partition-creation.js';
import { allocateProducerIds } from './producer-id-control.js';
import { ReplicationControl } from './replication-control.js';
import { createTopics, type TopicCreationOptions } from './topic-creation.js';
import { deleteTopics } from './topic-deletion.js';

export interface ActiveControllerOptions {
  readonly clusterId: string;
  readonly config: ServerConfig;
  readonly image: ImageOptions;
  readonly rules: ControllerRules;
  readonly observer: Observer | null;
  /** The source of topic ids. */
  readonly random: Random;
  /**
   * Changes below this offset were already reported as committed, here or by an earlier leader. Later changes may not
   * have been.
   */
  readonly knownCommittedOffset: number;
  /** Called when a registration changed, because another session may expire first now. */
  readonly onSessionsChanged: () => void;
}

/** The APIs that the controller decides. Fetch is answered from the log instead (MetadataFetches). */
export type ControllerApi =
  | 'CreateTopics'
  | 'CreatePartitions'
  | 'DeleteTopics'
  | 'ElectLeaders'
  | 'AlterConfigs'
  | 'IncrementalAlterConfigs'
  | 'AlterPartition'
  | 'BrokerRegistration'
  | 'BrokerHeartbeat'
  | 'AllocateProducerIds';

type Deciders = { readonly [A in ControllerApi]: (body: RequestBodies[A]) => Decision<ResponseBodies[A]> };

export class ActiveController implements CoordinatorState<LogRecord> {
  /** A quorum log refuses an append only when the voter has lost its leadership. Then the whole state is dropped. */
  readonly rollBackTo = null;
  readonly sessions: BrokerSessions;
  readonly replication: ReplicationControl;
  readonly #env: Env;
  readonly #options: ActiveControllerOptions;
  readonly #state: ControllerState;
  readonly #cluster: ClusterControl;
  readonly #topicCreation: TopicCreationOptions;
  readonly #deciders: Deciders;
  readonly #changes: CommittedChanges;
  #isLoaded = false;

  constructor(env: Env, options: ActiveControllerOptions) {
    const { rules, config, observer } = options;
    this.#env = env;
    this.#options = options;
    this.#state = new ControllerState(options.image);
    this.sessions = new BrokerSessions({
      sessionTimeoutMicros: config['broker.session.timeout.ms'] * 1_000,
      nowMicros: () => env.clock.monotonicMicros(),
      rules,
    });
    this.replication = new ReplicationControl(this.#state, rules, observer);
    this.#cluster = new ClusterControl({
      clusterId: options.clusterId,
      state: this.#state,
      sessions: this.sessions,
      replication: this.replication,
      rules,
      observer,
      onLetGo: (brokerId, state) => this.#changes.letGo(brokerId, state),
    });
    this.#changes = new CommittedChanges(observer);
    this.#topicCreation = this.#makeTopicCreation();
    this.#deciders = this.#makeDeciders();
  }

  /** The image as of the last appended batch, a little ahead of the committed one. */
  get image(): MetadataImage {
    return this.#state.image;
  }

  replay(batch: MetadataBatch): void {
    const delta = this.#state.replay([batch]);
    if (this.#isLoaded) this.#followSessions(delta);
    if (batch.baseOffset >= this.#options.knownCommittedOffset) this.#changes.add(delta);
    if (this.#isLoaded && this.#env.logger.enabled) this.#logDecided(delta);
  }

  committedTo(offset: number): void {
    this.#changes.committedTo(offset);
  }

  /** The log is replayed. Every unfenced broker gets a fresh session. */
  beginSessions(): void {
    this.#isLoaded = true;
    for (const broker of this.image.brokers.values()) {
      this.sessions.brokerChanged(null, broker, this.image.endOffset);
    }
  }

  decide<A extends ControllerApi>(apiName: A, body: RequestBodies[A]): Decision<ResponseBodies[A]> {
    return this.#deciders[apiName](body);
  }

  /** Creates the topics with which the cluster begins. Their settings are not checked as those of a client are. */
  createInitialTopics(body: RequestBodies['CreateTopics']): Decision<ResponseBodies['CreateTopics']> {
    return createTopics(body, this.#topicCreation, false);
  }

  /** Fences one broker whose session expired. No records: no session has expired. */
  fenceExpired(): readonly MetadataRecord[] {
    return this.#cluster.fenceExpired();
  }

  #makeTopicCreation(): TopicCreationOptions {
    const { config, random, image: options } = this.#options;
    return {
      image: this.#state.image,
      random,
      defaultPartitions: config['num.partitions'],
      defaultReplicationFactor: config['default.replication.factor'],
      nodeId: options.nodeId,
      processDefaults: brokerDefaultsOf(options.topicDefaults),
    };
  }

  #makeDeciders(): Deciders {
    const { rules, config } = this.#options;
    const { image } = this.#state;
    return {
      CreateTopics: (body) => createTopics(body, this.#topicCreation, true),
      CreatePartitions: (body) => createPartitions(body, this.#topicCreation),
      DeleteTopics: (body) => deleteTopics(body, { image, isEnabled: config['delete.topic.enable'] }),
      ElectLeaders: (body) => this.replication.electLeaders(body),
      AlterConfigs: (body) => alterConfigs(body, image),
      IncrementalAlterConfigs: (body) => alterIncrementally(body, image),
      AlterPartition: (body) => this.replication.alterPartition(body),
      BrokerRegistration: (body) => this.#cluster.register(body),
      BrokerHeartbeat: (body) => this.#cluster.heartbeat(body),
      AllocateProducerIds: (body) => allocateProducerIds(body, image, rules),
    };
  }

  #logDecided(delta: MetadataDelta): void {
    const { logger } = this.#env;
    for (const { current } of delta.brokers.values()) {
      const { brokerId, brokerEpoch, fenced, inControlledShutdown } = current;
      logger.log('info', 'Broker', { brokerId, brokerEpoch, fenced, inControlledShutdown });
    }
    for (const { name: topic, topicId } of delta.removedTopics)
      logger.log('info', 'Topic deleted', { topic, topicId });
    for (const { current } of delta.partitions.values()) {
      const { name: partition, leader, leaderEpoch, isr, partitionEpoch } = current;
      logger.log('info', 'Partition', { partition, leader, leaderEpoch, isr, partitionEpoch });
    }
  }

  #followSessions(delta: MetadataDelta): void {
    if (delta.brokers.size === 0) return;
    for (const { previous, current } of delta.brokers.values()) {
      this.sessions.brokerChanged(previous, current, delta.endOffset);
    }
    this.#options.onSessionsChanged();
  }
}
