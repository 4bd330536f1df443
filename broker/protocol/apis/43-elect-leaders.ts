import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { ELEMENT } from '../schema/error-response.js';
import { array, errorCode, int8, int32, string } from '../schema/field.js';

/**
 * ElectLeaders (key 43; KIP-460), at the controller: an election on request, of the preferred replica (0) or an unclean one (1).
 *
 * Versions: 1 unclean elections, an error for the whole answer · 2 flexible. Null asks for all partitions.
 */
export const electLeadersApi = api({
  key: 43,
  name: 'ElectLeaders',
  validVersions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    electionType: int8('1+'),
    topicPartitions: array(
      '0+',
      { topic: string('0+', { mapKey: true }), partitions: array('0+', 'int32') },
      { nullableVersions: '0+' },
    ),
    timeoutMs: int32('0+', { default: 60000 }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('1+'),
    replicaElectionResults: array(
      '0+',
      {
        topic: string('0+', { echoes: 'topic' }),
        partitionResult: array(
          '0+',
          {
            partitionId: int32('0+', { echoes: ELEMENT }),
            errorCode: errorCode('0+'),
            errorMessage: string('0+', { nullableVersions: '0+' }),
          },
          { echoes: 'partitions' },
        ),
      },
      { echoes: 'topicPartitions' },
    ),
  },
});

export type ElectLeadersRequest = RequestOf<typeof electLeadersApi>;
export type ElectLeadersResponse = ResponseOf<typeof electLeadersApi>;
