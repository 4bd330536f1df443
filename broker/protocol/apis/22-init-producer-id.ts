import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { bool, errorCode, int16, int32, int64, string } from '../schema/field.js';

/**
 * InitProducerId (key 22), at any broker for an idempotent producer.
 *
 * Versions: 2 flexible · 3 the id and epoch held so far (KIP-360) · 4 PRODUCER_FENCED · 5 TRANSACTION_ABORTABLE (KIP-890) ·
 * 6 two-phase commit (KIP-939), unstable: not offered.
 * Not served yet: transactional ids.
 */
export const initProducerIdApi = api({
  key: 22,
  name: 'InitProducerId',
  validVersions: '0-6',
  flexibleVersions: '2+',
  latestVersionUnstable: true,
  listeners: ['broker'],
  request: {
    transactionalId: string('0+', { nullableVersions: '0+' }),
    transactionTimeoutMs: int32('0+'),
    producerId: int64('3+', { default: -1 }),
    producerEpoch: int16('3+', { default: -1 }),
    enable2Pc: bool('6+'),
    keepPreparedTxn: bool('6+'),
  },
  response: {
    throttleTimeMs: int32('0+', { ignorable: true }),
    errorCode: errorCode('0+'),
    producerId: int64('0+', { default: -1, onError: -1 }),
    producerEpoch: int16('0+', { onError: -1 }),
    ongoingTxnProducerId: int64('6+', { default: -1 }),
    ongoingTxnProducerEpoch: int16('6+', { default: -1 }),
  },
});

export type InitProducerIdRequest = RequestOf<typeof initProducerIdApi>;
export type InitProducerIdResponse = ResponseOf<typeof initProducerIdApi>;
