import type { ErrorName } from '../errors.js';

/** InitProducerId (key 22), at any broker for an idempotent producer. Not here yet: transactional ids. */
export interface InitProducerIdRequest {
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** KIP-360: the id and epoch held so far, −1 at first. */
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface InitProducerIdResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: ErrorName;
  readonly producerId: number;
  readonly producerEpoch: number;
}
