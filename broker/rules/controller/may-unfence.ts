/**
 * Whether a fenced broker may serve (KIP-631; BrokerHeartbeatManager#calculateNextBrokerState).
 *
 * Only once it has read the metadata log up to its own registration: what it believed to lead before is superseded there.
 */
export interface UnfenceCheck {
  readonly wantFence: boolean;
  /** The last metadata offset that the broker has applied. */
  readonly currentMetadataOffset: number;
  readonly registrationOffset: number;
}

export const mayUnfence = (check: UnfenceCheck): boolean =>
  !check.wantFence && check.currentMetadataOffset >= check.registrationOffset;
