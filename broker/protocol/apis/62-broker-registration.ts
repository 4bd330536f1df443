import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int16, int32, int64, string, uint16, uuid } from '../schema/field.js';

/**
 * BrokerRegistration (key 62; KIP-631): answered with a broker epoch that names this incarnation.
 *
 * Versions: 1 migration from ZooKeeper · 2 log directories (KIP-858) · 3 the epoch of the last clean shutdown (KIP-966) · 4 features
 * whose lowest version is 0 (KIP-1022).
 */
export const brokerRegistrationApi = api({
  key: 62,
  name: 'BrokerRegistration',
  validVersions: '0-4',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    brokerId: int32('0+'),
    clusterId: string('0+'),
    incarnationId: uuid('0+'),
    listeners: array('0+', {
      name: string('0+', { mapKey: true }),
      host: string('0+'),
      port: uint16('0+'),
      securityProtocol: int16('0+'),
    }),
    features: array('0+', {
      name: string('0+', { mapKey: true }),
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
    rack: string('0+', { nullableVersions: '0+' }),
    isMigratingZkBroker: bool('1+'),
    logDirs: array('2+', 'uuid', { ignorable: true }),
    previousBrokerEpoch: int64('3+', { default: -1, ignorable: true }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
  },
});

export type BrokerRegistrationRequest = RequestOf<typeof brokerRegistrationApi>;
export type BrokerRegistrationResponse = ResponseOf<typeof brokerRegistrationApi>;
