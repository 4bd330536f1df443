import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int8, int32, int64, string } from '../schema/field.js';

/**
 * ListOffsets (key 2). Timestamps: −1 latest, −2 earliest, −3 of the largest timestamp, −4 earliest local, −5 last tiered.
 *
 * Versions: 1 one offset for each timestamp · 2 isolation levels · 4 leader epochs (KIP-320) · 6 flexible · 7 the largest timestamp
 * (KIP-734) · 8 earliest local (KIP-405) · 9 last tiered (KIP-1005) · 10 a timeout for tiered storage (KIP-1075) · 11 earliest
 * offset still to be tiered (KIP-1023).
 */
export const listOffsetsApi = api({
  key: 2,
  name: 'ListOffsets',
  validVersions: '1-11',
  flexibleVersions: '6+',
  listeners: ['broker'],
  request: {
    replicaId: int32('0+'),
    isolationLevel: int8('2+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        currentLeaderEpoch: int32('4+', { default: -1, ignorable: true }),
        timestamp: int64('0+'),
      }),
    }),
    timeoutMs: int32('10+', { ignorable: true }),
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array(
      '0+',
      {
        name: string('0+', { echoes: 'name' }),
        partitions: array(
          '0+',
          {
            partitionIndex: int32('0+', { echoes: 'partitionIndex' }),
            errorCode: errorCode('0+'),
            timestamp: int64('1+', { default: -1 }),
            offset: int64('1+', { default: -1 }),
            leaderEpoch: int32('4+', { default: -1, onError: -1 }),
          },
          { echoes: 'partitions' },
        ),
      },
      { echoes: 'topics' },
    ),
  },
});

export type ListOffsetsRequest = RequestOf<typeof listOffsetsApi>;
export type ListOffsetsResponse = ResponseOf<typeof listOffsetsApi>;
