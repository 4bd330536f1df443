import type { ProduceRequest, ProduceResponse } from './00-produce.js';
import type { FetchRequest, FetchResponse } from './01-fetch.js';
import type { MetadataLogFetchRequest, MetadataLogFetchResponse } from './01-metadata-log-fetch.js';
import type { ListOffsetsRequest, ListOffsetsResponse } from './02-list-offsets.js';
import type { MetadataRequest, MetadataResponse } from './03-metadata.js';
import type { CreateTopicsRequest, CreateTopicsResponse } from './19-create-topics.js';
import type { InitProducerIdRequest, InitProducerIdResponse } from './22-init-producer-id.js';
import type {
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse,
} from './23-offset-for-leader-epoch.js';
import type { ElectLeadersRequest, ElectLeadersResponse } from './43-elect-leaders.js';
import type {
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
} from './44-incremental-alter-configs.js';
import type { AlterPartitionRequest, AlterPartitionResponse } from './56-alter-partition.js';
import type { BrokerRegistrationRequest, BrokerRegistrationResponse } from './62-broker-registration.js';
import type { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from './63-broker-heartbeat.js';
import type { AllocateProducerIdsRequest, AllocateProducerIdsResponse } from './67-allocate-producer-ids.js';

/** Every API by its official name; keys as in apiKeys. */
export interface RequestBodies {
  Produce: ProduceRequest;
  Fetch: FetchRequest;
  MetadataLogFetch: MetadataLogFetchRequest;
  ListOffsets: ListOffsetsRequest;
  Metadata: MetadataRequest;
  CreateTopics: CreateTopicsRequest;
  InitProducerId: InitProducerIdRequest;
  OffsetForLeaderEpoch: OffsetForLeaderEpochRequest;
  ElectLeaders: ElectLeadersRequest;
  IncrementalAlterConfigs: IncrementalAlterConfigsRequest;
  AlterPartition: AlterPartitionRequest;
  BrokerRegistration: BrokerRegistrationRequest;
  BrokerHeartbeat: BrokerHeartbeatRequest;
  AllocateProducerIds: AllocateProducerIdsRequest;
}

export interface ResponseBodies {
  Produce: ProduceResponse;
  Fetch: FetchResponse;
  MetadataLogFetch: MetadataLogFetchResponse;
  ListOffsets: ListOffsetsResponse;
  Metadata: MetadataResponse;
  CreateTopics: CreateTopicsResponse;
  InitProducerId: InitProducerIdResponse;
  OffsetForLeaderEpoch: OffsetForLeaderEpochResponse;
  ElectLeaders: ElectLeadersResponse;
  IncrementalAlterConfigs: IncrementalAlterConfigsResponse;
  AlterPartition: AlterPartitionResponse;
  BrokerRegistration: BrokerRegistrationResponse;
  BrokerHeartbeat: BrokerHeartbeatResponse;
  AllocateProducerIds: AllocateProducerIdsResponse;
}
