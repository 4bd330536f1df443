import type { ErrorName } from '../../protocol/errors.js';

/**
 * Whether a request comes from the registered incarnation of its broker (KIP-380, KIP-631;
 * org.apache.kafka.controller.ClusterControlManager#checkBrokerEpoch).
 */
export interface BrokerEpochCheck {
  /** null: the broker is not registered. */
  readonly registeredEpoch: number | null;
  readonly requestEpoch: number;
}

export const checkBrokerEpoch = ({ registeredEpoch, requestEpoch }: BrokerEpochCheck): ErrorName =>
  registeredEpoch === requestEpoch ? 'NONE' : 'STALE_BROKER_EPOCH';
