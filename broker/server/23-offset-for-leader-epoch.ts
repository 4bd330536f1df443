/** OffsetForLeaderEpoch (key 23; KIP-101, KIP-279, KIP-320; kafka.cluster.Partition#lastOffsetForLeaderEpoch). */
import type {
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse,
} from '../protocol/apis/23-offset-for-leader-epoch.js';
import type { ErrorName } from '../protocol/errors.js';
import type { BrokerServices } from './broker-services.js';

type PartitionRequest = OffsetForLeaderEpochRequest['topics'][number]['partitions'][number];
type PartitionResponse = OffsetForLeaderEpochResponse['topics'][number]['partitions'][number];

export function handleOffsetForLeaderEpoch(
  services: BrokerServices,
  request: OffsetForLeaderEpochRequest,
): OffsetForLeaderEpochResponse {
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((asked) => answer(services, topic, asked)),
    })),
  };
}

function answer(services: BrokerServices, topic: string, asked: PartitionRequest): PartitionResponse {
  const { partition: index, currentLeaderEpoch, leaderEpoch: requestedEpoch } = asked;
  const partition = services.replicas.find(topic, index);
  if (partition === null) {
    const isKnown = services.replicas.isKnown(topic, index);
    return failed(index, isKnown ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION');
  }
  const errorCode = partition.checkLeadership(currentLeaderEpoch);
  if (errorCode !== 'NONE') return failed(index, errorCode);
  const { leaderEpoch, endOffset } = partition.epochEnd(requestedEpoch);
  return { errorCode: 'NONE', partition: index, leaderEpoch, endOffset };
}

const failed = (partition: number, errorCode: ErrorName): PartitionResponse => ({
  errorCode,
  partition,
  leaderEpoch: -1,
  endOffset: -1,
});
