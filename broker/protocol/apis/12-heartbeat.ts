import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { errorCode, int32, string } from '../schema/field.js';

/**
 * Heartbeat (key 12), to the coordinator of the group: keeps a member of a classic group alive, and informs it of a rebalance.
 *
 * Versions: 1 throttle time · 3 static members (KIP-345) · 4 flexible.
 */
export const heartbeatApi = api({
  key: 12,
  name: 'Heartbeat',
  validVersions: '0-4',
  flexibleVersions: '4+',
  listeners: ['broker'],
  request: {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullableVersions: '3+', default: null }),
  },
  response: { throttleTimeMs: int32('1+', { ignorable: true }), errorCode: errorCode('0+') },
});

export type HeartbeatRequest = RequestOf<typeof heartbeatApi>;
export type HeartbeatResponse = ResponseOf<typeof heartbeatApi>;
