/**
 * One controller and three brokers on TinyHosts, with the topic `orders` (one partition on all three), and clients
 * that send single requests. An observer of every replica records what was appended, acknowledged and served, and
 * which marks were reached.
 */

import type { Properties } from '../config/definitions.js';
import { ControllerServer } from '../controller/controller-server.js';
import type { Observer } from '../observer.js';
import type { ProduceResponse } from '../protocol/apis/00-produce.js';
import type { FetchPartitionData } from '../protocol/apis/01-fetch.js';
import {
  type FetchPartition,
  type FetchRequest,
  fetchApi,
  NO_HIGH_WATERMARK,
} from '../protocol/apis/01-fetch.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { SchemaName } from '../protocol/apis/schemas.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import { connectChannel } from '../protocol/channel/frame-channel.js';
import type { ApiName, RequestFrame } from '../protocol/frame.js';
import { batches, buildBatch, lastOffset, readRecords } from '../protocol/record-batch.js';
import { RpcClient, type RpcResult } from '../protocol/rpc-client.js';
import type { Api } from '../protocol/schema/api.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { Partition } from '../replication/partition.js';
import { type BrokerRules, kafkaRules } from '../rules/index.js';
import { BrokerServer } from '../server/broker-server.js';
import { type EveryMethod, observing } from './silent-observer.js';
import { type TinyHost, TinyHosts } from './tiny-hosts.js';

const CLUSTER_ID = 'tiny';
const PORT = 9092;
const CONTROLLER = { host: 'c1', port: 9093 };

export interface TinyClusterOptions {
  readonly config?: Properties;
  readonly topicConfig?: Properties;
  readonly partitions?: number;
  readonly rules?: Partial<BrokerRules>;
  readonly observed?: boolean;
  /** The events that a test observes at every broker, in addition to the cluster's own. */
  readonly listener?: Partial<EveryMethod>;
}

export interface Acknowledged {
  readonly broker: string;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly acks: number;
}

export class TinyCluster {
  readonly hosts = new TinyHosts();
  readonly marks = new Map<string, number>();
  readonly acknowledged: Acknowledged[] = [];
  readonly truncations: { readonly broker: string; readonly offset: number; readonly reason: string }[] = [];
  /** High watermarks that went back within one life of a broker without a truncation. */
  readonly regressions: string[] = [];
  readonly brokers = new Map<string, BrokerServer>();
  readonly #options: TinyClusterOptions;
  readonly #rules: BrokerRules;
  readonly #clients = new Map<string, RpcClient>();

  constructor(options: TinyClusterOptions = {}) {
    this.#options = options;
    this.#rules = { ...kafkaRules, ...options.rules };
    this.#startController();
    for (const name of ['b1', 'b2', 'b3']) this.startBroker(name);
  }

  /** Runs until every partition has a leader and all three replicas are in sync. */
  static ready(options: TinyClusterOptions = {}): TinyCluster {
    const cluster = new TinyCluster(options);
    cluster.awaitFullIsr();
    return cluster;
  }

  awaitFullIsr(): void {
    this.hosts.runUntil('full ISR', () => {
      for (let index = 0; index < (this.#options.partitions ?? 1); index += 1) {
        if (this.findLeader(index)?.leader?.isr.isr.length !== 3) return false;
      }
      return true;
    });
  }

  startBroker(name: string): void {
    const broker = new BrokerServer(this.hosts.host(name).start(), {
      brokerId: Number(name.slice(1)),
      clusterId: CLUSTER_ID,
      host: name,
      port: PORT,
      controller: CONTROLLER,
      config: { 'replica.lag.time.max.ms': '4000', ...this.#options.config },
      rules: this.#rules,
      observer: this.#options.observed === false ? null : this.#observer(name),
    });
    this.brokers.set(name, broker);
    broker.start();
  }

  stopBroker(name: string): void {
    let isStopped = false;
    this.brokers.get(name)?.stop(() => {
      isStopped = true;
    });
    this.hosts.runUntil(`${name} stops`, () => isStopped);
    this.hosts.host(name).crash();
  }

  crash(name: string): void {
    this.host(name).crash();
  }

  host(name: string): TinyHost {
    return this.hosts.host(name);
  }

  run(seconds: number): void {
    this.hosts.run(Math.round(seconds * 1_000_000));
  }

  replica(name: string, index = 0): Partition {
    const partition = this.brokers.get(name)?.replicas?.find('orders', index) ?? null;
    if (partition === null) throw new Error(`${name} has no orders-${index}`);
    return partition;
  }

  /** The broker with the highest epoch among those on running hosts that believe they lead. */
  findLeader(index = 0): Partition | null {
    let best: Partition | null = null;
    for (const [name, broker] of this.brokers) {
      const partition = broker.replicas?.find('orders', index) ?? null;
      if (!this.host(name).isUp || partition === null || partition.leader === null) continue;
      if (best === null || partition.leaderEpoch > best.leaderEpoch) best = partition;
    }
    return best;
  }

  leaderName(index = 0): string {
    const leader = this.findLeader(index);
    for (const [name, broker] of this.brokers) {
      if (leader !== null && broker.replicas?.find('orders', index) === leader) return name;
    }
    throw new Error(`orders-${index} has no leader`);
  }

  followerNames(): string[] {
    return [...this.brokers.keys()].filter((name) => name !== this.leaderName());
  }

  awaitNewLeader(formerEpoch: number): string {
    this.hosts.runUntil('new leader', () => (this.findLeader()?.leaderEpoch ?? -1) > formerEpoch);
    return this.leaderName();
  }

  send<A extends ApiName>(
    broker: string,
    apiName: A,
    body: RequestBodies[A],
    done: (result: RpcResult<A>) => void,
    client = 'client',
  ): void {
    const key = `${client}>${broker}`;
    const known = this.#clients.get(key);
    const to =
      known ??
      new RpcClient(
        this.hosts.host(client).start(),
        broker === CONTROLLER.host ? CONTROLLER : { host: broker, port: PORT },
        { clientId: client, requestTimeoutMicros: 30_000_000 },
      );
    this.#clients.set(key, to);
    to.send(apiName, this.#identified(broker, apiName, body), done);
  }

  /** Returns every partition to its first replica. */
  electPreferred(): void {
    this.request('c1', 'ElectLeaders', { electionType: 0, topicPartitions: null, timeoutMs: 5_000 });
  }

  request<A extends ApiName>(
    broker: string,
    apiName: A,
    body: RequestBodies[A],
    client?: string,
  ): ResponseBodies[A] {
    const results: RpcResult<A>[] = [];
    this.send(broker, apiName, body, (result) => results.push(result), client);
    this.hosts.runUntil(`${apiName} answered by ${broker}`, () => results.length > 0);
    const result = results[0]!;
    if (!result.ok) throw new Error(`${apiName}: ${result.failure}`);
    return result.body;
  }

  /** The answer to a request of `version`, as the client reads it; 'closed': the broker ended the connection. */
  requestIn<A extends SchemaName>(
    version: number,
    broker: string,
    apiName: A,
    body: RequestBodies[A],
  ): ResponseBodies[A] | 'closed' {
    const answers: (ResponseBodies[A] | 'closed')[] = [];
    const address = broker === CONTROLLER.host ? CONTROLLER : { host: broker, port: PORT };
    const request: RequestFrame<A> = {
      type: 'request',
      apiName,
      apiVersion: version,
      correlationId: 1,
      clientId: 'test',
      body,
    };
    const channel = connectChannel(this.hosts.host('versions').start().network, address, {
      onOpen: () => void channel.send(request, true),
      onResponse: (response) => answers.push(response.body as ResponseBodies[A]),
      onClose: () => answers.push('closed'),
    });
    this.hosts.runUntil(`${apiName} ${version} answered by ${broker}`, () => answers.length > 0);
    channel.close();
    const answer = answers[0] ?? 'closed';
    if (answer === 'closed') return answer;
    const { response } = apiSchemas[apiName] as unknown as Api;
    const decoded = response.decode(version, response.encode(version, answer as never));
    if (!decoded.ok) throw decoded.error;
    return decoded.value as unknown as ResponseBodies[A];
  }

  /** A test does not know the ids of topics; the zero id stands for that of the named topic, by default `orders`. */
  #identified<A extends ApiName>(broker: string, apiName: A, body: RequestBodies[A]): RequestBodies[A] {
    const { image } = this.brokers.get(broker)?.replicas?.context ?? {};
    const idOf = (name: string): string => image?.topics.get(name || 'orders')?.topicId ?? ZERO_UUID;
    const identified = <T extends { readonly topicId: string }>(topic: T): T =>
      topic.topicId === ZERO_UUID ? { ...topic, topicId: idOf(nameOf(topic)) } : topic;
    if (apiName === 'Produce') {
      const produce = body as RequestBodies['Produce'];
      return { ...produce, topicData: produce.topicData.map(identified) } as unknown as RequestBodies[A];
    }
    if (apiName !== 'Fetch') return body;
    const fetch = body as FetchRequest;
    return {
      ...fetch,
      topics: fetch.topics.map(identified),
      forgottenTopicsData: fetch.forgottenTopicsData.map(identified),
    } as unknown as RequestBodies[A];
  }

  /** Does not wait. The answers are added to the returned array. */
  produceLater(
    broker: string,
    values: readonly string[],
    options: { readonly acks?: -1 | 0 | 1; readonly timeoutMs?: number; readonly client?: string } = {},
  ): ProduceResponse[] {
    const answers: ProduceResponse[] = [];
    this.send(
      broker,
      'Produce',
      produceRequest(values, options.acks ?? -1, options.timeoutMs ?? 5_000),
      (result) => result.ok && answers.push(result.body),
      options.client,
    );
    return answers;
  }

  produce(broker: string, values: readonly string[], acks: -1 | 1 = -1): string {
    const answer = this.request(broker, 'Produce', produceRequest(values, acks, 5_000));
    return answer.responses[0]?.partitionResponses[0]?.errorCode ?? 'no answer';
  }

  /** The values that a consumer gets from `broker`, and the error. */
  consume(
    broker: string,
    fetchOffset = 0,
    partition: { readonly currentLeaderEpoch?: number } = {},
  ): { readonly errorCode: string; readonly values: readonly string[] } {
    const answer = this.request(broker, 'Fetch', fetchRequest(fetchOffset, {}, partition), 'consumer');
    const data = answer.responses[0]?.partitions[0];
    return { errorCode: data?.errorCode ?? answer.errorCode, values: valuesOf(data) };
  }

  /** All values in the replica's log, from memory or disk. */
  logOf(name: string, index = 0): readonly string[] {
    const { log } = this.replica(name, index);
    const values: string[] = [];
    let offset = log.logStartOffset;
    while (offset < log.logEndOffset) {
      const read: (Uint8Array | null)[] = [];
      log.read(offset, 1 << 20, log.logEndOffset, true, (_errorCode, bytes) => read.push(bytes));
      this.hosts.runUntil('read', () => read.length > 0);
      const bytes = read[0] ?? null;
      if (bytes === null) throw new Error(`${name} cannot read its log at ${offset}`);
      for (const position of batches(bytes)) offset = lastOffset(bytes, position) + 1;
      values.push(...valuesIn(bytes));
    }
    return values;
  }

  reached(mark: string): number {
    return this.marks.get(mark) ?? 0;
  }

  #startController(): void {
    const { partitions = 1, topicConfig = {}, config = {} } = this.#options;
    const controller = new ControllerServer(this.hosts.host(CONTROLLER.host).start(), {
      nodeId: 100,
      clusterId: CLUSTER_ID,
      port: CONTROLLER.port,
      config,
      rules: this.#rules,
      observer: null,
      initialTopics: {
        brokersCount: 3,
        topics: [
          {
            name: 'orders',
            numPartitions: partitions,
            replicationFactor: 3,
            assignments: [],
            configs: Object.entries(topicConfig).map(([name, value]) => ({ name, value })),
          },
        ],
      },
    });
    controller.start();
  }

  #observer(broker: string): Observer {
    const highest = new Map<string, number>();
    return observing({
      truncated: ({ name: partition }, offset, reason) => {
        highest.set(partition, Math.min(highest.get(partition) ?? 0, offset));
        this.truncations.push({ broker, offset, reason });
      },
      highWatermarkMoved: ({ name: partition }, offset) => {
        const before = highest.get(partition) ?? 0;
        if (offset < before) this.regressions.push(`${broker} ${partition}: ${before} -> ${offset}`);
        highest.set(partition, offset);
      },
      acknowledged: (_partition, baseOffset, lastOffset, _leaderEpoch, acks) =>
        void this.acknowledged.push({ broker, baseOffset, lastOffset, acks }),
      mark: (name) => void this.marks.set(name, this.reached(name) + 1),
      ...this.#options.listener,
    });
  }
}

function recordsOf(values: readonly string[]): Uint8Array {
  return buildBatch({
    baseOffset: 0,
    leaderEpoch: -1,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp: 0,
    records: values.map((value) => ({
      key: null,
      value: new TextEncoder().encode(value),
      timestamp: 0,
    })),
  });
}

export function produceRequest(
  values: readonly string[],
  acks: -1 | 0 | 1,
  timeoutMs: number,
  index = 0,
): RequestBodies['Produce'] {
  return {
    transactionalId: null,
    acks,
    timeoutMs,
    topicData: [
      { name: 'orders', topicId: ZERO_UUID, partitionData: [{ index, records: recordsOf(values) }] },
    ],
  };
}

/** A consumer's fetch, outside any session by default. */
export function fetchRequest(
  fetchOffset: number,
  changes: Partial<RequestBodies['Fetch']> = {},
  partition: Partial<FetchPartition> = {},
): RequestBodies['Fetch'] {
  return {
    ...fetchApi.request.defaults,
    minBytes: 1,
    maxBytes: 1 << 20,
    topics: [
      {
        topic: 'orders',
        topicId: ZERO_UUID,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: -1,
            fetchOffset,
            lastFetchedEpoch: -1,
            logStartOffset: -1,
            partitionMaxBytes: 1 << 20,
            replicaDirectoryId: ZERO_UUID,
            highWatermark: NO_HIGH_WATERMARK,
            ...partition,
          },
        ],
      },
    ],
    ...changes,
  };
}

export function valuesOf(data: FetchPartitionData | undefined): readonly string[] {
  return data?.records ? valuesIn(data.records) : [];
}

function valuesIn(bytes: Uint8Array): string[] {
  const values: string[] = [];
  for (const position of batches(bytes)) {
    readRecords(
      bytes,
      position,
      (record) => void values.push(new TextDecoder().decode(record.value ?? new Uint8Array(0))),
    );
  }
  return values;
}

function nameOf(topic: object): string {
  return 'name' in topic && typeof topic.name === 'string' ? topic.name : '';
}
