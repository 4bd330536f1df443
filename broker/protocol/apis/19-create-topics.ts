import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int8, int16, int32, string, uuid } from '../schema/field.js';

/**
 * CreateTopics (key 19), at the controller.
 *
 * Versions: 1 `validateOnly` · 4 counts of −1 mean the broker's default (KIP-464) · 5 flexible; the settings that apply (KIP-525) ·
 * 6 THROTTLING_QUOTA_EXCEEDED (KIP-599) · 7 topic id (KIP-516).
 */
export const createTopicsApi = api({
  key: 19,
  name: 'CreateTopics',
  validVersions: '2-7',
  flexibleVersions: '5+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array('0+', {
      name: string('0+', { mapKey: true }),
      numPartitions: int32('0+'),
      replicationFactor: int16('0+'),
      assignments: array('0+', {
        partitionIndex: int32('0+', { mapKey: true }),
        brokerIds: array('0+', 'int32'),
      }),
      configs: array('0+', {
        name: string('0+', { mapKey: true }),
        value: string('0+', { nullableVersions: '0+' }),
      }),
    }),
    timeoutMs: int32('0+', { default: 60000 }),
    validateOnly: bool('1+'),
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array(
      '0+',
      {
        name: string('0+', { mapKey: true, echoes: 'name' }),
        topicId: uuid('7+', { ignorable: true }),
        errorCode: errorCode('0+'),
        errorMessage: string('1+', { nullableVersions: '0+', ignorable: true }),
        topicConfigErrorCode: errorCode('5+', { taggedVersions: '5+', tag: 0, ignorable: true }),
        numPartitions: int32('5+', { default: -1, ignorable: true }),
        replicationFactor: int16('5+', { default: -1, ignorable: true }),
        configs: array(
          '5+',
          {
            name: string('5+'),
            value: string('5+', { nullableVersions: '5+' }),
            readOnly: bool('5+'),
            configSource: int8('5+', { default: -1, ignorable: true }),
            isSensitive: bool('5+'),
          },
          { nullableVersions: '5+', ignorable: true },
        ),
      },
      { echoes: 'topics' },
    ),
  },
});

export type CreateTopicsRequest = RequestOf<typeof createTopicsApi>;
export type CreateTopicsResponse = ResponseOf<typeof createTopicsApi>;
