/**
 * FindCoordinator (key 10; kafka.server.KafkaApis#handleFindCoordinatorRequest): the leader of the partition of
 * `__consumer_offsets` that holds the group, from this broker's own image. The first request creates the topic. Not
 * implemented: transactions and share groups.
 */
import { OFFSETS_TOPIC } from '../groups/group-partition.js';
import type {
  FindCoordinatorRequest,
  FindCoordinatorResponse,
} from '../protocol/apis/10-find-coordinator.js';
import { findCoordinatorApi } from '../protocol/apis/10-find-coordinator.js';
import type { ErrorName } from '../protocol/errors.js';
import type { BrokerServices } from './broker-services.js';

type Found = FindCoordinatorResponse['coordinators'][number];

const GROUP = 0;
/** Kafka's words for INVALID_REQUEST. */
const MALFORMED =
  'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.';
/** From this version on a request asks for several coordinators at once. */
const BATCHED = 4;

export function handleFindCoordinator(
  services: BrokerServices,
  request: FindCoordinatorRequest,
  apiVersion: number,
): FindCoordinatorResponse {
  const { defaults } = findCoordinatorApi.response;
  const find = (key: string): Found =>
    request.keyType === GROUP
      ? findGroup(services, key)
      : { ...unknown(key, 'INVALID_REQUEST'), errorMessage: MALFORMED };
  if (apiVersion >= BATCHED) return { ...defaults, coordinators: request.coordinatorKeys.map(find) };
  const { errorCode, errorMessage, nodeId, host, port } = find(request.key);
  // Kafka's text for "no error" is the name of the code.
  return { ...defaults, errorCode, errorMessage: errorMessage || errorCode, nodeId, host, port };
}

function findGroup({ lifecycle, groups, offsetsTopic }: BrokerServices, groupId: string): Found {
  const { image } = lifecycle;
  const topic = image.topics.get(OFFSETS_TOPIC);
  if (topic === undefined) {
    offsetsTopic.create();
    return unknown(groupId, 'COORDINATOR_NOT_AVAILABLE');
  }
  const leaderId = topic.partitions[groups.partitionOf(groupId)]?.leader ?? -1;
  const leader = image.brokers.get(leaderId);
  if (leader === undefined || leader.fenced) return unknown(groupId, 'COORDINATOR_NOT_AVAILABLE');
  const { brokerId: nodeId, host, port } = leader;
  return { key: groupId, nodeId, host, port, errorCode: 'NONE', errorMessage: '' };
}

const unknown = (key: string, errorCode: ErrorName): Found => ({
  key,
  nodeId: -1,
  host: '',
  port: -1,
  errorCode,
  errorMessage: '',
});
