import { api } from '../schema/api.js';
import { array, bool, errorCode, int8, int32, string } from '../schema/field.js';

/**
 * IncrementalAlterConfigs (key 44; KIP-339), at the controller. Operations: 0 set, 1 delete, 2 append, 3 subtract. Resources:
 * 2 topic, 4 broker (the name '' is the default of all brokers).
 *
 * Versions: 1 flexible.
 */
export const incrementalAlterConfigsApi = api({
  key: 44,
  name: 'IncrementalAlterConfigs',
  validVersions: '0-1',
  flexibleVersions: '1+',
  listeners: ['broker', 'controller'],
  request: {
    resources: array('0+', {
      resourceType: int8('0+', { mapKey: true }),
      resourceName: string('0+', { mapKey: true }),
      configs: array('0+', {
        name: string('0+', { mapKey: true }),
        configOperation: int8('0+', { mapKey: true }),
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
