/**
 * The group APIs that the coordinator answers by itself (kafka.server.KafkaApis): what is left here are the
 * differences between the versions of a request.
 */
import type { GroupRequestContext } from '../groups/group-coordinator.js';
import { syncError } from '../groups/group-membership.js';
import type { JoinGroupRequest, JoinGroupResponse } from '../protocol/apis/11-join-group.js';
import type { HeartbeatRequest, HeartbeatResponse } from '../protocol/apis/12-heartbeat.js';
import type { LeaveGroupRequest, LeaveGroupResponse } from '../protocol/apis/13-leave-group.js';
import type { SyncGroupRequest, SyncGroupResponse } from '../protocol/apis/14-sync-group.js';
import type { DescribeGroupsRequest, DescribeGroupsResponse } from '../protocol/apis/15-describe-groups.js';
import type { ListGroupsRequest, ListGroupsResponse } from '../protocol/apis/16-list-groups.js';
import type { DeleteGroupsRequest, DeleteGroupsResponse } from '../protocol/apis/42-delete-groups.js';
import {
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
  offsetDeleteApi,
} from '../protocol/apis/47-offset-delete.js';
import { GROUP_OPERATIONS } from '../protocol/authorized-operations.js';
import type { RequestContext } from '../protocol/rpc-server.js';
import type { BrokerServices } from './broker-services.js';
import { mergedByTopic } from './merged-by-topic.js';

/** From this version on the answer may have no protocol name. */
const NULLABLE_PROTOCOL = 7;
/** From this version on a SyncGroup must name the protocol (KIP-559). */
const NAMES_PROTOCOL = 5;
/** From this version on several members leave at once. */
const LEAVE_SEVERAL = 3;

/** The host of the client as Java shows an address without a name. */
const contextOf = ({ apiVersion, clientId, peer }: RequestContext): GroupRequestContext => ({
  apiVersion,
  clientId,
  clientHost: `/${peer.host}`,
});

export function handleJoinGroup(
  { groups }: BrokerServices,
  request: JoinGroupRequest,
  respond: (response: JoinGroupResponse) => void,
  context: RequestContext,
): void {
  groups.join(request, contextOf(context), (response) =>
    respond(
      context.apiVersion >= NULLABLE_PROTOCOL
        ? response
        : { ...response, protocolName: response.protocolName ?? '' },
    ),
  );
}

export function handleSyncGroup(
  { groups }: BrokerServices,
  request: SyncGroupRequest,
  respond: (response: SyncGroupResponse) => void,
  { apiVersion }: RequestContext,
): void {
  const isComplete = request.protocolType !== null && request.protocolName !== null;
  if (apiVersion >= NAMES_PROTOCOL && !isComplete) respond(syncError('INCONSISTENT_GROUP_PROTOCOL'));
  else groups.sync(request, respond);
}

export function handleHeartbeat(
  { groups }: BrokerServices,
  request: HeartbeatRequest,
  respond: (response: HeartbeatResponse) => void,
): void {
  groups.heartbeat(request, (errorCode) => respond({ throttleTimeMs: 0, errorCode }));
}

export function handleLeaveGroup(
  { groups }: BrokerServices,
  request: LeaveGroupRequest,
  respond: (response: LeaveGroupResponse) => void,
  { apiVersion }: RequestContext,
): void {
  const isSingle = apiVersion < LEAVE_SEVERAL;
  const single = { memberId: request.memberId, groupInstanceId: null, reason: null };
  const asked = isSingle ? { ...request, members: [single] } : request;
  groups.leave(asked, (members, error) => {
    const errorCode = isSingle && error === 'NONE' ? (members[0]?.errorCode ?? 'NONE') : error;
    respond({ throttleTimeMs: 0, errorCode, members: isSingle ? [] : members });
  });
}

export function handleDescribeGroups(
  { groups }: BrokerServices,
  request: DescribeGroupsRequest,
  apiVersion: number,
): DescribeGroupsResponse {
  const described = request.groups.map((groupId) => groups.describe(groupId, apiVersion));
  if (!request.includeAuthorizedOperations) return { throttleTimeMs: 0, groups: described };
  const authorizedOperations = GROUP_OPERATIONS;
  return {
    throttleTimeMs: 0,
    groups: described.map((group) =>
      group.errorCode === 'NONE' ? { ...group, authorizedOperations } : group,
    ),
  };
}

export function handleListGroups({ groups }: BrokerServices, request: ListGroupsRequest): ListGroupsResponse {
  return { throttleTimeMs: 0, ...groups.list(request) };
}

export function handleDeleteGroups(
  { groups }: BrokerServices,
  request: DeleteGroupsRequest,
  respond: (response: DeleteGroupsResponse) => void,
): void {
  const groupIds = [...new Set(request.groupsNames)];
  const results = new Array<DeleteGroupsResponse['results'][number]>(groupIds.length);
  let missing = groupIds.length;
  if (missing === 0) respond({ throttleTimeMs: 0, results: [] });
  for (const [index, groupId] of groupIds.entries()) {
    groups.deleteGroup(groupId, (errorCode) => {
      results[index] = { groupId, errorCode };
      missing -= 1;
      if (missing === 0) respond({ throttleTimeMs: 0, results });
    });
  }
}

export function handleOffsetDelete(
  { groups, lifecycle }: BrokerServices,
  request: OffsetDeleteRequest,
  respond: (response: OffsetDeleteResponse) => void,
): void {
  const { defaults } = offsetDeleteApi.response;
  const isKnown = (topic: string, index: number) => lifecycle.image.partition(topic, index) !== undefined;
  const errorCode = 'UNKNOWN_TOPIC_OR_PARTITION';
  const refused = request.topics.flatMap(({ name, partitions }) => {
    const missing = partitions.filter(({ partitionIndex }) => !isKnown(name, partitionIndex));
    const answers = missing.map(({ partitionIndex }) => ({ partitionIndex, errorCode }) as const);
    return missing.length === 0 ? [] : [{ name, partitions: answers }];
  });
  const known = request.topics.flatMap(({ name, partitions }) => {
    const present = partitions.filter(({ partitionIndex }) => isKnown(name, partitionIndex));
    return present.length === 0 ? [] : [{ name, partitions: present }];
  });
  groups.deleteOffsets({ ...request, topics: known }, (topics, error) => {
    respond({
      ...defaults,
      errorCode: error,
      topics: error === 'NONE' ? mergedByTopic(refused, topics, ({ name }) => name) : [],
    });
  });
}
