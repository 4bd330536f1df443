import { api, type RequestOf } from '../schema/api.js';
import { array, errorCode, int32, string, uuid } from '../schema/field.js';
import { ZERO_UUID } from '../schema/uuid.js';

/**
 * DeleteTopics (key 20), at the controller.
 *
 * Versions: 4 flexible · 5 error message and THROTTLING_QUOTA_EXCEEDED (KIP-599) · 6 by topic id; the names move into the list of
 * topics (KIP-516).
 */
export const deleteTopicsApi = api({
  key: 20,
  name: 'DeleteTopics',
  validVersions: '1-6',
  flexibleVersions: '4+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array('6+', {
      name: string('6+', { nullableVersions: '6+', default: null }),
      topicId: uuid('6+'),
    }),
    topicNames: array('0-5', 'string', { ignorable: true }),
    timeoutMs: int32('0+'),
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    responses: array(
      '0+',
      {
        name: string('0+', { nullableVersions: '6+', mapKey: true, echoes: 'name' }),
        topicId: uuid('6+', { ignorable: true, echoes: 'topicId' }),
        errorCode: errorCode('0+'),
        errorMessage: string('5+', { nullableVersions: '5+', default: null, ignorable: true }),
      },
      { echoes: 'topics' },
    ),
  },
});

export type DeleteTopicsRequest = RequestOf<typeof deleteTopicsApi>;

/** The same request as version 6 has it, with every topic in one list. */
export function asVersion6({ topics, topicNames, timeoutMs }: DeleteTopicsRequest): DeleteTopicsRequest {
  const named = topicNames.map((name) => ({ name, topicId: ZERO_UUID }));
  return { topics: [...named, ...topics], topicNames: [], timeoutMs };
}
