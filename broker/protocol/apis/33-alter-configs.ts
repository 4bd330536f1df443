import { api } from '../schema/api.js';
import { array, bool, errorCode, int8, int32, string } from '../schema/field.js';

/**
 * AlterConfigs (key 33), at the controller: replaces all settings of a resource; a setting that the request does not name is removed.
 * Clients since Kafka 2.3 send IncrementalAlterConfigs instead (KIP-339).
 *
 * Versions: 2 flexible.
 */
export const alterConfigsApi = api({
  key: 33,
  name: 'AlterConfigs',
  validVersions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    resources: array('0+', {
      resourceType: int8('0+', { mapKey: true }),
      resourceName: string('0+', { mapKey: true }),
      configs: array('0+', {
        name: string('0+', { mapKey: true }),
        value: string('0+', { nullableVersions: '0+' }),
      }),
    }),
    validateOnly: bool('0+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    responses: array(
      '0+',
      {
        errorCode: errorCode('0+'),
        errorMessage: string('0+', { nullableVersions: '0+' }),
        resourceType: int8('0+', { echoes: 'resourceType' }),
        resourceName: string('0+', { echoes: 'resourceName' }),
      },
      { echoes: 'resources' },
    ),
  },
});
