import type { PartitionChangeRecord } from '../protocol/metadata-records.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import type { ControllerRules } from '../rules/controller/index.js';

/**
 * The committed state of one partition (org.apache.kafka.metadata.PartitionRegistration). A change creates a new
 * object.
 */
export interface PartitionRegistration {
  readonly id: TopicIdPartition;
  /** `<topic>-<partitionId>` */
  readonly name: string;
  readonly topic: string;
  readonly partitionId: number;
  /** The first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** −1: none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  /** Increased by every change. */
  readonly partitionEpoch: number;
  /** 1: the leader was elected uncleanly and has not reported its recovery yet (KIP-704). */
  readonly leaderRecoveryState: 0 | 1;
}

/** The values of a PartitionChangeRecord that leave the partition as it was. */
const UNCHANGED_LEADER = -2;
const UNCHANGED_RECOVERY_STATE = -1;

export const recoveryStateOf = ({ leaderRecoveryState }: { readonly leaderRecoveryState: number }): 0 | 1 =>
  leaderRecoveryState === 1 ? 1 : 0;

export function mergePartitionChange(
  previous: PartitionRegistration,
  record: PartitionChangeRecord,
  rules: Pick<ControllerRules, 'nextLeaderEpoch'>,
): PartitionRegistration {
  return {
    id: previous.id,
    name: previous.name,
    topic: previous.topic,
    partitionId: previous.partitionId,
    replicas: previous.replicas,
    isr: record.isr ?? previous.isr,
    leader: record.leader === UNCHANGED_LEADER ? previous.leader : record.leader,
    leaderEpoch: rules.nextLeaderEpoch({
      leaderEpoch: previous.leaderEpoch,
      leader: previous.leader,
      recordLeader: record.leader === UNCHANGED_LEADER ? null : record.leader,
    }),
    partitionEpoch: previous.partitionEpoch + 1,
    leaderRecoveryState:
      record.leaderRecoveryState === UNCHANGED_RECOVERY_STATE
        ? previous.leaderRecoveryState
        : recoveryStateOf(record),
  };
}
