import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int8, int32, string } from '../schema/field.js';

/**
 * DescribeCluster (key 60; KIP-700), from the answering broker's own metadata image. Endpoint types: 1 brokers, 2 controllers.
 *
 * Versions: 1 endpoint types (KIP-919) · 2 fenced brokers on request (KIP-1073).
 */
export const describeClusterApi = api({
  key: 60,
  name: 'DescribeCluster',
  validVersions: '0-2',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    includeClusterAuthorizedOperations: bool('0+'),
    endpointType: int8('1+', { default: 1 }),
    includeFencedBrokers: bool('2+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('0+'),
    errorMessage: string('0+', { nullableVersions: '0+', default: null }),
    endpointType: int8('1+', { default: 1 }),
    clusterId: string('0+'),
    controllerId: int32('0+', { default: -1 }),
    brokers: array('0+', {
      brokerId: int32('0+', { mapKey: true }),
      host: string('0+'),
      port: int32('0+'),
      rack: string('0+', { nullableVersions: '0+', default: null }),
      isFenced: bool('2+'),
    }),
    clusterAuthorizedOperations: int32('0+', { default: -2147483648 }),
  },
});

export type DescribeClusterRequest = RequestOf<typeof describeClusterApi>;
export type DescribeClusterResponse = ResponseOf<typeof describeClusterApi>;
