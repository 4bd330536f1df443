import type { ErrorName } from '../../protocol/errors.js';

/**
 * Whether the controller accepts a leader's proposal of a new ISR (KIP-497, KIP-704, KIP-841;
 * org.apache.kafka.controller.ReplicationControlManager#validateAlterPartitionData).
 *
 * The leader epoch fences a deposed leader. The partition epoch makes the change a compare-and-set on the
 * state that the leader saw. An epoch newer than the controller's own means that this controller is the one
 * behind.
 */
export interface AlterPartitionProposal {
  readonly brokerId: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly newIsr: readonly number[];
  /** The value in the request. */
  readonly leaderRecoveryState: number;
  readonly current: {
    readonly replicas: readonly number[];
    readonly isr: readonly number[];
    readonly leader: number;
    readonly leaderEpoch: number;
    readonly partitionEpoch: number;
    readonly leaderRecoveryState: 0 | 1;
  };
}

export function checkAlterPartition(proposal: AlterPartitionProposal): ErrorName {
  const { current, newIsr } = proposal;
  if (proposal.leaderEpoch > current.leaderEpoch) return 'NOT_CONTROLLER';
  if (proposal.partitionEpoch > current.partitionEpoch) return 'NOT_CONTROLLER';
  if (proposal.leaderEpoch < current.leaderEpoch) return 'FENCED_LEADER_EPOCH';
  if (proposal.brokerId !== current.leader) return 'INVALID_REQUEST';
  if (proposal.partitionEpoch < current.partitionEpoch) return 'INVALID_UPDATE_VERSION';
  if (proposal.leaderRecoveryState !== 0 && proposal.leaderRecoveryState !== 1) return 'INVALID_REQUEST';
  if (!isSetWithin(newIsr, current.replicas)) return 'INVALID_REQUEST';
  if (!newIsr.includes(current.leader)) return 'INVALID_REQUEST';
  // A leader elected uncleanly is alone in the ISR until it has recovered. A recovered leader does not
  // return to the recovering state.
  if (proposal.leaderRecoveryState === 1 && newIsr.length > 1) return 'INVALID_REQUEST';
  if (current.leaderRecoveryState === 0 && proposal.leaderRecoveryState === 1) return 'INVALID_REQUEST';
  return 'NONE';
}

function isSetWithin(isr: readonly number[], replicas: readonly number[]): boolean {
  return (
    isr.length > 0 && isr.every((member, index) => replicas.includes(member) && isr.indexOf(member) === index)
  );
}
