import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, string } from '../schema/field.js';

/**
 * OffsetDelete (key 47; KIP-496), to the coordinator of the group: forgets committed offsets of topics that no member subscribes to.
 */
export const offsetDeleteApi = api({
  key: 47,
  name: 'OffsetDelete',
  validVersions: '0',
  flexibleVersions: 'none',
  listeners: ['broker'],
  request: {
    groupId: string('0+'),
    topics: array('0+', {
      name: string('0+', { mapKey: true }),
      partitions: array('0+', { partitionIndex: int32('0+') }),
    }),
  },
  response: {
    errorCode: errorCode('0+'),
    throttleTimeMs: int32('0+', { ignorable: true }),
    topics: array('0+', {
      name: string('0+', { mapKey: true }),
      partitions: array('0+', { partitionIndex: int32('0+', { mapKey: true }), errorCode: errorCode('0+') }),
    }),
  },
});

export type OffsetDeleteRequest = RequestOf<typeof offsetDeleteApi>;
export type OffsetDeleteResponse = ResponseOf<typeof offsetDeleteApi>;
