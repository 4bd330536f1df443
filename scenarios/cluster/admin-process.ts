/** The operator: a host of its own that carries out cluster actions of the fault plan through Kafka's admin APIs. */
import type { Env } from '../../broker/env.js';
import { parsePartitionName } from '../../broker/protocol/partition-name.js';
import { RpcClient } from '../../broker/protocol/rpc-client.js';
import type { ClusterAction } from '../../harness/faults/fault.js';
import type { World } from '../../harness/world/world.js';
import { CONTROLLER_HOST, CONTROLLER_PORT } from './cluster-spec.js';

const ADMIN_HOST = 'admin';
const REQUEST_TIMEOUT_MICROS = 5_000_000;

/** Actions by name; `target` of each is a partition (`orders-0`). */
export const ADMIN_ACTIONS = ['preferred-election', 'unclean-election'] as const;

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

  /** False when there is no such action or no such partition to name. */
  perform(action: ClusterAction): boolean {
    const partition = parsePartitionName(action.target);
    const known = ADMIN_ACTIONS.find((name) => name === action.name);
    if (this.#client === null || partition === null || known === undefined) return false;
    const topicPartitions = [{ topic: partition.topic, partitions: [partition.index] }];
    const electionType = known === 'preferred-election' ? 0 : 1;
    this.#client.send('ElectLeaders', { electionType, topicPartitions, timeoutMs: 5_000 }, (result) => {
      const failed = !result.ok || result.body.errorCode !== 'NONE';
      this.#world.simulation.mark(failed ? `${known} failed` : known);
    });
    return true;
  }

  #boot(env: Env): void {
    this.#client = new RpcClient(
      env,
      { host: CONTROLLER_HOST, port: CONTROLLER_PORT },
      { clientId: ADMIN_HOST, requestTimeoutMicros: REQUEST_TIMEOUT_MICROS },
    );
  }
}
