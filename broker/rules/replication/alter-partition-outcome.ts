/**
 * What a leader does with the controller's answer to a proposed ISR (KIP-497, KAFKA-13091). An answer
 * concerns the pending proposal or is ignored, because newer metadata may have superseded the proposal.
 */
import type { ErrorName } from '../../protocol/errors.js';

export interface AlterPartitionOutcomeInput {
  readonly errorCode: ErrorName;
  /** The proposal is still the pending one. */
  readonly stillPending: boolean;
  readonly currentLeaderEpoch: number;
  readonly currentPartitionEpoch: number;
  readonly answeredLeaderEpoch: number;
  readonly answeredPartitionEpoch: number;
}

/**
 * `abandon`: the leader keeps counting the maximal ISR until metadata shows the outcome. `revert`: the
 * change certainly did not happen.
 */
export type AlterPartitionOutcome = 'commit' | 'retry' | 'revert' | 'abandon' | 'ignore';

export function alterPartitionOutcome(input: AlterPartitionOutcomeInput): AlterPartitionOutcome {
  if (!input.stillPending) return 'ignore';
  switch (input.errorCode) {
    case 'NONE':
      if (input.answeredLeaderEpoch > input.currentLeaderEpoch) return 'abandon';
      return input.answeredPartitionEpoch < input.currentPartitionEpoch ? 'abandon' : 'commit';
    case 'INELIGIBLE_REPLICA':
      return 'revert';
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'UNKNOWN_TOPIC_ID':
    case 'INVALID_UPDATE_VERSION':
    case 'FENCED_LEADER_EPOCH':
    case 'NEW_LEADER_ELECTED':
    case 'INVALID_REQUEST':
      return 'abandon';
    default:
      return 'retry';
  }
}
