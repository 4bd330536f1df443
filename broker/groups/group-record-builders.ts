/** The records that the coordinator appends (org.apache.kafka.coordinator.group.GroupCoordinatorRecordHelpers). */
import type { GroupRecord } from '../protocol/group-records.js';
import type { ClassicGroup } from './classic-group.js';

/** Assignment by member id. */
export type GroupAssignment = ReadonlyMap<string, Uint8Array>;

const NO_BYTES = new Uint8Array(0);

export function groupMetadataRecord(group: ClassicGroup, assignment: GroupAssignment): GroupRecord {
  const members = Array.from(group.members.values(), (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeout: member.rebalanceTimeoutMs,
    sessionTimeout: member.sessionTimeoutMs,
    subscription: member.metadata(group.protocolName),
    assignment: assignment.get(member.memberId) ?? NO_BYTES,
  }));
  return {
    type: 'GroupMetadata',
    key: { group: group.groupId },
    value: {
      protocolType: group.protocolType ?? '',
      generation: group.generationId,
      protocol: group.protocolName,
      leader: group.leaderId,
      currentStateTimestamp: group.stateTimestamp,
      members,
    },
  };
}

/** A group that has no generation yet. */
export function emptyGroupRecord(group: ClassicGroup): GroupRecord {
  return {
    type: 'GroupMetadata',
    key: { group: group.groupId },
    value: {
      protocolType: '',
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp: group.stateTimestamp,
      members: [],
    },
  };
}

export const groupTombstone = (group: string): GroupRecord => ({
  type: 'GroupMetadata',
  key: { group },
  value: null,
});

export const offsetTombstone = (group: string, topic: string, partition: number): GroupRecord => ({
  type: 'OffsetCommit',
  key: { group, topic, partition },
  value: null,
});
