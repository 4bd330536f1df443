/**
 * Whether a broker in controlled shutdown may stop (KIP-631;
 * BrokerHeartbeatManager#calculateNextBrokerState). It may once it leads no partition and every live broker
 * has applied the metadata that moved its leaderships.
 */
export interface ShutDownCheck {
  readonly hasLeaderships: boolean;
  /** The metadata offset at which its leaderships had been moved. */
  readonly controlledShutdownOffset: number;
  /** The lowest metadata offset that a live broker has reported; Infinity: no broker is live. */
  readonly lowestActiveOffset: number;
}

export const mayShutDown = (check: ShutDownCheck): boolean =>
  !check.hasLeaderships && check.controlledShutdownOffset <= check.lowestActiveOffset;
