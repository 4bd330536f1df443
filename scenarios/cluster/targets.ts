/** The meaning of target words in a Kafka cluster, at the moment a fault fires. */

import { parseTarget, pickRound } from '../../harness/faults/target.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { brokerHosts, type ClusterSpec, CONTROLLER_HOST, partitionNames } from './cluster-spec.js';

const ROLES = ['leader', 'follower', 'replica'] as const;

export class ClusterTargets {
  readonly #brokers: readonly string[];
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  readonly #partitions: ReadonlySet<string>;
  readonly #checker: ReplicaChecker;

  constructor(
    spec: ClusterSpec,
    clients: readonly { readonly host: string; readonly group: string }[],
    checker: ReplicaChecker,
  ) {
    this.#brokers = brokerHosts(spec);
    this.#checker = checker;
    this.#partitions = new Set(partitionNames(spec));
    const clientHosts = clients.map(({ host }) => host);
    const servers = [...this.#brokers, CONTROLLER_HOST];
    this.#groups = new Map<string, readonly string[]>([
      ['brokers', this.#brokers],
      ['broker', this.#brokers],
      ['controllers', [CONTROLLER_HOST]],
      ['controller', [CONTROLLER_HOST]],
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
    const model = this.#checker.partitions.get(target.of);
    if (model === undefined) return [];
    if (target.role === 'leader') return model.leader === null || !model.hasLeader ? [] : [model.leader];
    const others =
      target.role === 'follower' ? model.assigned.filter((host) => host !== model.leader) : model.assigned;
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
      if (this.#partitions.has(target.name)) return null;
      return `no host "${target.name}"; hosts are ${this.#allHosts().join(', ')}`;
    }
    if (!ROLES.some((role) => role === target.role))
      return `no role "${target.role}"; roles are ${ROLES.join(', ')}`;
    if (this.#partitions.has(target.of)) return null;
    return `no partition "${target.of}"; partitions are ${[...this.#partitions].join(', ')}`;
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
