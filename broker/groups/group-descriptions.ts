/** Answers DescribeGroups and ListGroups (org.apache.kafka.coordinator.group.GroupMetadataManager). */
import type { DescribeGroupsResponse } from '../protocol/apis/15-describe-groups.js';
import type { ListGroupsRequest, ListGroupsResponse } from '../protocol/apis/16-list-groups.js';
import { NO_OPERATIONS } from '../protocol/authorized-operations.js';
import type { ErrorName } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import type { GroupShard } from './group-shard.js';

export type DescribedGroup = DescribeGroupsResponse['groups'][number];
type ListedGroup = ListGroupsResponse['groups'][number];

/** The type as Kafka 4.3 writes it. */
const CLASSIC = 'classic';

/** A group that cannot be described. Before version 6 an unknown group is a dead one, without an error (KIP-1043). */
export function undescribed(groupId: string, errorCode: ErrorName, apiVersion: number): DescribedGroup {
  const isUnknown = errorCode === 'GROUP_ID_NOT_FOUND';
  return {
    groupId,
    errorCode: isUnknown && apiVersion < 6 ? 'NONE' : errorCode,
    errorMessage: isUnknown && apiVersion >= 6 ? `Group ${groupId} not found.` : null,
    groupState: isUnknown ? 'Dead' : '',
    protocolType: '',
    protocolData: '',
    members: [],
    authorizedOperations: NO_OPERATIONS,
  };
}

export function describeGroup(shard: GroupShard, groupId: string, apiVersion: number): DescribedGroup {
  const group = shard.committedGroup(groupId);
  if (group === null) return undescribed(groupId, 'GROUP_ID_NOT_FOUND', apiVersion);
  const isStable = group.state === 'Stable';
  const members = Array.from(group.members.values(), (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    memberMetadata: isStable ? member.metadata(group.protocolName) : new Uint8Array(0),
    memberAssignment: member.assignment,
  }));
  return {
    groupId,
    errorCode: 'NONE',
    errorMessage: null,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members,
    authorizedOperations: NO_OPERATIONS,
  };
}

/** The filters are not case-sensitive; an empty one permits everything. */
export function listGroups(
  shard: GroupShard,
  { statesFilter, typesFilter }: ListGroupsRequest,
): readonly ListedGroup[] {
  const states = new Set(statesFilter.map((state) => state.trim().toLowerCase()));
  const types = new Set(typesFilter.map((type) => type.trim().toLowerCase()));
  const isWanted = ({ groupId, state }: ClassicGroup): boolean =>
    shard.committedGroup(groupId) !== null && (states.size === 0 || states.has(state.toLowerCase()));
  if (types.size > 0 && !types.has(CLASSIC)) return [];
  return Array.from(shard.groups.values())
    .filter(isWanted)
    .map(({ groupId, protocolType, state }) => ({
      groupId,
      protocolType: protocolType ?? '',
      groupState: state,
      groupType: CLASSIC,
    }));
}

/** NONE, or the reason why the group is not deleted. */
export function validateDeletion(shard: GroupShard, groupId: string): ErrorName {
  const group = shard.groups.get(groupId);
  if (group === undefined || group.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
  return group.state === 'Empty' ? 'NONE' : 'NON_EMPTY_GROUP';
}
