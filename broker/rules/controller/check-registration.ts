import type { ErrorName } from '../../protocol/errors.js';

/**
 * Whether a broker may register (KIP-631;
 * org.apache.kafka.controller.ClusterControlManager#registerBroker).
 *
 * Two processes with one broker id must not both serve. A broker that crashed and restarted is therefore
 * refused until the session of its former incarnation has expired. A broker that was shutting down has
 * given its leaderships away and may be replaced at once. The same incarnation may register again, because
 * the answer to its first request may have been lost.
 */
export interface RegistrationCheck {
  readonly existing: {
    readonly incarnationId: string;
    readonly fenced: boolean;
    readonly inControlledShutdown: boolean;
    /** The broker is unfenced and its last heartbeat is within the session timeout. */
    readonly hasValidSession: boolean;
  } | null;
  readonly incarnationId: string;
}

export function checkRegistration({ existing, incarnationId }: RegistrationCheck): ErrorName {
  if (existing === null || existing.incarnationId === incarnationId) return 'NONE';
  return existing.hasValidSession && !existing.inControlledShutdown
    ? 'DUPLICATE_BROKER_REGISTRATION'
    : 'NONE';
}
