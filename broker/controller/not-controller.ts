/** The answers of a voter that does not lead. The sender then looks for the leader and sends its request again. */
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import type { ControllerApi } from './active-controller.js';

type Answers = { readonly [A in ControllerApi]: (body: RequestBodies[A]) => ResponseBodies[A] };

const answers: Answers = {
  CreateTopics: (body) => apiSchemas.CreateTopics.errorResponse(body, 'NOT_CONTROLLER'),
  CreatePartitions: (body) => apiSchemas.CreatePartitions.errorResponse(body, 'NOT_CONTROLLER'),
  ElectLeaders: (body) => apiSchemas.ElectLeaders.errorResponse(body, 'NOT_CONTROLLER'),
  IncrementalAlterConfigs: (body) => apiSchemas.IncrementalAlterConfigs.errorResponse(body, 'NOT_CONTROLLER'),
  AlterPartition: (body) => apiSchemas.AlterPartition.errorResponse(body, 'NOT_CONTROLLER'),
  BrokerRegistration: (body) => apiSchemas.BrokerRegistration.errorResponse(body, 'NOT_CONTROLLER'),
  BrokerHeartbeat: (body) => apiSchemas.BrokerHeartbeat.errorResponse(body, 'NOT_CONTROLLER'),
  AllocateProducerIds: (body) => apiSchemas.AllocateProducerIds.errorResponse(body, 'NOT_CONTROLLER'),
};

export function notController<A extends ControllerApi>(
  apiName: A,
  body: RequestBodies[A],
): ResponseBodies[A] {
  return answers[apiName](body);
}
