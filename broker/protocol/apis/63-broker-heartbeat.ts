import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int32, int64 } from '../schema/field.js';

/**
 * BrokerHeartbeat (key 63; KIP-631): keeps a broker unfenced, and carries its request for a controlled shutdown.
 *
 * Versions: 1 log directories that have failed (KIP-858) · 2 log directories that take no new replicas (KIP-1066).
 */
export const brokerHeartbeatApi = api({
  key: 63,
  name: 'BrokerHeartbeat',
  validVersions: '0-2',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
    currentMetadataOffset: int64('0+'),
    wantFence: bool('0+'),
    wantShutDown: bool('0+'),
    offlineLogDirs: array('1+', 'uuid', { taggedVersions: '1+', tag: 0 }),
    cordonedLogDirs: array('2+', 'uuid', {
      nullableVersions: '2+',
      taggedVersions: '2+',
      tag: 1,
      default: null,
    }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('0+'),
    isCaughtUp: bool('0+'),
    isFenced: bool('0+', { default: true }),
    shouldShutDown: bool('0+'),
  },
});

export type BrokerHeartbeatRequest = RequestOf<typeof brokerHeartbeatApi>;
export type BrokerHeartbeatResponse = ResponseOf<typeof brokerHeartbeatApi>;
