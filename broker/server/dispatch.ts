/**
 * The handler of each API (kafka.server.KafkaApis#handle). Administrative requests are forwarded to the controller
 * (KIP-590). As in Kafka, a request of an API that only a controller serves ends its connection.
 */

import { apiVersionsResponse, offeredApis } from '../protocol/api-versions-response.js';
import { asVersion6 } from '../protocol/apis/20-delete-topics.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName, RequestFrame } from '../protocol/frame.js';
import type { Reply, RequestContext, RpcHandler } from '../protocol/rpc-server.js';
import { handleProduce } from './00-produce.js';
import { handleFetch } from './01-fetch.js';
import { handleListOffsets } from './02-list-offsets.js';
import { handleMetadata } from './03-metadata.js';
import { handleOffsetCommit } from './08-offset-commit.js';
import { handleOffsetFetch } from './09-offset-fetch.js';
import { handleFindCoordinator } from './10-find-coordinator.js';
import { NO_AUTHENTICATION, NO_HANDSHAKE } from './17-36-sasl.js';
import { handleDeleteRecords } from './21-delete-records.js';
import { handleInitProducerId } from './22-init-producer-id.js';
import { handleOffsetForLeaderEpoch } from './23-offset-for-leader-epoch.js';
import { handleDescribeConfigs } from './32-describe-configs.js';
import { handleAlterConfigs, handleIncrementalAlterConfigs } from './33-44-alter-configs.js';
import { handleDescribeLogDirs } from './35-describe-log-dirs.js';
import { handleDescribeCluster } from './60-describe-cluster.js';
import { handleDescribeProducers } from './61-describe-producers.js';
import { handleDescribeTopicPartitions } from './75-describe-topic-partitions.js';
import type { BrokerServices } from './broker-services.js';
import type { ForwardedApi } from './forwarder.js';
import * as groups from './group-handlers.js';

type Respond<A extends ApiName> = (body: ResponseBodies[A]) => void;
type Handler<A extends ApiName> = (
  services: BrokerServices,
  body: RequestBodies[A],
  respond: Respond<A>,
  reply: Reply,
  context: RequestContext,
) => void;

/** A handler that answers at once. */
const answer =
  <A extends ApiName>(
    handle: (services: BrokerServices, body: RequestBodies[A], version: number) => ResponseBodies[A],
  ): Handler<A> =>
  (services, body, respond, _reply, { apiVersion }) =>
    respond(handle(services, body, apiVersion));

const forward =
  <A extends ForwardedApi>(apiName: A): Handler<A> =>
  (services, body, respond, _reply, { apiVersion }) =>
    services.lifecycle.forwarder.forward(apiName, body, apiVersion, respond);

/** An API that the listeners of brokers do not have. */
const refuse = (_services: BrokerServices, _body: object, _respond: unknown, reply: Reply): void =>
  reply.close();

const handlers: { readonly [A in ApiName]: Handler<A> } = {
  Produce: (services, body, _respond, reply, context) => handleProduce(services, body, reply, context),
  Fetch: handleFetch,
  ListOffsets: handleListOffsets,
  Metadata: answer(handleMetadata),
  SaslHandshake: answer(() => NO_HANDSHAKE),
  ApiVersions: answer(({ lifecycle }, body, version) =>
    apiVersionsResponse(offered, body, version, lifecycle.image.endOffset - 1),
  ),
  CreateTopics: forward('CreateTopics'),
  OffsetCommit: (services, body, respond, _reply, context) =>
    handleOffsetCommit(services, body, respond, context),
  OffsetFetch: (services, body, respond, _reply, context) =>
    handleOffsetFetch(services, body, respond, context),
  FindCoordinator: answer(handleFindCoordinator),
  JoinGroup: (services, body, respond, _reply, context) =>
    groups.handleJoinGroup(services, body, respond, context),
  SyncGroup: (services, body, respond, _reply, context) =>
    groups.handleSyncGroup(services, body, respond, context),
  Heartbeat: groups.handleHeartbeat,
  LeaveGroup: (services, body, respond, _reply, context) =>
    groups.handleLeaveGroup(services, body, respond, context),
  DescribeGroups: answer(groups.handleDescribeGroups),
  ListGroups: answer(groups.handleListGroups),
  DeleteGroups: groups.handleDeleteGroups,
  OffsetDelete: groups.handleOffsetDelete,
  InitProducerId: handleInitProducerId,
  OffsetForLeaderEpoch: answer(handleOffsetForLeaderEpoch),
  DescribeConfigs: answer(handleDescribeConfigs),
  AlterConfigs: (services, body, respond, _reply, { apiVersion }) =>
    handleAlterConfigs(services, body, apiVersion, respond),
  DescribeLogDirs: answer(handleDescribeLogDirs),
  SaslAuthenticate: answer(() => NO_AUTHENTICATION),
  CreatePartitions: forward('CreatePartitions'),
  DeleteTopics: (services, body, respond, _reply, { apiVersion }) =>
    services.lifecycle.forwarder.forward('DeleteTopics', asVersion6(body), apiVersion, respond),
  DeleteRecords: handleDeleteRecords,
  ElectLeaders: forward('ElectLeaders'),
  IncrementalAlterConfigs: (services, body, respond, _reply, { apiVersion }) =>
    handleIncrementalAlterConfigs(services, body, apiVersion, respond),
  DescribeQuorum: forward('DescribeQuorum'),
  AlterPartition: refuse,
  DescribeCluster: answer(handleDescribeCluster),
  DescribeProducers: answer(handleDescribeProducers),
  BrokerRegistration: refuse,
  BrokerHeartbeat: refuse,
  AllocateProducerIds: refuse,
  DescribeTopicPartitions: answer(handleDescribeTopicPartitions),
};

const offered = offeredApis('broker', new Set(Object.keys(handlers)));

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
