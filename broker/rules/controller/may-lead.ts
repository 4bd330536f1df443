/**
 * Whether a broker is live for leadership: registered, not fenced and not in controlled shutdown (KIP-631,
 * KIP-841; org.apache.kafka.controller.ClusterControlManager#isActive).
 */
export interface LeaderCandidate {
  readonly registered: boolean;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
}

export const mayLead = (candidate: LeaderCandidate): boolean =>
  candidate.registered && !candidate.fenced && !candidate.inControlledShutdown;
