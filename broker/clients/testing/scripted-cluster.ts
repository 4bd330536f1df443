/**
 * A simulated cluster for client tests: brokers b1 … bN on port 9092 that share one log per partition. They follow
 * the contract of the idempotent producer (sequences, five remembered batches) and of fetch sessions (KIP-227). A
 * script decides what happens to the next request of a kind. There is no replication: every record in the log is
 * committed.
 */
import type { Env } from '../../env.js';
import type { ProduceRequest, ProduceResponse } from '../../protocol/apis/00-produce.js';
import { NO_LEADER } from '../../protocol/apis/01-fetch.js';
import type { ListOffsetsRequest } from '../../protocol/apis/02-list-offsets.js';
import { initProducerIdApi } from '../../protocol/apis/22-init-producer-id.js';
import type { OffsetForLeaderEpochRequest } from '../../protocol/apis/23-offset-for-leader-epoch.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { ApiName, RequestFrame } from '../../protocol/frame.js';
import { type Reply, type Respond, serveRpc } from '../../protocol/rpc-server.js';
import { readUuid } from '../../protocol/schema/uuid.js';
import type { TinyWorld } from '../../testing/tiny-world.js';
import { ScriptedFetches } from './scripted-fetches.js';
import { ScriptedPartition } from './scripted-partition.js';

/** The fate of one request instead of the usual one. */
export type Step =
  | { readonly kind: 'usual' }
  /** The broker processes the request; the response is lost with its connection. */
  | { readonly kind: 'lose-response' }
  /** The request never reaches the broker; the connection breaks. */
  | { readonly kind: 'lose-request' }
  /** Every partition answers this error; `applied`: after the broker has processed the request. */
  | { readonly kind: 'error'; readonly error: ErrorName; readonly applied?: boolean }
  /** The broker processes the request now; the response leaves this much later. */
  | { readonly kind: 'slow'; readonly micros: number }
  /** The request is never processed and never answered. */
  | { readonly kind: 'swallow' };

export interface Seen {
  readonly at: number;
  readonly broker: number;
  readonly request: RequestFrame;
}

/** The id of a topic, derived from its name. */
export function scriptedTopicId(name: string): string {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name).subarray(0, 16));
  return readUuid(bytes, 0);
}

export class ScriptedCluster {
  readonly seen: Seen[] = [];
  readonly partitions: ScriptedPartition[] = [];
  /** KIP-951 hints in produce and fetch errors. */
  hints = false;
  readonly #world: TinyWorld;
  readonly #brokerIds: number[] = [];
  readonly #scripts = new Map<ApiName, Step[]>();
  readonly #fetches = new Map<number, ScriptedFetches>();
  #nextProducerId = 1000;
  /** Decides the fate of a request without a script. */
  chance: ((request: RequestFrame) => Step) | null = null;

  constructor(
    world: TinyWorld,
    options: { readonly brokers: number; readonly topics: Readonly<Record<string, number>> },
  ) {
    this.#world = world;
    for (let id = 1; id <= options.brokers; id += 1) {
      this.#brokerIds.push(id);
      const env = world.env(`b${id}`);
      this.#fetches.set(id, new ScriptedFetches(env, id, this));
      serveRpc(env, { port: 9092, requestBytesMax: 1_000_000 }, (request, reply) =>
        this.#handle(env, id, request, respondTo(request, reply)),
      );
    }
    for (const topic of Object.keys(options.topics)) {
      for (let index = 0; index < (options.topics[topic] ?? 0); index += 1) {
        this.partitions.push(new ScriptedPartition(topic, index, 1 + (index % options.brokers)));
      }
    }
  }

  get bootstrap() {
    return this.#brokerIds.map((id) => ({ host: `b${id}`, port: 9092 }));
  }

  script(apiName: ApiName, ...steps: Step[]): void {
    const script = this.#scripts.get(apiName) ?? [];
    script.push(...steps);
    this.#scripts.set(apiName, script);
  }

  find(topic: string, index: number): ScriptedPartition | undefined {
    return this.partitions.find((partition) => partition.topic === topic && partition.index === index);
  }

  partition(topic: string, index: number): ScriptedPartition {
    const found = this.find(topic, index);
    if (found === undefined) throw new Error(`no partition ${topic}-${index}`);
    return found;
  }

  topicNamed(topicId: string): string {
    const found = this.partitions.find(({ topic }) => scriptedTopicId(topic) === topicId);
    if (found === undefined) throw new Error(`no topic ${topicId}`);
    return found.topic;
  }

  requests<A extends ApiName>(apiName: A): RequestFrame<A>[] {
    return this.seen
      .filter(({ request }) => request.apiName === apiName)
      .map(({ request }) => request as RequestFrame<A>);
  }

  hintFor(partition: ScriptedPartition | undefined) {
    if (!this.hints || partition === undefined) return { currentLeader: NO_LEADER };
    return { currentLeader: { leaderId: partition.leaderId, leaderEpoch: partition.leaderEpoch } };
  }

  #handle(env: Env, brokerId: number, request: RequestFrame, respond: Respond): void {
    const step = this.#scripts.get(request.apiName)?.shift() ?? this.chance?.(request) ?? { kind: 'usual' };
    this.seen.push({ at: this.#world.now, broker: brokerId, request });
    switch (step.kind) {
      case 'usual':
        this.#act(brokerId, request, null, respond);
        return;
      case 'lose-response':
        this.#act(brokerId, request, null, () => undefined);
        this.#world.reset(`b${brokerId}`, request.clientId);
        return;
      case 'lose-request':
        this.#world.reset(`b${brokerId}`, request.clientId);
        return;
      case 'error':
        if (step.applied === true) this.#act(brokerId, request, null, () => undefined);
        this.#act(brokerId, request, step.error, respond);
        return;
      case 'slow':
        this.#act(
          brokerId,
          request,
          null,
          (body) => void env.timers.schedule(step.micros, () => respond(body)),
        );
        return;
      case 'swallow':
        return;
    }
  }

  #act(brokerId: number, request: RequestFrame, error: ErrorName | null, respond: Respond): void {
    switch (request.apiName) {
      case 'Produce':
        respond(this.#produce(brokerId, request.body as ProduceRequest, error));
        return;
      case 'Fetch':
        this.#fetches.get(brokerId)?.handle(request as RequestFrame<'Fetch'>, error, respond);
        return;
      case 'Metadata':
        respond(this.#metadata());
        return;
      case 'ListOffsets':
        respond(this.#listOffsets(brokerId, request.body as ListOffsetsRequest, error));
        return;
      case 'OffsetForLeaderEpoch':
        respond(this.#epochEnds(brokerId, request.body as OffsetForLeaderEpochRequest, error));
        return;
      case 'InitProducerId': {
        const errorCode = error ?? 'NONE';
        if (error === null) this.#nextProducerId += 1;
        respond({
          ...initProducerIdApi.response.defaults,
          errorCode,
          producerId: this.#nextProducerId,
        });
        return;
      }
      default:
        throw new Error(`no client sends ${request.apiName}`);
    }
  }

  #produce(brokerId: number, body: ProduceRequest, error: ErrorName | null) {
    return {
      throttleTimeMs: 0,
      nodeEndpoints: [],
      responses: body.topicData.map(({ topicId, partitionData }) => ({
        name: '',
        topicId,
        partitionResponses: partitionData.map(({ index, records }) => {
          const partition = this.find(this.topicNamed(topicId), index);
          const result =
            error === null
              ? (partition?.append(brokerId, records ?? new Uint8Array(0)) ?? 'UNKNOWN_TOPIC_OR_PARTITION')
              : error;
          const isOk = typeof result === 'number';
          return {
            index,
            errorCode: isOk ? ('NONE' as const) : result,
            baseOffset: isOk ? result : -1,
            logAppendTimeMs: -1,
            logStartOffset: 0,
            recordErrors: [],
            errorMessage: null,
            ...this.hintFor(result === 'NOT_LEADER_OR_FOLLOWER' ? partition : undefined),
          };
        }),
      })),
    };
  }

  #metadata() {
    const names = [...new Set(this.partitions.map(({ topic }) => topic))];
    return {
      throttleTimeMs: 0,
      brokers: this.#brokerIds.map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: 9092, rack: null })),
      clusterId: 'scripted',
      controllerId: 1,
      clusterAuthorizedOperations: -2_147_483_648,
      errorCode: 'NONE' as const,
      topics: names.map((name) => ({
        errorCode: 'NONE' as const,
        name,
        topicId: scriptedTopicId(name),
        isInternal: false,
        topicAuthorizedOperations: -2_147_483_648,
        partitions: this.partitions
          .filter(({ topic }) => topic === name)
          .map(({ index, leaderId, leaderEpoch }) => ({
            errorCode: 'NONE' as const,
            partitionIndex: index,
            leaderId,
            leaderEpoch,
            replicaNodes: this.#brokerIds,
            isrNodes: this.#brokerIds,
            offlineReplicas: [],
          })),
      })),
    };
  }

  #listOffsets(brokerId: number, body: ListOffsetsRequest, error: ErrorName | null) {
    return {
      throttleTimeMs: 0,
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, currentLeaderEpoch, timestamp }) => {
          const partition = this.partition(name, partitionIndex);
          const errorCode = error ?? partition.fence(brokerId, currentLeaderEpoch);
          const offset = timestamp === -2 ? partition.logStartOffset : partition.highWatermark;
          const isOk = errorCode === 'NONE';
          return {
            partitionIndex,
            errorCode,
            timestamp: -1,
            offset: isOk ? offset : -1,
            leaderEpoch: isOk ? partition.leaderEpoch : -1,
          };
        }),
      })),
    };
  }

  #epochEnds(brokerId: number, body: OffsetForLeaderEpochRequest, error: ErrorName | null) {
    return {
      throttleTimeMs: 0,
      topics: body.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => {
          const partition = this.partition(topic, index);
          const errorCode = error ?? partition.fence(brokerId, currentLeaderEpoch);
          const end =
            errorCode === 'NONE' ? partition.epochEnd(leaderEpoch) : { leaderEpoch: -1, endOffset: -1 };
          return { errorCode, partition: index, ...end };
        }),
      })),
    };
  }
}

/** `acks=0` expects no response; an error closes the connection. */
function respondTo(request: RequestFrame, reply: Reply): Respond {
  if (request.apiName !== 'Produce' || (request.body as ProduceRequest).acks !== 0)
    return reply.respond.bind(reply);
  return (body) => {
    const partitions = (body as ProduceResponse).responses.flatMap((topic) => topic.partitionResponses);
    if (partitions.every(({ errorCode }) => errorCode === 'NONE')) reply.respondNothing();
    else reply.close();
  };
}
