import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { ELEMENT } from '../schema/error-response.js';
import { array, bool, bytes, errorCode, int32, string } from '../schema/field.js';

/**
 * DescribeGroups (key 15), to the coordinator of the groups.
 *
 * Versions: 1 throttle time · 3 authorized operations (KIP-430) · 4 static members · 5 flexible · 6 GROUP_ID_NOT_FOUND with a message
 * (KIP-1043).
 */
export const describeGroupsApi = api({
  key: 15,
  name: 'DescribeGroups',
  validVersions: '0-6',
  flexibleVersions: '5+',
  listeners: ['broker'],
  request: { groups: array('0+', 'string'), includeAuthorizedOperations: bool('3+') },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    groups: array(
      '0+',
      {
        errorCode: errorCode('0+'),
        errorMessage: string('6+', { nullableVersions: '6+', default: null }),
        groupId: string('0+', { echoes: ELEMENT }),
        groupState: string('0+'),
        protocolType: string('0+'),
        protocolData: string('0+'),
        members: array('0+', {
          memberId: string('0+'),
          groupInstanceId: string('4+', { nullableVersions: '4+', default: null, ignorable: true }),
          clientId: string('0+'),
          clientHost: string('0+'),
          memberMetadata: bytes('0+'),
          memberAssignment: bytes('0+'),
        }),
        authorizedOperations: int32('3+', { default: -2147483648 }),
      },
      { echoes: 'groups' },
    ),
  },
});

export type DescribeGroupsRequest = RequestOf<typeof describeGroupsApi>;
export type DescribeGroupsResponse = ResponseOf<typeof describeGroupsApi>;
