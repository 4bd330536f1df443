import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, bytes, errorCode, int32, string } from '../schema/field.js';

/**
 * JoinGroup (key 11), to the coordinator of the group: becomes a member, or takes part in a rebalance.
 *
 * Versions: 1 rebalance timeout · 2 throttle time · 4 a new member gets its id first and joins again with it (KIP-394) · 5 static
 * members (KIP-345) · 6 flexible · 7 protocol type in the answer (KIP-559) · 8 reason (KIP-800) · 9 `skipAssignment` (KIP-814).
 */
export const joinGroupApi = api({
  key: 11,
  name: 'JoinGroup',
  validVersions: '0-9',
  flexibleVersions: '6+',
  listeners: ['broker'],
  request: {
    groupId: string('0+'),
    sessionTimeoutMs: int32('0+'),
    rebalanceTimeoutMs: int32('1+', { default: -1, ignorable: true }),
    memberId: string('0+'),
    groupInstanceId: string('5+', { nullableVersions: '5+', default: null }),
    protocolType: string('0+'),
    protocols: array('0+', { name: string('0+', { mapKey: true }), metadata: bytes('0+') }),
    reason: string('8+', { nullableVersions: '8+', default: null, ignorable: true }),
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    errorCode: errorCode('0+'),
    generationId: int32('0+', { default: -1 }),
    protocolType: string('7+', { nullableVersions: '7+', default: null, ignorable: true }),
    protocolName: string('0+', { nullableVersions: '7+' }),
    leader: string('0+'),
    skipAssignment: bool('9+'),
    memberId: string('0+', { echoes: 'memberId' }),
    members: array('0+', {
      memberId: string('0+'),
      groupInstanceId: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
      metadata: bytes('0+'),
    }),
  },
});

export type JoinGroupRequest = RequestOf<typeof joinGroupApi>;
export type JoinGroupResponse = ResponseOf<typeof joinGroupApi>;
