import type { ApiName } from './frame.js';

/** The version of each API that its typed bodies speak: the newest one whose fields they all have. */
export const apiVersions: Readonly<Record<ApiName, number>> = {
  Produce: 10,
  Fetch: 17,
  MetadataLogFetch: 12,
  ListOffsets: 7,
  Metadata: 13,
  CreateTopics: 7,
  InitProducerId: 4,
  OffsetForLeaderEpoch: 4,
  ElectLeaders: 2,
  IncrementalAlterConfigs: 1,
  AlterPartition: 3,
  BrokerRegistration: 3,
  BrokerHeartbeat: 1,
  AllocateProducerIds: 0,
};
