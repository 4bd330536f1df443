/**
 * A controller process: the voter of the metadata quorum on its own disk, the active controller over it, and the port at
 * which brokers reach both. It answers nobody before its epoch is durable and the log is replayed; requests then wait for
 * commits like any other.
 */

import {
  type Properties,
  resolveServerConfig,
  resolveTopicConfig,
  type ServerConfig,
} from '../config/definitions.js';
import { splitProperties } from '../config/topic-synonyms.js';
import type { Env } from '../env.js';
import { MetadataImage } from '../metadata/metadata-image.js';
import type { Observer } from '../observer.js';
import { apiVersionsResponse } from '../protocol/api-versions-response.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName, RequestFrame } from '../protocol/frame.js';
import { type Respond, serveRpc } from '../protocol/rpc-server.js';
import type { MetadataBatch } from '../raft/metadata-batch.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import { SoleVoter } from '../raft/sole-voter.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { InitialTopics, type InitialTopicsOptions } from './initial-topics.js';
import { MetadataFetches } from './metadata-fetches.js';
import { type ControllerApi, QuorumController } from './quorum-controller.js';

export interface ControllerOptions {
  readonly nodeId: number;
  readonly clusterId: string;
  readonly port: number;
  /** Settings of the process, and `min.insync.replicas` and the like as defaults of topics. */
  readonly config: Properties;
  readonly rules: ControllerRules;
  readonly observer: Observer | null;
  /** Created once there are brokers for them, unless the metadata log has them already. */
  readonly initialTopics?: InitialTopicsOptions;
}

const decidedApis: ReadonlySet<ApiName> = new Set<ControllerApi>([
  'CreateTopics',
  'ElectLeaders',
  'IncrementalAlterConfigs',
  'AlterPartition',
  'BrokerRegistration',
  'BrokerHeartbeat',
  'AllocateProducerIds',
]);

const served: ReadonlySet<string> = new Set([...decidedApis, 'ApiVersions']);

export class ControllerServer {
  readonly #env: Env;
  readonly #options: ControllerOptions;
  readonly #config: ServerConfig;
  readonly #topicDefaults: Properties;
  readonly #emptyImage: MetadataImage;
  readonly #voter: SoleVoter;
  #controller: QuorumController | null = null;
  #fetches: MetadataFetches | null = null;
  #initialTopics: InitialTopics | null = null;

  constructor(env: Env, options: ControllerOptions) {
    const { server, topic } = splitProperties(options.config);
    this.#env = env;
    this.#options = options;
    this.#config = resolveServerConfig(server);
    resolveTopicConfig(topic);
    this.#topicDefaults = topic;
    this.#emptyImage = new MetadataImage({
      rules: options.rules,
      nodeId: options.nodeId,
      topicDefaults: topic,
    });
    this.#voter = new SoleVoter(env, {
      nodeId: options.nodeId,
      rules: options.rules,
      observer: options.observer,
      listener: this,
    });
  }

  /** The controller's own state, as of the last appended batch; empty until it leads. */
  get image(): MetadataImage {
    return this.#controller?.image ?? this.#emptyImage;
  }

  start(): void {
    this.#voter.start();
  }

  stop(done: () => void): void {
    this.#voter.stop();
    this.#controller?.stop();
    this.#fetches?.stop();
    this.#controller = null;
    this.#env.timers.schedule(0, done);
  }

  onLeader(log: QuorumLog, batches: readonly MetadataBatch[], knownCommittedOffset: number): void {
    const { nodeId, clusterId, rules, observer, port, initialTopics } = this.#options;
    this.#fetches = new MetadataFetches(this.#env, log, rules);
    this.#controller = new QuorumController(this.#env, {
      clusterId,
      config: this.#config,
      image: { rules, nodeId, topicDefaults: this.#topicDefaults },
      rules,
      observer,
      log,
      batches,
      knownCommittedOffset,
    });
    this.#controller.start();
    if (initialTopics !== undefined) this.#initialTopics = new InitialTopics(this.#controller, initialTopics);
    serveRpc(this.#env, { port }, (request, reply) => this.#handle(request, reply.respond.bind(reply)));
  }

  onHighWatermark(highWatermark: number): void {
    this.#controller?.onHighWatermark(highWatermark);
    this.#initialTopics?.createIfPossible();
    this.#fetches?.wake();
  }

  #handle(request: RequestFrame, respond: Respond): void {
    const { apiName } = request;
    if (this.#controller === null) return;
    if (apiName === 'MetadataLogFetch') {
      this.#fetches?.fetch(request.body as RequestBodies['MetadataLogFetch'], respond);
    } else if (apiName === 'ApiVersions') {
      respond(apiVersionsResponse('controller', served, 'NONE'));
    } else if (isDecided(apiName)) {
      this.#decide(apiName, request.body as RequestBodies[typeof apiName], respond);
    } else {
      // Not for a controller, and there is no answer that its sender would understand: only its own connection waits.
      this.#env.logger.log('warn', 'Not an API of the controller', { apiName });
    }
  }

  #decide<A extends ControllerApi>(
    apiName: A,
    body: RequestBodies[A],
    respond: (body: ResponseBodies[A]) => void,
  ): void {
    this.#controller?.handle(apiName, body, respond);
  }
}

const isDecided = (apiName: ApiName): apiName is ControllerApi => decidedApis.has(apiName);
