import type { ErrorName } from '../errors.js';

/** BrokerRegistration (key 62; KIP-631): answered with a broker epoch that names this incarnation. */
export interface BrokerRegistrationRequest {
  readonly brokerId: number;
  readonly clusterId: string;
  /** Unique to one start of the process. */
  readonly incarnationId: string;
  readonly listeners: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  readonly rack: string | null;
  readonly logDirs: readonly string[];
  /** KIP-966: the epoch of the last clean shutdown on this disk, −1 after an unclean one. */
  readonly previousBrokerEpoch: number;
}

export interface BrokerRegistrationResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: ErrorName;
  readonly brokerEpoch: number;
}
