import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { errorCode, int32, int64 } from '../schema/field.js';

/** AllocateProducerIds (key 67; KIP-730): a broker requests a block of producer ids from the controller. */
export const allocateProducerIdsApi = api({
  key: 67,
  name: 'AllocateProducerIds',
  validVersions: '0',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: { brokerId: int32('0+'), brokerEpoch: int64('0+', { default: -1 }) },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('0+'),
    producerIdStart: int64('0+', { onError: -1 }),
    producerIdLen: int32('0+'),
  },
});

export type AllocateProducerIdsRequest = RequestOf<typeof allocateProducerIdsApi>;
export type AllocateProducerIdsResponse = ResponseOf<typeof allocateProducerIdsApi>;
