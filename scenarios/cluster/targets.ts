/** The meaning of target words in a Kafka cluster, at the moment a fault fires. */

import { parseTarget, pickRound } from '../../harness/faults/target.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { brokerHosts, type ClusterSpec, CONTROLLER_HOST, partitionNames } from './cluster-spec.js';

/** The partitions that targets may name, and the hosts of their replicas now. */
export interface PartitionDirectory {
  /** Partition names such as `orders-0`. */
  names(): readonly string[];
  /** Null: no such partition now. `leader` is null while the partition has none. */
  find(name: string): { readonly leader: string | null; readonly replicas: readonly string[] } | null;
}

/** The hosts of a cluster. */
export interface ClusterHosts {
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  readonly clients: readonly { readonly host: string; readonly group: string }[];
}

/** The targets of a simulated cluster: the checker's own record says which broker leads. */
export function simulatedTargets(
  spec: ClusterSpec,
  clients: ClusterHosts['clients'],
  checker: ReplicaChecker,
): ClusterTargets {
  const names = partitionNames(spec);
  return new ClusterTargets(
    { brokers: brokerHosts(spec), controllers: [CONTROLLER_HOST], clients },
    {
      names: () => names,
      find: (name) => {
        const model = checker.partitions.get(name);
        if (model === undefined) return null;
        return { leader: model.hasLeader ? model.leader : null, replicas: model.assigned };
      },
    },
  );
}

/** The partitions of Kafka's own topics exist once a client needs them. Until then a fault on them hits nobody. */
const INTERNAL = /^__(consumer_offsets|transaction_state)-\d+$/;

const ROLES = ['leader', 'follower', 'replica'] as const;

export class ClusterTargets {
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  readonly #partitions: PartitionDirectory;

  constructor({ brokers, controllers, clients }: ClusterHosts, partitions: PartitionDirectory) {
    this.#partitions = partitions;
    const clientHosts = clients.map(({ host }) => host);
    const servers = [...brokers, ...controllers];
    this.#groups = new Map<string, readonly string[]>([
      ['brokers', brokers],
      ['broker', brokers],
      ['controllers', controllers],
      ['controller', controllers],
      ['servers', servers],
      ['server', servers],
      ...clientGroups(clients),
      ['clients', clientHosts],
      ['client', clientHosts],
      ['all', [...servers, ...clientHosts]],
      ['host', [...servers, ...clientHosts]],
    ]);
  }

  resolve(text: string): readonly string[] {
    const target = parseTarget(text);
    if (target === null) return [];
    if (target.kind === 'any') {
      const chosen = pickRound(this.#groups.get(target.group) ?? [], target.number);
      return chosen === null ? [] : [chosen];
    }
    if (target.kind === 'name') {
      const group = this.#groups.get(target.name);
      if (group !== undefined) return group;
      return this.#allHosts().includes(target.name) ? [target.name] : [];
    }
    const partition = this.#partitions.find(target.of);
    if (partition === null) return [];
    const { leader, replicas } = partition;
    if (target.role === 'leader') return leader === null ? [] : [leader];
    const others = target.role === 'follower' ? replicas.filter((host) => host !== leader) : replicas;
    const chosen = pickRound(others, target.number ?? 0);
    return chosen === null ? [] : [chosen];
  }

  /** The reason why the text can never name anything here, or null. */
  reject(text: string): string | null {
    const target = parseTarget(text);
    if (target === null) return `"${text}" is not a target`;
    if (target.kind === 'any') {
      return this.#groups.has(target.group)
        ? null
        : `no group "${target.group}"; groups are ${[...this.#groups.keys()].join(', ')}`;
    }
    if (target.kind === 'name') {
      if (this.#groups.has(target.name) || this.#allHosts().includes(target.name)) return null;
      // A partition, the target of an operator's action.
      if (this.#partitions.names().includes(target.name)) return null;
      return `no host "${target.name}"; hosts are ${this.#allHosts().join(', ')}`;
    }
    if (!ROLES.some((role) => role === target.role))
      return `no role "${target.role}"; roles are ${ROLES.join(', ')}`;
    const names = this.#partitions.names();
    if (names.includes(target.of) || INTERNAL.test(target.of)) return null;
    return `no partition "${target.of}"; partitions are ${names.join(', ')}`;
  }

  #allHosts(): readonly string[] {
    return this.#groups.get('all') ?? [];
  }
}

/**
 * Each group under its plural and its singular: `consumers`, `any consumer`. A cluster without consumers accepts the
 * words too.
 */
function clientGroups(
  clients: readonly { readonly host: string; readonly group: string }[],
): [string, readonly string[]][] {
  const groups = new Map<string, string[]>([
    ['producer', []],
    ['consumer', []],
  ]);
  for (const { host, group } of clients) groups.set(group, [...(groups.get(group) ?? []), host]);
  return [...groups].flatMap(([group, hosts]): [string, readonly string[]][] => [
    [`${group}s`, hosts],
    [group, hosts],
  ]);
}
