/**
 * A controller on a host of its own, with a disk that can lose power, and a scripted client in the place of every
 * broker. Each call is one request over the wire and returns when the controller answers. The sessions of brokers
 * last only as long as the test sends heartbeats.
 */

import type { Properties } from '../config/definitions.js';
import { ControllerServer } from '../controller/controller-server.js';
import type { InitialTopicsOptions } from '../controller/initial-topics.js';
import { MetadataImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { Observer, PartitionStateSummary, ShutdownSummary, UnfencingSummary } from '../observer.js';
import type { CreateTopicsRequest } from '../protocol/apis/19-create-topics.js';
import type { BrokerHeartbeatRequest } from '../protocol/apis/63-broker-heartbeat.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName } from '../protocol/frame.js';
import { RpcClient } from '../protocol/rpc-client.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { type ControllerRules, controllerRules } from '../rules/controller/index.js';
import { MemoryDisk } from './memory-disk.js';
import { fetchedBatches, fetchedPartition, metadataFetch, uuidNamed } from './metadata-fetch.js';
import { observing } from './silent-observer.js';
import { TestProcess } from './test-process.js';
import { TinyWorld } from './tiny-world.js';

const PORT = 9093;
export const SECOND = 1_000_000;
export const CONTROLLER = { host: 'c1', port: PORT };

export interface BenchOptions {
  readonly rules?: Partial<ControllerRules>;
  readonly config?: Properties;
  readonly initialTopics?: InitialTopicsOptions;
}

export class ControllerBench {
  readonly world = new TinyWorld();
  readonly disk = new MemoryDisk();
  /** What the controller reported to its observer, in order. */
  readonly told: string[] = [];
  readonly changes: { readonly partition: string; readonly state: PartitionStateSummary }[] = [];
  /** The partition state for which each accepted ISR had been proposed. */
  readonly acceptedFor: { readonly leaderEpoch: number; readonly partitionEpoch: number }[] = [];
  readonly letServe: UnfencingSummary[] = [];
  readonly letGo: ShutdownSummary[] = [];
  readonly epochs = new Map<number, number>();
  readonly #options: BenchOptions;
  readonly #client: RpcClient;
  #process: TestProcess;
  #server!: ControllerServer;
  #starts = 0;

  constructor(options: BenchOptions = {}) {
    this.#options = options;
    const hand = new TestProcess(this.world, 'hand', this.disk);
    this.#client = new RpcClient(hand.env, CONTROLLER, {
      clientId: 'hand',
      requestTimeoutMicros: 3_600 * SECOND,
    });
    this.#process = this.#boot();
  }

  get halts(): readonly string[] {
    return this.#process.halts;
  }

  get server(): ControllerServer {
    return this.#server;
  }

  get rules(): ControllerRules {
    return { ...controllerRules, ...this.#options.rules };
  }

  crashController(): void {
    this.#process.kill(PORT);
  }

  startController(): void {
    this.world.run(2_000);
    this.#process = this.#boot();
  }

  restartController(): void {
    this.crashController();
    this.startController();
  }

  call<A extends ApiName>(apiName: A, body: RequestBodies[A]): ResponseBodies[A] {
    const answers: ResponseBodies[A][] = [];
    this.send(apiName, body, (answer) => answers.push(answer));
    for (let wait = 0; answers.length === 0 && wait < 200; wait += 1) this.world.run(1_000);
    const answer = answers[0];
    if (answer === undefined) throw new Error(`${apiName} was not answered; ${this.halts.join()}`);
    return answer;
  }

  send<A extends ApiName>(apiName: A, body: RequestBodies[A], done: (body: ResponseBodies[A]) => void): void {
    this.#client.send(apiName, body, (result) => {
      if (result.ok) done(result.body);
    });
  }

  /** Like `send`, on a connection of its own. */
  sendAside<A extends ApiName>(
    apiName: A,
    body: RequestBodies[A],
    done: (body: ResponseBodies[A]) => void,
  ): void {
    const hand = new TestProcess(this.world, 'hand', this.disk);
    const client = new RpcClient(hand.env, CONTROLLER, {
      clientId: 'aside',
      requestTimeoutMicros: 60 * SECOND,
    });
    client.send(apiName, body, (result) => {
      if (result.ok) done(result.body);
    });
  }

  register(brokerId: number, incarnation = `incarnation ${brokerId}`) {
    const response = this.call('BrokerRegistration', {
      brokerId,
      clusterId: 'cluster',
      incarnationId: uuidNamed(incarnation),
      listeners: [{ name: 'PLAINTEXT', host: `b${brokerId}`, port: 9092, securityProtocol: 0 }],
      features: [],
      isMigratingZkBroker: false,
      rack: null,
      logDirs: [],
      previousBrokerEpoch: -1,
    });
    if (response.errorCode === 'NONE') this.epochs.set(brokerId, response.brokerEpoch);
    return response;
  }

  heartbeat(brokerId: number, changes: Partial<BrokerHeartbeatRequest> = {}) {
    return this.call('BrokerHeartbeat', {
      offlineLogDirs: [],
      cordonedLogDirs: null,
      brokerId,
      brokerEpoch: this.epoch(brokerId),
      currentMetadataOffset: 1_000_000,
      wantFence: false,
      wantShutDown: false,
      ...changes,
    });
  }

  epoch(brokerId: number): number {
    return this.epochs.get(brokerId) ?? -1;
  }

  /** Registers and unfences. */
  join(...brokerIds: readonly number[]): void {
    for (const brokerId of brokerIds) {
      this.register(brokerId);
      this.heartbeat(brokerId);
    }
  }

  /** Time passes; only these brokers send heartbeats. */
  pass(seconds: number, ...alive: readonly number[]): void {
    for (let second = 0; second < seconds; second += 1) {
      const until = this.world.now + SECOND;
      for (const brokerId of alive) this.heartbeat(brokerId);
      this.world.run(until - this.world.now);
    }
  }

  /** Long enough for the expiry of every session without heartbeats. */
  fence(brokerId: number, ...alive: readonly number[]): void {
    this.pass(10, ...alive);
    if (this.image().brokers.get(brokerId)?.fenced !== true)
      throw new Error(`broker ${brokerId} is not fenced`);
  }

  createTopic(name: string, assignments: readonly (readonly number[])[], config: Properties = {}) {
    const topic: CreateTopicsRequest['topics'][number] = {
      name,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    };
    return this.call('CreateTopics', { timeoutMs: 0, topics: [topic], validateOnly: false }).topics[0];
  }

  /** The leader proposes an ISR, with correct epochs except for `changes`. */
  alterIsr(name: string, newIsr: readonly number[], changes: AlterChanges = {}) {
    const partition = this.partition(name);
    const brokerId = changes.brokerId ?? partition.leader;
    return this.call('AlterPartition', {
      brokerId,
      brokerEpoch: changes.brokerEpoch ?? this.epoch(brokerId),
      topics: [
        {
          topicId: this.image().topics.get(partition.topic)?.topicId ?? ZERO_UUID,
          partitions: [
            {
              partitionIndex: partition.partitionId,
              leaderEpoch: changes.leaderEpoch ?? partition.leaderEpoch,
              partitionEpoch: changes.partitionEpoch ?? partition.partitionEpoch,
              leaderRecoveryState: changes.leaderRecoveryState ?? 0,
              newIsr: [],
              newIsrWithEpochs: newIsr.map((member) => ({
                brokerId: member,
                brokerEpoch: changes.memberEpochs?.[member] ?? this.epoch(member),
              })),
            },
          ],
        },
      ],
    });
  }

  /** The image of a fresh observer of the metadata log. */
  image(): MetadataImage {
    const image = new MetadataImage({ rules: this.rules, nodeId: 0, topicDefaults: {} });
    // An observer that knows no leader learns of the present epoch.
    const { currentLeader } = fetchedPartition(this.call('Fetch', metadataFetch({ currentLeaderEpoch: 0 })));
    const request = metadataFetch({ currentLeaderEpoch: currentLeader.leaderEpoch }, 100);
    image.apply(fetchedBatches(this.call('Fetch', request)));
    return image;
  }

  partition(name: string): PartitionRegistration {
    const partition = this.image().partitions.get(name);
    if (partition === undefined) throw new Error(`no partition ${name}`);
    return partition;
  }

  /** Leader, leader epoch and ISR, the subject of most tests. */
  at(name: string): string {
    const { leader, leaderEpoch, isr } = this.partition(name);
    return `leader ${leader} epoch ${leaderEpoch} isr ${isr.join()}`;
  }

  #boot(): TestProcess {
    this.#starts += 1;
    const process = new TestProcess(this.world, CONTROLLER.host, this.disk, this.#starts);
    const { config = {}, initialTopics } = this.#options;
    this.#server = new ControllerServer(process.env, {
      nodeId: 3_000,
      clusterId: 'cluster',
      port: PORT,
      config,
      rules: this.rules,
      observer: this.#observer(),
      ...(initialTopics === undefined ? {} : { initialTopics }),
    });
    this.#server.start();
    this.world.run(5_000);
    return process;
  }

  #observer(): Observer {
    return observing({
      partitionChanged: ({ name: partition }, state) => {
        this.changes.push({ partition, state });
        this.told.push(
          `${partition}: leader ${state.leader} epoch ${state.leaderEpoch} isr ${state.isr.join()}`,
        );
      },
      brokerChanged: (brokerId, _brokerEpoch, state) => void this.told.push(`broker ${brokerId} ${state}`),
      isrAccepted: (_partition, _members, { leaderEpoch, partitionEpoch }) =>
        void this.acceptedFor.push({ leaderEpoch, partitionEpoch }),
      brokerLetServe: (_brokerId, heartbeat) => void this.letServe.push(heartbeat),
      brokerLetGo: (_brokerId, state) => void this.letGo.push(state),
    });
  }
}

export interface AlterChanges {
  readonly brokerId?: number;
  readonly brokerEpoch?: number;
  readonly leaderEpoch?: number;
  readonly partitionEpoch?: number;
  readonly leaderRecoveryState?: 0 | 1;
  readonly memberEpochs?: Readonly<Record<number, number>>;
}
