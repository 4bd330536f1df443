import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bytes, errorCode, int32, string } from '../schema/field.js';

/**
 * SyncGroup (key 14), to the coordinator of the group: the leader brings the assignment, every member fetches its part.
 *
 * Versions: 1 throttle time · 3 static members (KIP-345) · 4 flexible · 5 protocol type and name, which must be those of the group
 * (KIP-559).
 */
export const syncGroupApi = api({
  key: 14,
  name: 'SyncGroup',
  validVersions: '0-5',
  flexibleVersions: '4+',
  listeners: ['broker'],
  request: {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullableVersions: '3+', default: null }),
    protocolType: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
    protocolName: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
    assignments: array('0+', { memberId: string('0+'), assignment: bytes('0+') }),
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: errorCode('0+'),
    protocolType: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
    protocolName: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
    assignment: bytes('0+'),
  },
});

export type SyncGroupRequest = RequestOf<typeof syncGroupApi>;
export type SyncGroupResponse = ResponseOf<typeof syncGroupApi>;
