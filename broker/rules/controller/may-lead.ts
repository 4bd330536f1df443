/**
 * Whether a broker counts as live for leadership: registered, not fenced, not on its way out
 * (KIP-631, KIP-841; org.apache.kafka.controller.ClusterControlManager#isActive).
 */
export interface LeaderCandidate {
  readonly registered: boolean;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
}

export const mayLead = (candidate: LeaderCandidate): boolean =>
  candidate.registered && !candidate.fenced && !candidate.inControlledShutdown;
