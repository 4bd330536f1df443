/**
 * InitProducerId (key 22; KIP-98, KIP-360): without a transactional id any broker hands out a new id with epoch 0, whatever
 * the client held before. Not here yet: transactional ids.
 */
import type { InitProducerIdRequest, InitProducerIdResponse } from '../protocol/apis/22-init-producer-id.js';
import { initProducerIdApi } from '../protocol/apis/22-init-producer-id.js';
import type { BrokerServices } from './broker-services.js';

export function handleInitProducerId(
  services: BrokerServices,
  request: InitProducerIdRequest,
  respond: (response: InitProducerIdResponse) => void,
): void {
  if (request.transactionalId !== null) {
    respond(initProducerIdApi.errorResponse(request, 'INVALID_REQUEST'));
    return;
  }
  services.producerIds.next((producerId) => {
    respond({ ...initProducerIdApi.response.defaults, producerId });
  });
}
