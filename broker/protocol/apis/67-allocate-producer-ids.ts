import type { ErrorName } from '../errors.js';

/** AllocateProducerIds (key 67; KIP-730): a broker takes a block of producer ids from the controller. */
export interface AllocateProducerIdsRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
}

export interface AllocateProducerIdsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: ErrorName;
  readonly producerIdStart: number;
  readonly producerIdLen: number;
}
