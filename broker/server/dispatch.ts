/**
 * The handler of each API (kafka.server.KafkaApis#handle). Administrative requests are forwarded to the controller
 * (KIP-590). Requests that brokers send to the controller are refused.
 */

import { apiVersionsResponse } from '../protocol/api-versions-response.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import type { ApiName, RequestFrame } from '../protocol/frame.js';
import type { Reply, RequestContext, RpcHandler } from '../protocol/rpc-server.js';
import { handleProduce } from './00-produce.js';
import { handleFetch } from './01-fetch.js';
import { handleListOffsets } from './02-list-offsets.js';
import { handleMetadata } from './03-metadata.js';
import { handleInitProducerId } from './22-init-producer-id.js';
import { handleOffsetForLeaderEpoch } from './23-offset-for-leader-epoch.js';
import type { BrokerServices } from './broker-services.js';

type Respond<A extends ApiName> = (body: ResponseBodies[A]) => void;
type Handler<A extends ApiName> = (
  services: BrokerServices,
  body: RequestBodies[A],
  respond: Respond<A>,
  reply: Reply,
  context: RequestContext,
) => void;

/** The answer to requests that only a controller accepts. */
const errorCode = 'NOT_CONTROLLER';

const handlers: { readonly [A in ApiName]: Handler<A> } = {
  Produce: (services, body, _respond, reply) => handleProduce(services, body, reply),
  Fetch: handleFetch,
  ListOffsets: (services, body, respond) => respond(handleListOffsets(services, body)),
  Metadata: (services, body, respond) => respond(handleMetadata(services, body)),
  InitProducerId: handleInitProducerId,
  OffsetForLeaderEpoch: (services, body, respond) => respond(handleOffsetForLeaderEpoch(services, body)),
  CreateTopics: (services, body, respond) =>
    services.lifecycle.sendToController('CreateTopics', body, respond),
  CreatePartitions: (services, body, respond) =>
    services.lifecycle.sendToController('CreatePartitions', body, respond),
  ElectLeaders: (services, body, respond) =>
    services.lifecycle.sendToController('ElectLeaders', body, respond),
  IncrementalAlterConfigs: (services, body, respond) =>
    services.lifecycle.sendToController('IncrementalAlterConfigs', body, respond),
  AlterPartition: (_services, body, respond) =>
    respond(apiSchemas.AlterPartition.errorResponse(body, errorCode)),
  BrokerRegistration: (_services, body, respond) =>
    respond(apiSchemas.BrokerRegistration.errorResponse(body, errorCode)),
  BrokerHeartbeat: (_services, body, respond) =>
    respond(apiSchemas.BrokerHeartbeat.errorResponse(body, errorCode)),
  AllocateProducerIds: (_services, body, respond) =>
    respond(apiSchemas.AllocateProducerIds.errorResponse(body, errorCode)),
  ApiVersions: (_services, _body, respond) => respond(offered),
  MetadataLogFetch: (_services, _body, respond) =>
    respond({ errorCode, leaderId: -1, leaderEpoch: -1, highWatermark: -1, batches: [] }),
};

const offered = apiVersionsResponse('broker', new Set(Object.keys(handlers)), 'NONE');

export function dispatchTo(services: BrokerServices): RpcHandler {
  return (request, reply, context) => dispatch(services, request, reply, context);
}

function dispatch<A extends ApiName>(
  services: BrokerServices,
  request: RequestFrame<A>,
  reply: Reply,
  context: RequestContext,
): void {
  const handler: Handler<A> = handlers[request.apiName];
  handler(services, request.body, reply.respond.bind(reply), reply, context);
}
