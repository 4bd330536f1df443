/**
 * A controller process: the voter of the metadata quorum with its own disk, the active controller, and the port that
 * brokers connect to. It answers no request before its epoch is durable and the log is replayed. Later requests wait
 * for their commits.
 */

import { type Properties, resolveServerConfig, resolveTopicConfig } from '../config/definitions.js';
import { splitProperties } from '../config/topic-synonyms.js';
import type { Address, Env } from '../env.js';
import { claimDirectory } from '../log/meta-properties.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { Observer } from '../observer.js';
import { type AnswerRules, answeringErrors } from '../protocol/answered-errors.js';
import { apiVersionsResponse, offeredApis } from '../protocol/api-versions-response.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import { ConnectionQuotas, connectionLimits } from '../protocol/connection-quotas.js';
import type { ApiName, RequestFrame } from '../protocol/frame.js';
import type { MetadataBatch } from '../protocol/metadata-log-batch.js';
import { type Reply, type Respond, type RpcHandler, serveRpc } from '../protocol/rpc-server.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import { SoleVoter } from '../raft/sole-voter.js';
import type { ControllerRules } from '../rules/controller/index.js';
import type { ControllerApi } from './active-controller.js';
import { quorumNotLed } from './describe-quorum.js';
import { InitialTopics, type InitialTopicsOptions } from './initial-topics.js';
import { MetadataFetches, notLeaderOfLog } from './metadata-fetches.js';
import { QuorumController } from './quorum-controller.js';

export interface ControllerOptions {
  readonly nodeId: number;
  readonly clusterId: string;
  readonly port: number;
  /** Settings of the process, including defaults of topic settings such as `min.insync.replicas`. */
  readonly config: Properties;
  readonly rules: ControllerRules;
  readonly observer: Observer | null;
  /** Topics created once enough brokers are active, unless the metadata log already has them. */
  readonly initialTopics?: InitialTopicsOptions;
  /** The requests that are answered with an error in place of being carried out. Absent: none. */
  readonly answerRules?: AnswerRules;
}

const decidedApis: ReadonlySet<ApiName> = new Set<ControllerApi>([
  'CreateTopics',
  'CreatePartitions',
  'DeleteTopics',
  'ElectLeaders',
  'AlterConfigs',
  'IncrementalAlterConfigs',
  'AlterPartition',
  'BrokerRegistration',
  'BrokerHeartbeat',
  'AllocateProducerIds',
]);

const offered = offeredApis(
  'controller',
  new Set([...decidedApis, 'ApiVersions', 'Fetch', 'DescribeQuorum']),
);

/** metadata.log.dir, on this host's disk. */
const LOG_DIRECTORY = 'kafka-logs';

export class ControllerServer {
  readonly #env: Env;
  readonly #options: ControllerOptions;
  readonly #requestBytesMax: number;
  readonly #quotas: ConnectionQuotas;
  /** The address that brokers connect to. */
  readonly #listener: Address;
  readonly #voter: SoleVoter;
  readonly #controller: QuorumController;
  readonly #initialTopics: InitialTopics | null;
  /** Null while this voter does not lead. */
  #fetches: MetadataFetches | null = null;
  #isListening = false;
  #isStopped = false;

  constructor(env: Env, options: ControllerOptions) {
    const { server, topic } = splitProperties(options.config);
    const config = resolveServerConfig(server);
    this.#requestBytesMax = config['socket.request.max.bytes'];
    this.#quotas = new ConnectionQuotas(env, connectionLimits(config));
    const { nodeId, clusterId, rules, observer, initialTopics } = options;
    this.#env = env;
    this.#options = options;
    resolveTopicConfig(topic);
    this.#controller = new QuorumController(env, {
      clusterId,
      config,
      image: { rules, nodeId, topicDefaults: topic },
      rules,
      observer,
    });
    this.#initialTopics =
      initialTopics === undefined ? null : new InitialTopics(this.#controller, initialTopics);
    this.#listener = { host: env.hostName, port: options.port };
    this.#voter = new SoleVoter(env, {
      nodeId: options.nodeId,
      logDirectory: LOG_DIRECTORY,
      segmentBytesMax: config['metadata.log.segment.bytes'],
      rules: options.rules,
      observer: options.observer,
      listener: this,
    });
  }

  /** The controller's image as of the last appended batch; empty until the voter leads. */
  get image(): MetadataImage {
    return this.#controller.image;
  }

  start(): void {
    const { nodeId, clusterId } = this.#options;
    claimDirectory(this.#env, LOG_DIRECTORY, { nodeId, clusterId }, (error, claim) => {
      if (this.#isStopped) return;
      if (error !== null) this.#env.halt(`${LOG_DIRECTORY}: ${error.code} ${error.message}`);
      else if (claim?.kind === 'foreign') this.#env.halt(claim.message);
      else this.#voter.start();
    });
  }

  stop(done: () => void): void {
    this.#isStopped = true;
    this.#voter.stop();
    this.#controller.stop();
    this.#fetches?.drop();
    this.#fetches = null;
    this.#env.timers.schedule(0, done);
  }

  onLeader(log: QuorumLog, batches: readonly MetadataBatch[], knownCommittedOffset: number): void {
    this.#fetches?.resign();
    const { clusterId, rules } = this.#options;
    this.#fetches = new MetadataFetches(this.#env, log, { clusterId, listener: this.#listener, rules });
    this.#controller.lead(log, batches, knownCommittedOffset);
    this.#listenOnce();
  }

  onResigned(leaderEpoch: number): void {
    this.#controller.resign(leaderEpoch);
    this.#fetches?.resign();
    this.#fetches = null;
  }

  onHighWatermark(highWatermark: number): void {
    this.#controller.onHighWatermark(highWatermark);
    this.#initialTopics?.createIfPossible();
    this.#fetches?.wake();
  }

  /** The port stays open from the first epoch on. The answers show whether this voter leads. */
  #listenOnce(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { port } = this.#options;
    const requestBytesMax = this.#requestBytesMax;
    const handle: RpcHandler = (request, reply) => this.#handle(request, reply);
    const topicNameOf = (topicId: string) => this.image.topicById(topicId)?.name ?? null;
    const handler = answeringErrors(handle, this.#options.answerRules ?? null, topicNameOf);
    serveRpc(this.#env, { port, requestBytesMax, quotas: this.#quotas }, handler);
  }

  #handle(request: RequestFrame, reply: Reply): void {
    const { apiName } = request;
    const respond: Respond = reply.respond.bind(reply);
    if (apiName === 'Fetch') {
      if (this.#fetches === null) respond(notLeaderOfLog());
      else this.#fetches.fetch(request.body as RequestBodies['Fetch'], respond);
    } else if (apiName === 'DescribeQuorum') {
      const body = request.body as RequestBodies['DescribeQuorum'];
      respond(this.#fetches === null ? quorumNotLed() : this.#fetches.describe(body));
    } else if (apiName === 'ApiVersions') {
      const body = request.body as RequestBodies['ApiVersions'];
      respond(apiVersionsResponse(offered, body, request.apiVersion, this.image.endOffset - 1));
    } else if (isDecided(apiName)) {
      this.#decide(apiName, request.body as RequestBodies[typeof apiName], respond);
    } else {
      // As in Kafka, a request of an API that this listener does not serve ends its connection.
      this.#env.logger.log('warn', 'Not an API of the controller', { apiName });
      reply.close();
    }
  }

  #decide<A extends ControllerApi>(
    apiName: A,
    body: RequestBodies[A],
    respond: (body: ResponseBodies[A]) => void,
  ): void {
    this.#controller.handle(apiName, body, respond);
  }
}

const isDecided = (apiName: ApiName): apiName is ControllerApi => decidedApis.has(apiName);
