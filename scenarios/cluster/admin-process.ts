/** The operator: a host of its own that carries out cluster actions of the fault plan through Kafka's admin APIs. */
import type { Env } from '../../broker/env.js';
import { parsePartitionName } from '../../broker/protocol/partition-name.js';
import { RpcClient } from '../../broker/protocol/rpc-client.js';
import type { ClusterAction } from '../../harness/faults/fault.js';
import type { World } from '../../harness/world/world.js';
import { type AdminActionName, countOf } from './admin-actions.js';
import { CONTROLLER_HOST, CONTROLLER_PORT } from './cluster-spec.js';

const ADMIN_HOST = 'admin';
const REQUEST_TIMEOUT_MICROS = 5_000_000;
const TIMEOUT_MILLIS = 5_000;

export class AdminProcess {
  readonly #world: World;
  #client: RpcClient | null = null;

  constructor(world: World) {
    this.#world = world;
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
      default:
        return false;
    }
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

  #mark(action: string, isDone: boolean): void {
    this.#world.simulation.mark(isDone ? action : `${action} failed`);
  }

  #boot(env: Env): void {
    this.#client = new RpcClient(
      env,
      { host: CONTROLLER_HOST, port: CONTROLLER_PORT },
      { clientId: ADMIN_HOST, requestTimeoutMicros: REQUEST_TIMEOUT_MICROS },
    );
  }
}
