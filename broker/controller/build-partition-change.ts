/**
 * The record that gives a partition a new ISR and the resulting leader
 * (org.apache.kafka.controller.PartitionChangeBuilder). null: nothing changes.
 */

import type { PartitionRegistration } from '../metadata/partition-registration.js';
import { metadataRecord, type PartitionChangeRecord } from '../protocol/metadata-records.js';
import type { Election } from '../rules/controller/elect-leader.js';
import type { ControllerRules } from '../rules/controller/index.js';

export interface PartitionTarget {
  readonly election: Election['kind'];
  readonly isr: readonly number[];
  readonly liveReplicas: readonly number[];
  readonly leaderRecoveryState: 0 | 1;
}

export function buildPartitionChange(
  partition: PartitionRegistration,
  target: PartitionTarget,
  rules: Pick<ControllerRules, 'electLeader' | 'needsLeaderEpochBump'>,
): PartitionChangeRecord | null {
  const elected = rules.electLeader({
    kind: target.election,
    replicas: partition.replicas,
    isr: target.isr,
    leader: partition.leader,
    liveReplicas: target.liveReplicas,
  });
  const isLeaderNamed =
    elected.leader !== partition.leader ||
    rules.needsLeaderEpochBump({
      leader: partition.leader,
      newLeader: elected.leader,
      isr: partition.isr,
      newIsr: elected.isr,
    });
  const isIsrChanged = !isSameSequence(elected.isr, partition.isr);
  const leaderRecoveryState = elected.unclean ? 1 : target.leaderRecoveryState;
  const isRecoveryChanged = leaderRecoveryState !== partition.leaderRecoveryState;
  if (!isLeaderNamed && !isIsrChanged && !isRecoveryChanged) return null;
  return metadataRecord('PartitionChangeRecord', {
    topicId: partition.id.topicId,
    partitionId: partition.partitionId,
    ...(isIsrChanged ? { isr: elected.isr } : {}),
    ...(isLeaderNamed ? { leader: elected.leader } : {}),
    ...(isRecoveryChanged ? { leaderRecoveryState } : {}),
  });
}

const isSameSequence = (left: readonly number[], right: readonly number[]): boolean =>
  left === right || (left.length === right.length && left.every((value, index) => value === right[index]));
