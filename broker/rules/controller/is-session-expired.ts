/**
 * Whether the session of an unfenced broker has expired (KIP-631, broker.session.timeout.ms;
 * org.apache.kafka.controller.BrokerHeartbeatManager#hasValidSession).
 */
export interface SessionCheck {
  readonly nowMicros: number;
  readonly lastContactMicros: number;
  readonly sessionTimeoutMicros: number;
}

export const isSessionExpired = (check: SessionCheck): boolean =>
  check.nowMicros > check.lastContactMicros + check.sessionTimeoutMicros;
