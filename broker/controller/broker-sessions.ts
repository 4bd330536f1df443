/**
 * The time of each broker's last heartbeat (org.apache.kafka.controller.BrokerHeartbeatManager). Sessions are not in
 * the metadata log: a new active controller gives every unfenced broker a fresh session.
 *
 * Unfenced brokers are in a Map in the order of their last contact. A heartbeat moves its broker to the end. The
 * first broker expires first, so one timer is enough.
 */

import type { BrokerRegistration } from '../metadata/broker-registration.js';
import type { ControllerRules } from '../rules/controller/index.js';

interface Session {
  readonly brokerId: number;
  lastContactMicros: number;
  /** The last metadata offset that the broker reported as applied; −1: none yet. */
  metadataOffset: number;
  /** The metadata offset at which its leaderships had been moved for its shutdown; −1: not yet. */
  controlledShutdownOffset: number;
  isFenced: boolean;
  isShuttingDown: boolean;
}

export interface BrokerSessionsOptions {
  readonly sessionTimeoutMicros: number;
  readonly nowMicros: () => number;
  readonly rules: Pick<ControllerRules, 'isSessionExpired'>;
}

export class BrokerSessions {
  readonly #options: BrokerSessionsOptions;
  readonly #sessions = new Map<number, Session>();
  readonly #unfenced = new Map<number, Session>();

  constructor(options: BrokerSessionsOptions) {
    this.#options = options;
  }

  /** Applies a change of registration in the log up to `endOffset`. Each change counts as a contact. */
  brokerChanged(previous: BrokerRegistration | null, current: BrokerRegistration, endOffset: number): void {
    const isNew = previous?.brokerEpoch !== current.brokerEpoch;
    if (isNew) this.remove(current.brokerId);
    const session = this.#sessionOf(current.brokerId);
    session.isFenced = current.fenced;
    session.isShuttingDown = current.inControlledShutdown;
    if (!current.inControlledShutdown || current.fenced) session.controlledShutdownOffset = -1;
    else if (session.controlledShutdownOffset === -1) session.controlledShutdownOffset = endOffset - 1;
    this.touch(current.brokerId, session.metadataOffset);
  }

  touch(brokerId: number, metadataOffset: number): void {
    const session = this.#sessionOf(brokerId);
    session.lastContactMicros = this.#options.nowMicros();
    session.metadataOffset = metadataOffset;
    this.#unfenced.delete(brokerId);
    if (!session.isFenced) this.#unfenced.set(brokerId, session);
  }

  remove(brokerId: number): void {
    this.#sessions.delete(brokerId);
    this.#unfenced.delete(brokerId);
  }

  /** The broker is unfenced, and its last contact is within the session timeout. */
  hasValidSession(brokerId: number): boolean {
    const session = this.#unfenced.get(brokerId);
    return session !== undefined && !this.#isExpired(session);
  }

  /** One broker whose session has expired; −1: none. */
  firstExpired(): number {
    const session = this.#oldest();
    return session !== undefined && this.#isExpired(session) ? session.brokerId : -1;
  }

  /** The time of the next check, just after the end of the oldest session; null: no broker is unfenced. */
  nextCheckMicros(): number | null {
    const session = this.#oldest();
    return session === undefined ? null : session.lastContactMicros + this.#options.sessionTimeoutMicros + 1;
  }

  /** The lowest metadata offset among the unfenced brokers that are not shutting down; Infinity: there are none. */
  lowestActiveOffset(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const session of this.#unfenced.values()) {
      if (!session.isShuttingDown) lowest = Math.min(lowest, session.metadataOffset);
    }
    return lowest;
  }

  /** The metadata offset by which the leaderships of a broker in controlled shutdown had been moved. */
  controlledShutdownOffset(brokerId: number): number {
    return this.#sessionOf(brokerId).controlledShutdownOffset;
  }

  #oldest(): Session | undefined {
    for (const session of this.#unfenced.values()) return session;
    return undefined;
  }

  #isExpired(session: Session): boolean {
    const { rules, nowMicros, sessionTimeoutMicros } = this.#options;
    const { lastContactMicros } = session;
    return rules.isSessionExpired({ nowMicros: nowMicros(), lastContactMicros, sessionTimeoutMicros });
  }

  #sessionOf(brokerId: number): Session {
    let session = this.#sessions.get(brokerId);
    if (session === undefined) {
      session = {
        brokerId,
        lastContactMicros: this.#options.nowMicros(),
        metadataOffset: -1,
        controlledShutdownOffset: -1,
        isFenced: true,
        isShuttingDown: false,
      };
      this.#sessions.set(brokerId, session);
    }
    return session;
  }
}
