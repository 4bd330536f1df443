import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { ELEMENT } from '../schema/error-response.js';
import { array, errorCode, int32, string } from '../schema/field.js';

/**
 * DeleteGroups (key 42), to the coordinator of the groups. Only an empty group is deleted, together with its offsets.
 *
 * Versions: 2 flexible.
 */
export const deleteGroupsApi = api({
  key: 42,
  name: 'DeleteGroups',
  validVersions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker'],
  request: { groupsNames: array('0+', 'string') },
  response: {
    throttleTimeMs: int32('0+'),
    results: array(
      '0+',
      { groupId: string('0+', { mapKey: true, echoes: ELEMENT }), errorCode: errorCode('0+') },
      { echoes: 'groupsNames' },
    ),
  },
});

export type DeleteGroupsRequest = RequestOf<typeof deleteGroupsApi>;
export type DeleteGroupsResponse = ResponseOf<typeof deleteGroupsApi>;
