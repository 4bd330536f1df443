/**
 * When a leader answers a produce request. acks=0 and acks=1: once the leader's log has the records.
 * acks=all: once the high watermark has passed them; with an error if the ISR has become smaller than
 * min.insync.replicas in the meantime.
 */
import type { RemoteReplicaView } from './next-high-watermark.js';

export interface AcknowledgementInput {
  readonly acks: number;
  /** The offset after the last record of the request. */
  readonly requiredOffset: number;
  readonly highWatermark: number;
  readonly logEndOffset: number;
  /** The size of the ISR that the controller committed. */
  readonly isrSize: number;
  readonly maximalIsrSize: number;
  /** min.insync.replicas, at most the number of replicas. */
  readonly minInsyncReplicas: number;
  readonly replicas: readonly RemoteReplicaView[];
}

export type Acknowledgement = 'acked' | 'wait' | 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';

export function acknowledgement(input: AcknowledgementInput): Acknowledgement {
  if (input.acks !== -1) return 'acked';
  if (input.highWatermark < input.requiredOffset) return 'wait';
  return input.maximalIsrSize >= input.minInsyncReplicas ? 'acked' : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';
}
