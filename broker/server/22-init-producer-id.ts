/**
 * InitProducerId (key 22; KIP-98, KIP-360). Without a transactional id any broker returns a new producer id with
 * epoch 0, even if the client had an id before. A producer id and its epoch come together, or neither does. Not
 * implemented: transactional ids.
 */
import type { InitProducerIdRequest, InitProducerIdResponse } from '../protocol/apis/22-init-producer-id.js';
import { initProducerIdApi } from '../protocol/apis/22-init-producer-id.js';
import type { BrokerServices } from './broker-services.js';

export function handleInitProducerId(
  services: BrokerServices,
  request: InitProducerIdRequest,
  respond: (response: InitProducerIdResponse) => void,
): void {
  const hasId = request.producerId !== -1;
  const hasEpoch = request.producerEpoch !== -1;
  if (request.transactionalId !== null || hasId !== hasEpoch) {
    respond(initProducerIdApi.errorResponse(request, 'INVALID_REQUEST'));
    return;
  }
  services.producerIds.next((producerId) => {
    respond({ ...initProducerIdApi.response.defaults, producerId });
  });
}
