import { api } from '../schema/api.js';
import { array, bool, errorCode, int32, string } from '../schema/field.js';

/**
 * CreatePartitions (key 37), at the controller: `count` is the new number of partitions, not how many are added.
 *
 * Versions: 2 flexible · 3 THROTTLING_QUOTA_EXCEEDED (KIP-599).
 */
export const createPartitionsApi = api({
  key: 37,
  name: 'CreatePartitions',
  validVersions: '0-3',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array('0+', {
      name: string('0+', { mapKey: true }),
      count: int32('0+'),
      assignments: array('0+', { brokerIds: array('0+', 'int32') }, { nullableVersions: '0+' }),
    }),
    timeoutMs: int32('0+'),
    validateOnly: bool('0+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    results: array(
      '0+',
      {
        name: string('0+', { echoes: 'name' }),
        errorCode: errorCode('0+'),
        errorMessage: string('0+', { nullableVersions: '0+', default: null }),
      },
      { echoes: 'topics' },
    ),
  },
});
