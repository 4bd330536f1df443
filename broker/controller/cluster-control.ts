/**
 * Decides the membership of brokers in the cluster: registration, heartbeats, fencing, controlled shutdown
 * (org.apache.kafka.controller.ClusterControlManager, BrokerHeartbeatManager#calculateNextBrokerState).
 *
 *   fenced ──(caught up and willing)──▶ unfenced ──(wants to shut down, leads)──▶ in controlled shutdown
 *      ▲                                   │ ▲                                           │
 *      └──────(session expired, wants fence, or let go: shut down now)───────────────────┘
 */

import type { BrokerRegistration } from '../metadata/broker-registration.js';
import type { Observer, ShutdownSummary } from '../observer.js';
import type {
  BrokerRegistrationRequest,
  BrokerRegistrationResponse,
} from '../protocol/apis/62-broker-registration.js';
import type {
  BrokerHeartbeatRequest,
  BrokerHeartbeatResponse,
} from '../protocol/apis/63-broker-heartbeat.js';
import type { ErrorName } from '../protocol/errors.js';
import {
  type BrokerRegistrationChangeRecord,
  type MetadataRecord,
  metadataRecord,
} from '../protocol/metadata-records.js';
import type { ControllerRules } from '../rules/controller/index.js';
import type { BrokerSessions } from './broker-sessions.js';
import type { ControllerState } from './controller-state.js';
import type { Decision } from './decision.js';
import type { ReplicationControl } from './replication-control.js';

export interface ClusterControlOptions {
  readonly clusterId: string;
  readonly state: ControllerState;
  readonly sessions: BrokerSessions;
  readonly replication: ReplicationControl;
  readonly rules: ControllerRules;
  readonly observer: Observer | null;
  /** Called when a broker in controlled shutdown is permitted to stop. */
  readonly onLetGo: (brokerId: number, state: ShutdownSummary) => void;
}

type ControlState = 'fenced' | 'unfenced' | 'controlled-shutdown' | 'shutdown-now';

export class ClusterControl {
  readonly #options: ClusterControlOptions;

  constructor(options: ClusterControlOptions) {
    this.#options = options;
  }

  register(request: BrokerRegistrationRequest): Decision<BrokerRegistrationResponse> {
    const { clusterId, state, sessions, replication, rules } = this.#options;
    const { brokerId, incarnationId } = request;
    if (request.clusterId !== clusterId || request.listeners.length === 0)
      return registrationRefused('INVALID_REQUEST');
    const existing = state.image.brokers.get(brokerId);
    const errorCode = rules.checkRegistration({
      existing:
        existing === undefined
          ? null
          : {
              incarnationId: existing.incarnationId,
              fenced: existing.fenced,
              inControlledShutdown: existing.inControlledShutdown,
              hasValidSession: sessions.hasValidSession(brokerId),
            },
      incarnationId,
    });
    if (errorCode !== 'NONE') {
      this.#options.observer?.mark(`registration refused: ${errorCode}`);
      return registrationRefused(errorCode);
    }

    const isSameIncarnation = existing?.incarnationId === incarnationId;
    const records: MetadataRecord[] = isSameIncarnation ? [] : replication.brokerGone(brokerId);
    // The broker epoch is the offset of the registration. It is greater than any earlier broker epoch, in this or an
    // earlier term.
    const brokerEpoch = isSameIncarnation ? existing.brokerEpoch : state.image.endOffset + records.length;
    records.push(
      metadataRecord('RegisterBrokerRecord', {
        brokerId,
        incarnationId,
        brokerEpoch,
        endPoints: request.listeners,
        features: request.features,
        rack: request.rack,
        fenced: isSameIncarnation ? existing.fenced : true,
        inControlledShutdown: isSameIncarnation ? existing.inControlledShutdown : false,
        logDirs: request.logDirs,
      }),
    );
    return { records, response: { throttleTimeMs: 0, errorCode: 'NONE', brokerEpoch } };
  }

  heartbeat(request: BrokerHeartbeatRequest): Decision<BrokerHeartbeatResponse> {
    const { state, sessions, rules } = this.#options;
    const broker = state.image.brokers.get(request.brokerId);
    const registeredEpoch = broker?.brokerEpoch ?? null;
    const errorCode = rules.checkBrokerEpoch({ registeredEpoch, requestEpoch: request.brokerEpoch });
    if (errorCode !== 'NONE' || broker === undefined) {
      return heartbeatRefused(errorCode === 'NONE' ? 'BROKER_ID_NOT_REGISTERED' : errorCode);
    }
    const next = this.#nextState(broker, request);
    sessions.touch(broker.brokerId, request.currentMetadataOffset);
    const response: BrokerHeartbeatResponse = {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      isCaughtUp: request.currentMetadataOffset >= broker.registrationOffset,
      isFenced: next === 'fenced' || next === 'shutdown-now',
      shouldShutDown: next === 'shutdown-now',
    };
    return { records: this.#transition(broker, next), response };
  }

  /** Fences one broker whose session expired. No records: no session has expired. */
  fenceExpired(): readonly MetadataRecord[] {
    const { state, sessions } = this.#options;
    const broker = state.image.brokers.get(sessions.firstExpired());
    return broker === undefined ? [] : this.#fence(broker);
  }

  #nextState(broker: BrokerRegistration, request: BrokerHeartbeatRequest): ControlState {
    const { state, sessions, rules, observer, onLetGo } = this.#options;
    const { brokerId, registrationOffset } = broker;
    const { wantFence, wantShutDown, currentMetadataOffset } = request;
    if (broker.fenced) {
      if (wantShutDown) return 'shutdown-now';
      const heartbeat = { wantFence, currentMetadataOffset, registrationOffset };
      if (!rules.mayUnfence(heartbeat)) return 'fenced';
      observer?.controller?.brokerLetServe(brokerId, heartbeat);
      return 'unfenced';
    }
    const hasLeaderships = state.index.hasLeaderships(brokerId);
    if (broker.inControlledShutdown) {
      const controlledShutdownOffset = sessions.controlledShutdownOffset(brokerId);
      const lowestActiveOffset = sessions.lowestActiveOffset();
      const shutdown = { hasLeaderships, controlledShutdownOffset, lowestActiveOffset };
      if (!rules.mayShutDown(shutdown)) return 'controlled-shutdown';
      onLetGo(brokerId, shutdown);
      return 'shutdown-now';
    }
    if (wantFence) return wantShutDown ? 'shutdown-now' : 'fenced';
    if (!wantShutDown) return 'unfenced';
    return hasLeaderships ? 'controlled-shutdown' : 'shutdown-now';
  }

  #transition(broker: BrokerRegistration, next: ControlState): readonly MetadataRecord[] {
    const { replication } = this.#options;
    switch (next) {
      case 'fenced':
      case 'shutdown-now':
        return broker.fenced ? [] : this.#fence(broker);
      case 'unfenced':
        if (!broker.fenced) return [];
        return [registrationChange(broker, -1, 0), ...replication.brokerUnfenced(broker.brokerId)];
      case 'controlled-shutdown':
        if (broker.inControlledShutdown) return [];
        return [registrationChange(broker, 0, 1), ...replication.brokerGone(broker.brokerId)];
      default: {
        const unknown: never = next;
        throw new Error(`unknown state ${unknown}`);
      }
    }
  }

  #fence(broker: BrokerRegistration): readonly MetadataRecord[] {
    return [...this.#options.replication.brokerGone(broker.brokerId), registrationChange(broker, 1, 0)];
  }
}

const registrationChange = (
  { brokerId, brokerEpoch }: BrokerRegistration,
  fenced: -1 | 0 | 1,
  inControlledShutdown: 0 | 1,
): BrokerRegistrationChangeRecord =>
  metadataRecord('BrokerRegistrationChangeRecord', { brokerId, brokerEpoch, fenced, inControlledShutdown });

const registrationRefused = (errorCode: ErrorName): Decision<BrokerRegistrationResponse> => ({
  records: [],
  response: { throttleTimeMs: 0, errorCode, brokerEpoch: -1 },
});

const heartbeatRefused = (errorCode: ErrorName): Decision<BrokerHeartbeatResponse> => ({
  records: [],
  response: { throttleTimeMs: 0, errorCode, isCaughtUp: false, isFenced: true, shouldShutDown: false },
});
