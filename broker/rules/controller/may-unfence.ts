/**
 * Whether a fenced broker may serve (KIP-631; BrokerHeartbeatManager#calculateNextBrokerState).
 *
 * It may once it has applied the metadata log up to its own registration, because the records up to there
 * replace what the broker believed to lead before.
 */
export interface UnfenceCheck {
  readonly wantFence: boolean;
  /** The last metadata offset that the broker has applied. */
  readonly currentMetadataOffset: number;
  readonly registrationOffset: number;
}

export const mayUnfence = (check: UnfenceCheck): boolean =>
  !check.wantFence && check.currentMetadataOffset >= check.registrationOffset;
