/** DescribeCluster (key 60; KIP-700; kafka.server.AuthHelper#computeDescribeClusterResponse), from this broker's own image. */
import {
  type DescribeClusterRequest,
  type DescribeClusterResponse,
  describeClusterApi,
} from '../protocol/apis/60-describe-cluster.js';
import { CLUSTER_OPERATIONS, NO_OPERATIONS } from '../protocol/authorized-operations.js';
import type { ErrorName } from '../protocol/errors.js';
import type { BrokerServices } from './broker-services.js';

/** Endpoint types: 1 brokers, 2 controllers. */
const BROKERS = 1;
const CONTROLLERS = 2;

export function handleDescribeCluster(
  services: BrokerServices,
  request: DescribeClusterRequest,
): DescribeClusterResponse {
  const { endpointType, includeFencedBrokers, includeClusterAuthorizedOperations } = request;
  if (endpointType === CONTROLLERS) {
    return refused(
      'MISMATCHED_ENDPOINT_TYPE',
      'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
    );
  }
  if (endpointType !== BROKERS)
    return refused('UNSUPPORTED_ENDPOINT_TYPE', `Unsupported endpoint type ${endpointType}`);
  const brokers = Array.from(services.lifecycle.image.brokers.values());
  return {
    ...describeClusterApi.response.defaults,
    clusterId: services.clusterId,
    controllerId: services.brokerId,
    brokers: brokers
      .filter(({ fenced }) => includeFencedBrokers || !fenced)
      .map(({ brokerId, host, port, fenced }) => ({ brokerId, host, port, rack: null, isFenced: fenced })),
    clusterAuthorizedOperations: includeClusterAuthorizedOperations ? CLUSTER_OPERATIONS : NO_OPERATIONS,
  };
}

const refused = (errorCode: ErrorName, errorMessage: string): DescribeClusterResponse => ({
  ...describeClusterApi.response.defaults,
  errorCode,
  errorMessage,
});
