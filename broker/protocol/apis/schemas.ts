import type { RequestOf, ResponseOf } from '../schema/api.js';
import { produceApi } from './00-produce.js';
import { fetchApi } from './01-fetch.js';
import { listOffsetsApi } from './02-list-offsets.js';
import { metadataApi } from './03-metadata.js';
import { offsetCommitApi } from './08-offset-commit.js';
import { offsetFetchApi } from './09-offset-fetch.js';
import { findCoordinatorApi } from './10-find-coordinator.js';
import { joinGroupApi } from './11-join-group.js';
import { heartbeatApi } from './12-heartbeat.js';
import { leaveGroupApi } from './13-leave-group.js';
import { syncGroupApi } from './14-sync-group.js';
import { describeGroupsApi } from './15-describe-groups.js';
import { listGroupsApi } from './16-list-groups.js';
import { saslHandshakeApi } from './17-sasl-handshake.js';
import { apiVersionsApi } from './18-api-versions.js';
import { createTopicsApi } from './19-create-topics.js';
import { deleteTopicsApi } from './20-delete-topics.js';
import { deleteRecordsApi } from './21-delete-records.js';
import { initProducerIdApi } from './22-init-producer-id.js';
import { offsetForLeaderEpochApi } from './23-offset-for-leader-epoch.js';
import { describeConfigsApi } from './32-describe-configs.js';
import { alterConfigsApi } from './33-alter-configs.js';
import { describeLogDirsApi } from './35-describe-log-dirs.js';
import { saslAuthenticateApi } from './36-sasl-authenticate.js';
import { createPartitionsApi } from './37-create-partitions.js';
import { deleteGroupsApi } from './42-delete-groups.js';
import { electLeadersApi } from './43-elect-leaders.js';
import { incrementalAlterConfigsApi } from './44-incremental-alter-configs.js';
import { offsetDeleteApi } from './47-offset-delete.js';
import { describeQuorumApi } from './55-describe-quorum.js';
import { alterPartitionApi } from './56-alter-partition.js';
import { describeClusterApi } from './60-describe-cluster.js';
import { describeProducersApi } from './61-describe-producers.js';
import { brokerRegistrationApi } from './62-broker-registration.js';
import { brokerHeartbeatApi } from './63-broker-heartbeat.js';
import { allocateProducerIdsApi } from './67-allocate-producer-ids.js';
import { describeTopicPartitionsApi } from './75-describe-topic-partitions.js';

/** Every API by its official name, in the order of the keys. */
export const apiSchemas = {
  Produce: produceApi,
  Fetch: fetchApi,
  ListOffsets: listOffsetsApi,
  Metadata: metadataApi,
  OffsetCommit: offsetCommitApi,
  OffsetFetch: offsetFetchApi,
  FindCoordinator: findCoordinatorApi,
  JoinGroup: joinGroupApi,
  Heartbeat: heartbeatApi,
  LeaveGroup: leaveGroupApi,
  SyncGroup: syncGroupApi,
  DescribeGroups: describeGroupsApi,
  ListGroups: listGroupsApi,
  SaslHandshake: saslHandshakeApi,
  ApiVersions: apiVersionsApi,
  CreateTopics: createTopicsApi,
  DeleteTopics: deleteTopicsApi,
  DeleteRecords: deleteRecordsApi,
  InitProducerId: initProducerIdApi,
  OffsetForLeaderEpoch: offsetForLeaderEpochApi,
  DescribeConfigs: describeConfigsApi,
  AlterConfigs: alterConfigsApi,
  DescribeLogDirs: describeLogDirsApi,
  SaslAuthenticate: saslAuthenticateApi,
  CreatePartitions: createPartitionsApi,
  DeleteGroups: deleteGroupsApi,
  ElectLeaders: electLeadersApi,
  IncrementalAlterConfigs: incrementalAlterConfigsApi,
  OffsetDelete: offsetDeleteApi,
  DescribeQuorum: describeQuorumApi,
  AlterPartition: alterPartitionApi,
  DescribeCluster: describeClusterApi,
  DescribeProducers: describeProducersApi,
  BrokerRegistration: brokerRegistrationApi,
  BrokerHeartbeat: brokerHeartbeatApi,
  AllocateProducerIds: allocateProducerIdsApi,
  DescribeTopicPartitions: describeTopicPartitionsApi,
} as const;

export type SchemaName = keyof typeof apiSchemas;
export type RequestBody<A extends SchemaName> = RequestOf<(typeof apiSchemas)[A]>;
export type ResponseBody<A extends SchemaName> = ResponseOf<(typeof apiSchemas)[A]>;
