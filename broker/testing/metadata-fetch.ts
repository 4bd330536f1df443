import {
  type FetchPartition,
  type FetchRequest,
  type FetchResponse,
  fetchApi,
} from '../protocol/apis/01-fetch.js';
import {
  decodeMetadataBatches,
  METADATA_TOPIC_ID,
  type MetadataBatch,
} from '../protocol/metadata-log-batch.js';
import { MalformedFrame } from '../protocol/schema/malformed-frame.js';

/** A Fetch of the metadata log by an observer in epoch 1 that has nothing yet. */
export function metadataFetch(changes: Partial<FetchPartition>, maxWaitMs = 0, replicaId = 9): FetchRequest {
  const { defaults } = fetchApi.request;
  const partition = {
    partition: 0,
    currentLeaderEpoch: 1,
    fetchOffset: 0,
    lastFetchedEpoch: 0,
    logStartOffset: -1,
    partitionMaxBytes: 1_000_000,
    replicaDirectoryId: METADATA_TOPIC_ID,
    highWatermark: 0n,
    ...changes,
  };
  return {
    ...defaults,
    replicaState: { replicaId, replicaEpoch: -1 },
    maxWaitMs,
    topics: [{ topic: '', topicId: METADATA_TOPIC_ID, partitions: [partition] }],
  };
}

export function fetchedPartition(response: FetchResponse) {
  const partition = response.responses[0]?.partitions[0];
  if (partition === undefined) throw new Error(`no partition: ${response.errorCode}`);
  return partition;
}

export function fetchedBatches(response: FetchResponse): readonly MetadataBatch[] {
  const batches = decodeMetadataBatches(fetchedPartition(response).records ?? new Uint8Array(0));
  if (batches instanceof MalformedFrame) throw batches;
  return batches;
}

/** A uuid that is a readable name. */
export const uuidNamed = (name: string): string =>
  Buffer.from(name.padEnd(16, '.').slice(0, 16)).toString('base64url');
