/**
 * What Kafka promises for a set of settings, and what it permits: the yardstick of every scenario.
 * Source: the documentation of `acks`, `min.insync.replicas`, `unclean.leader.election.enable`, `enable.idempotence`;
 * KIP-98, KIP-101, KIP-966. Replication factor 3.
 */

import { resolveProducerConfig, resolveTopicConfig } from '../../broker/config/definitions.js';
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import type { ReplicaCheckerOptions } from '../invariants/decision-checker.js';
import type { WorkloadSpec } from '../workloads/workload-spec.js';

export interface Guarantee {
  readonly acks: -1 | 0 | 1;
  readonly idempotent: boolean;
  readonly retries: number;
  readonly inFlight: number;
  readonly uncleanElection: boolean;
  /** Everything is on disk before it is acknowledged. */
  readonly flushesEveryRecord: boolean;
  readonly minInsyncReplicas: number;
}

/** The weakest of all topics: what holds for the run holds for each of them. */
export function guaranteeOf(cluster: ClusterSpec, workload: WorkloadSpec): Guarantee {
  const producer = resolveProducerConfig(workload.producerConfig);
  const topics = Object.values(cluster.topics).map((topic) => resolveTopicConfig(topic.config ?? {}));
  return {
    acks: producer.acks,
    idempotent: producer['enable.idempotence'],
    retries: producer.retries,
    inFlight: producer['max.in.flight.requests.per.connection'],
    uncleanElection: topics.some((topic) => topic['unclean.leader.election.enable']),
    flushesEveryRecord: topics.every((topic) => topic['flush.messages'] === 1),
    minInsyncReplicas: Math.min(...topics.map((topic) => topic['min.insync.replicas'])),
  };
}

/** Losses of committed records that are within the promise. */
export function permittedCommittedLoss(guarantee: Guarantee): ReplicaCheckerOptions['permitted'] {
  return { uncleanElection: guarantee.uncleanElection, diskLoss: !guarantee.flushesEveryRecord };
}

/** `acks=all, min.insync.replicas=2, idempotent` … : the name a verdict is given under. */
export function profileName(guarantee: Guarantee): string {
  const parts = [
    `acks=${guarantee.acks === -1 ? 'all' : guarantee.acks}`,
    `min.insync.replicas=${guarantee.minInsyncReplicas}`,
    guarantee.idempotent
      ? 'idempotent'
      : `retries=${guarantee.retries === 2_147_483_647 ? 'max' : guarantee.retries}`,
  ];
  if (guarantee.uncleanElection) parts.push('unclean.leader.election.enable');
  if (guarantee.flushesEveryRecord) parts.push('flush.messages=1');
  return parts.join(', ');
}

/** Anomalies that no Kafka setting forbids (kafka.clj, allowed-error-types): writes are not isolated from each other. */
export const ALWAYS_ALLOWED: ReadonlyMap<string, string> = new Map(
  [
    'int-send-skip',
    'G0',
    'G0-process',
    'G0-realtime',
    'PL-1-cycle-exists',
    'strong-session-PL-1-cycle-exists',
    'strong-PL-1-cycle-exists',
    'G1c',
    'G1c-process',
    'G1c-realtime',
    'PL-2-cycle-exists',
    'strong-session-PL-2-cycle-exists',
    'strong-PL-2-cycle-exists',
  ].map((name) => [name, 'Kafka does not isolate writes from each other']),
);
