import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { ELEMENT } from '../schema/error-response.js';
import { array, errorCode, int8, int32, string } from '../schema/field.js';

/**
 * FindCoordinator (key 10), to any broker. Key types: 0 group, 1 transaction, 2 share group.
 *
 * Versions: 1 key type, throttle time, error message · 3 flexible · 4 several keys at once (KIP-699) · 5 TRANSACTION_ABORTABLE
 * (KIP-890) · 6 share groups (KIP-932).
 */
export const findCoordinatorApi = api({
  key: 10,
  name: 'FindCoordinator',
  validVersions: '0-6',
  flexibleVersions: '3+',
  listeners: ['broker'],
  request: { key: string('0-3'), keyType: int8('1+'), coordinatorKeys: array('4+', 'string') },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: errorCode('0-3'),
    errorMessage: string('1-3', { nullableVersions: '1-3', ignorable: true }),
    nodeId: int32('0-3', { onError: -1 }),
    host: string('0-3'),
    port: int32('0-3', { onError: -1 }),
    coordinators: array(
      '4+',
      {
        key: string('4+', { echoes: ELEMENT }),
        nodeId: int32('4+', { onError: -1 }),
        host: string('4+'),
        port: int32('4+', { onError: -1 }),
        errorCode: errorCode('4+'),
        errorMessage: string('4+', { nullableVersions: '4+', ignorable: true }),
      },
      { echoes: 'coordinatorKeys' },
    ),
  },
});

export type FindCoordinatorRequest = RequestOf<typeof findCoordinatorApi>;
export type FindCoordinatorResponse = ResponseOf<typeof findCoordinatorApi>;
