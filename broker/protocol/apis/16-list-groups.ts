import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, string } from '../schema/field.js';

/**
 * ListGroups (key 16), to every broker: the groups that it coordinates.
 *
 * Versions: 1 throttle time · 3 flexible · 4 by state (KIP-518) · 5 by type (KIP-848).
 */
export const listGroupsApi = api({
  key: 16,
  name: 'ListGroups',
  validVersions: '0-5',
  flexibleVersions: '3+',
  listeners: ['broker'],
  request: { statesFilter: array('4+', 'string'), typesFilter: array('5+', 'string') },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: errorCode('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      protocolType: string('0+'),
      groupState: string('4+', { ignorable: true }),
      groupType: string('5+', { ignorable: true }),
    }),
  },
});

export type ListGroupsRequest = RequestOf<typeof listGroupsApi>;
export type ListGroupsResponse = ResponseOf<typeof listGroupsApi>;
