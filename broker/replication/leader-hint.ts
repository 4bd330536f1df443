/**
 * The current leader of a partition and its address in a response with an error (KIP-951; kafka.server.KafkaApis#getCurrentLeader), so
 * that a client goes there without a request for metadata.
 */
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { FetchPartitionData, FetchResponse } from '../protocol/apis/01-fetch.js';
import { NO_ENDPOINTS, NO_LEADER } from '../protocol/apis/01-fetch.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { Partition } from './partition.js';

export type CurrentLeader = FetchPartitionData['currentLeader'];
export type NodeEndpoints = FetchResponse['nodeEndpoints'];

/** A partition as a request names it. By id its `topic` is empty, by name its `topicId` is zero. */
interface NamedPartition {
  readonly topic: string;
  readonly topicId: string;
  readonly index: number;
}

/** @param partition the replica on this broker, which may be ahead of the metadata; null: there is none. */
export function currentLeader(
  image: MetadataImage,
  { topic, topicId, index }: NamedPartition,
  partition: Partition | null,
): CurrentLeader {
  if (partition !== null) return { leaderId: partition.leaderId, leaderEpoch: partition.leaderEpoch };
  const described = topicId === ZERO_UUID ? image.topics.get(topic) : image.topicById(topicId);
  const registration = described?.partitions[index];
  if (registration === undefined) return NO_LEADER;
  return { leaderId: registration.leader, leaderEpoch: registration.leaderEpoch };
}

/** The addresses of the leaders that a response names. A fenced broker has none. */
export function endpointsOf(image: MetadataImage, leaders: Iterable<CurrentLeader>): NodeEndpoints {
  const ids = new Set<number>();
  for (const { leaderId } of leaders) if (leaderId >= 0) ids.add(leaderId);
  if (ids.size === 0) return NO_ENDPOINTS;
  return [...ids].flatMap((nodeId) => {
    const broker = image.brokers.get(nodeId);
    return broker === undefined || broker.fenced
      ? []
      : [{ nodeId, host: broker.host, port: broker.port, rack: null }];
  });
}
