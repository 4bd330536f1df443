/**
 * Liveness after healing: what the cluster still waits for, in words. The scenario bounds the wait in virtual time.
 * An empty list means that every partition has a leader and its whole ISR, and that the high watermark has reached
 * the log end offset. For the clients see `workloads/client-process.ts`.
 */

import type { World } from '../../harness/world/world.js';
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import type { PartitionModel } from '../invariants/partition-model.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';

export function clusterWaitsFor(spec: ClusterSpec, checker: ReplicaChecker, world: World): string[] {
  const waiting: string[] = [];
  for (const host of world.hosts) {
    if (host.state !== 'up') waiting.push(`host ${host.name} is ${host.state}`);
  }
  for (const topic of Object.keys(spec.topics).sort()) {
    const names = checker.names.present(topic);
    const count = Math.max(names.length, spec.topics[topic]?.partitions ?? 0);
    for (let index = 0; index < count; index++) {
      const model = checker.partitions.get(names[index] ?? '');
      if (model === undefined) waiting.push(`partition ${topic}-${index} does not exist yet`);
      else partitionWaitsFor(model, waiting);
    }
  }
  return waiting;
}

function partitionWaitsFor(model: PartitionModel, waiting: string[]): void {
  const { name, leader } = model;
  if (leader === null || !model.hasLeader) {
    waiting.push(
      `partition ${name} has no leader (ISR ${model.isr.join(', ') || 'empty'}, leader epoch ${model.leaderEpoch})`,
    );
    return;
  }
  const leaderLog = model.replica(leader);
  for (const host of model.assigned) {
    const replica = model.replica(host);
    const behind = leaderLog.endOffset - replica.endOffset;
    if (!model.isr.includes(host)) {
      waiting.push(
        `${host} is not in the ISR of ${name}: its log ends at ${replica.endOffset}, the leader's (${leader}) at ${leaderLog.endOffset}`,
      );
    } else if (behind !== 0) {
      waiting.push(`${host} is ${behind} records behind ${leader} in ${name}`);
    }
  }
  if (leaderLog.highWatermark < leaderLog.endOffset) {
    waiting.push(
      `the high watermark of ${name} is ${leaderLog.highWatermark}, the log ends at ${leaderLog.endOffset}`,
    );
  }
}
