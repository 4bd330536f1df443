import { api } from '../schema/api.js';
import { array, bool, errorCode, int8, int32, string } from '../schema/field.js';

/**
 * DescribeConfigs (key 32): the effective settings of topics (2) and brokers (4; the name '' means all brokers), each with its source.
 * Null asks for all settings. Sources: 1 topic, 2 broker, 3 all brokers, 4 static (the process's properties), 5 Kafka's default.
 *
 * Versions: 1 sources and synonyms (KIP-226) · 3 types and documentation (KIP-569) · 4 flexible.
 */
export const describeConfigsApi = api({
  key: 32,
  name: 'DescribeConfigs',
  validVersions: '1-4',
  flexibleVersions: '4+',
  listeners: ['broker', 'controller'],
  request: {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configurationKeys: array('0+', 'string', { nullableVersions: '0+' }),
    }),
    includeSynonyms: bool('1+'),
    includeDocumentation: bool('3+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    results: array(
      '0+',
      {
        errorCode: errorCode('0+'),
        errorMessage: string('0+', { nullableVersions: '0+' }),
        resourceType: int8('0+', { echoes: 'resourceType' }),
        resourceName: string('0+', { echoes: 'resourceName' }),
        configs: array('0+', {
          name: string('0+'),
          value: string('0+', { nullableVersions: '0+' }),
          readOnly: bool('0+'),
          configSource: int8('1+', { default: -1, ignorable: true }),
          isSensitive: bool('0+'),
          synonyms: array(
            '1+',
            { name: string('1+'), value: string('1+', { nullableVersions: '0+' }), source: int8('1+') },
            { ignorable: true },
          ),
          configType: int8('3+', { ignorable: true }),
          documentation: string('3+', { nullableVersions: '0+', ignorable: true }),
        }),
      },
      { echoes: 'resources' },
    ),
  },
});
