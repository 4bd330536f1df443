/** The operator: a host of its own that carries out cluster actions of the fault plan through Kafka's admin APIs. */
import type { Address, Env } from '../../broker/env.js';
import { parsePartitionName } from '../../broker/protocol/partition-name.js';
import { RpcClient } from '../../broker/protocol/rpc-client.js';
import { ZERO_UUID } from '../../broker/protocol/schema/uuid.js';
import type { ClusterAction } from '../../harness/faults/fault.js';
import type { World } from '../../harness/world/world.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { type AdminActionName, countOf } from './admin-actions.js';
import { BROKER_PORT, type ClusterSpec, CONTROLLER_HOST, CONTROLLER_PORT } from './cluster-spec.js';
import { topicsOf } from './new-topics.js';

const ADMIN_HOST = 'admin';
const REQUEST_TIMEOUT_MICROS = 5_000_000;
const TIMEOUT_MILLIS = 5_000;
/** The latest offset, as ListOffsets writes it. */
const LATEST = -1;

const RESTORE_EVERY_MICROS = 500_000;

export class AdminProcess {
  readonly #world: World;
  readonly #cluster: ClusterSpec;
  readonly #checker: ReplicaChecker;
  #env: Env | null = null;
  #client: RpcClient | null = null;

  constructor(world: World, cluster: ClusterSpec, checker: ReplicaChecker) {
    this.#world = world;
    this.#cluster = cluster;
    this.#checker = checker;
    world.addHost(ADMIN_HOST, { start: (env: Env) => this.#boot(env) });
  }

  start(): void {
    this.#world.host(ADMIN_HOST).start();
  }

  /** False when the operator does not know the action, or the action lacks a required part (see `rejectAdminAction`). */
  perform(action: ClusterAction): boolean {
    switch (action.name) {
      case 'preferred-election' satisfies AdminActionName:
        return this.#elect(action, 0);
      case 'unclean-election' satisfies AdminActionName:
        return this.#elect(action, 1);
      case 'create-partitions' satisfies AdminActionName:
        return this.#createPartitions(action);
      case 'delete-records' satisfies AdminActionName:
        return this.#deleteRecords(action);
      case 'delete-topic' satisfies AdminActionName:
        return this.#deleteTopic(action);
      case 'create-topic' satisfies AdminActionName:
        return this.#createTopic(action.target);
      default:
        return false;
    }
  }

  /** Creates the topics of the scenario that are deleted, and tries again until they exist. */
  restoreTopics(): void {
    const missing = Object.keys(this.#cluster.topics).filter((topic) => this.#checker.names.isDeleted(topic));
    if (missing.length === 0) return;
    for (const topic of missing) this.#createTopic(topic);
    this.#world.simulation.schedule(RESTORE_EVERY_MICROS, () => this.restoreTopics());
  }

  #elect({ name, target }: ClusterAction, electionType: 0 | 1): boolean {
    const partition = parsePartitionName(target);
    if (this.#client === null || partition === null) return false;
    const topicPartitions = [{ topic: partition.topic, partitions: [partition.index] }];
    this.#client.send(
      'ElectLeaders',
      { electionType, topicPartitions, timeoutMs: TIMEOUT_MILLIS },
      (result) => this.#mark(name, result.ok && result.body.errorCode === 'NONE'),
    );
    return true;
  }

  #createPartitions({ name, target, args }: ClusterAction): boolean {
    const count = countOf(args?.count);
    if (this.#client === null || count === null) return false;
    const topics = [{ name: target, count, assignments: null }];
    this.#client.send(
      'CreatePartitions',
      { topics, timeoutMs: TIMEOUT_MILLIS, validateOnly: false },
      (result) =>
        this.#mark(name, result.ok && result.body.results.every(({ errorCode }) => errorCode === 'NONE')),
    );
    return true;
  }

  /** Asks the present leader where its readable records end, then to delete those before the newest. */
  #deleteRecords({ name, target, args }: ClusterAction): boolean {
    const keep = countOf(args?.keep);
    const partition = parsePartitionName(target);
    if (this.#env === null || partition === null || keep === null) return false;
    const { topic, index } = partition;
    const present = this.#checker.names.present(topic)[index] ?? target;
    const leader = this.#checker.partition(present).leader;
    if (leader === null) return false;
    const client = this.#connect(this.#env, { host: leader, port: BROKER_PORT });
    const asked = { partitionIndex: index, currentLeaderEpoch: -1, timestamp: LATEST };
    const topics = [{ name: topic, partitions: [asked] }];
    const search = { replicaId: -1, isolationLevel: 0, topics, timeoutMs: 0 };
    client.send('ListOffsets', search, (found) => {
      const latest = found.ok ? (found.body.topics[0]?.partitions[0]?.offset ?? -1) : -1;
      const offset = Math.max(0, latest - keep);
      if (latest < 0) {
        this.#mark(name, false);
        client.close();
        return;
      }
      this.#checker.deletions.asked(present, offset);
      const partitions = [{ partitionIndex: index, offset }];
      const body = { topics: [{ name: topic, partitions }], timeoutMs: TIMEOUT_MILLIS };
      client.send('DeleteRecords', body, (result) => {
        this.#mark(name, result.ok && result.body.topics[0]?.partitions[0]?.errorCode === 'NONE');
        client.close();
      });
    });
    return true;
  }

  #deleteTopic({ name, target }: ClusterAction): boolean {
    if (this.#client === null) return false;
    const topics = [{ name: target, topicId: ZERO_UUID }];
    this.#client.send('DeleteTopics', { topics, topicNames: [], timeoutMs: TIMEOUT_MILLIS }, (result) =>
      this.#mark(name, result.ok && result.body.responses.every(({ errorCode }) => errorCode === 'NONE')),
    );
    return true;
  }

  #createTopic(name: string): boolean {
    const topics = topicsOf(this.#cluster).filter((topic) => topic.name === name);
    if (this.#client === null || topics.length === 0) return false;
    this.#client.send('CreateTopics', { topics, timeoutMs: TIMEOUT_MILLIS, validateOnly: false }, (result) =>
      this.#mark(
        'create-topic',
        result.ok && result.body.topics.every(({ errorCode }) => errorCode === 'NONE'),
      ),
    );
    return true;
  }

  #mark(action: string, isDone: boolean): void {
    this.#world.simulation.mark(isDone ? action : `${action} failed`);
  }

  #boot(env: Env): void {
    this.#env = env;
    this.#client = this.#connect(env, { host: CONTROLLER_HOST, port: CONTROLLER_PORT });
  }

  #connect(env: Env, address: Address): RpcClient {
    return new RpcClient(env, address, {
      clientId: ADMIN_HOST,
      requestTimeoutMicros: REQUEST_TIMEOUT_MICROS,
    });
  }
}
