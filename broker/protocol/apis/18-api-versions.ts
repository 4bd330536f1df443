import { api } from '../schema/api.js';
import { array, bool, errorCode, int16, int32, int64, string } from '../schema/field.js';

/**
 * ApiVersions (key 18): the APIs and versions that this listener serves. The response header always has version 0,
 * because a client that does not know the broker yet must be able to read it. A request of an unknown version gets a
 * response of version 0 with UNSUPPORTED_VERSION and the list.
 *
 * Versions: 3 flexible; the client's software (KIP-511) and features (KIP-584) · 4 features whose lowest version is 0
 * (KIP-1022).
 */
export const apiVersionsApi = api({
  key: 18,
  name: 'ApiVersions',
  validVersions: '0-4',
  flexibleVersions: '3+',
  listeners: ['broker', 'controller'],
  request: {
    clientSoftwareName: string('3+', { ignorable: true }),
    clientSoftwareVersion: string('3+', { ignorable: true }),
  },
  response: {
    errorCode: errorCode('0+'),
    apiKeys: array('0+', {
      apiKey: int16('0+', { mapKey: true }),
      minVersion: int16('0+'),
      maxVersion: int16('0+'),
    }),
    throttleTimeMs: int32('1+', { ignorable: true }),
    supportedFeatures: array(
      '3+',
      { name: string('3+', { mapKey: true }), minVersion: int16('3+'), maxVersion: int16('3+') },
      { taggedVersions: '3+', tag: 0, ignorable: true },
    ),
    finalizedFeaturesEpoch: int64('3+', { taggedVersions: '3+', tag: 1, default: -1, ignorable: true }),
    finalizedFeatures: array(
      '3+',
      { name: string('3+', { mapKey: true }), maxVersionLevel: int16('3+'), minVersionLevel: int16('3+') },
      { taggedVersions: '3+', tag: 2, ignorable: true },
    ),
    zkMigrationReady: bool('3+', { taggedVersions: '3+', tag: 3, ignorable: true }),
  },
});
