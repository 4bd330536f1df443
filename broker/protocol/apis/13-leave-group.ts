import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, string } from '../schema/field.js';

/**
 * LeaveGroup (key 13), to the coordinator of the group.
 *
 * Versions: 1 throttle time · 3 several members at once, static ones by their instance id (KIP-345) · 4 flexible · 5 reason (KIP-800).
 */
export const leaveGroupApi = api({
  key: 13,
  name: 'LeaveGroup',
  validVersions: '0-5',
  flexibleVersions: '4+',
  listeners: ['broker'],
  request: {
    groupId: string('0+'),
    memberId: string('0-2'),
    members: array('3+', {
      memberId: string('3+'),
      groupInstanceId: string('3+', { nullableVersions: '3+', default: null }),
      reason: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
    }),
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: errorCode('0+'),
    members: array('3+', {
      memberId: string('3+'),
      groupInstanceId: string('3+', { nullableVersions: '3+' }),
      errorCode: errorCode('3+'),
    }),
  },
});

export type LeaveGroupRequest = RequestOf<typeof leaveGroupApi>;
export type LeaveGroupResponse = ResponseOf<typeof leaveGroupApi>;
