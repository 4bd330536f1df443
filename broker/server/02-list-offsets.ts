/**
 * ListOffsets (key 2; kafka.cluster.Partition#fetchOffsetForTimestamp; KIP-207). Not implemented: search by
 * timestamp.
 */
import type { ListOffsetsRequest, ListOffsetsResponse } from '../protocol/apis/02-list-offsets.js';
import type { ErrorName } from '../protocol/errors.js';
import type { Partition, Reader } from '../replication/partition.js';
import type { BrokerServices } from './broker-services.js';

const LATEST = -1;
const EARLIEST = -2;

type PartitionRequest = ListOffsetsRequest['topics'][number]['partitions'][number];
type PartitionResponse = ListOffsetsResponse['topics'][number]['partitions'][number];

export function handleListOffsets(
  services: BrokerServices,
  request: ListOffsetsRequest,
): ListOffsetsResponse {
  const reader: Reader = request.replicaId >= 0 ? 'follower' : 'consumer';
  const isolationLevel = request.isolationLevel === 1 ? 1 : 0;
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => answer(services, name, asked, reader, isolationLevel)),
    })),
  };
}

function answer(
  services: BrokerServices,
  topic: string,
  asked: PartitionRequest,
  reader: Reader,
  isolationLevel: 0 | 1,
): PartitionResponse {
  const { partitionIndex, currentLeaderEpoch, timestamp } = asked;
  if (currentLeaderEpoch < -1) return failed(partitionIndex, 'INVALID_REQUEST');
  const partition = services.replicas.find(topic, partitionIndex);
  if (partition === null) {
    const isKnown = services.replicas.isKnown(topic, partitionIndex);
    return failed(partitionIndex, isKnown ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION');
  }
  const errorCode = partition.checkLeadership(currentLeaderEpoch);
  if (errorCode !== 'NONE') return failed(partitionIndex, errorCode);
  if (timestamp === EARLIEST) {
    const { logStartOffset, epochs } = partition.log;
    return found(partitionIndex, logStartOffset, epochs.epochForOffset(logStartOffset));
  }
  if (timestamp !== LATEST) return failed(partitionIndex, 'INVALID_REQUEST');
  const offset = latest(services, partition, reader, isolationLevel);
  if (offset === null) return failed(partitionIndex, 'OFFSET_NOT_AVAILABLE');
  return found(partitionIndex, offset, partition.leaderEpoch);
}

function latest(
  services: BrokerServices,
  partition: Partition,
  reader: Reader,
  isolationLevel: 0 | 1,
): number | null {
  const { rules, observer } = services.replicas.context;
  const ends = {
    highWatermark: partition.highWatermark,
    lastStableOffset: partition.lastStableOffset,
    logEndOffset: partition.log.logEndOffset,
    leaderEpochStartOffset: partition.leader?.epochStartOffset ?? 0,
  };
  const offset = rules.latestOffset({ reader, isolationLevel, ...ends });
  if (offset !== null && reader === 'consumer')
    observer?.replication?.latestOffsetAnswered(partition.name, isolationLevel, offset, ends);
  return offset;
}

const found = (partitionIndex: number, offset: number, leaderEpoch: number): PartitionResponse => ({
  partitionIndex,
  errorCode: 'NONE',
  timestamp: -1,
  offset,
  leaderEpoch,
});

const failed = (partitionIndex: number, errorCode: ErrorName): PartitionResponse => ({
  partitionIndex,
  errorCode,
  timestamp: -1,
  offset: -1,
  leaderEpoch: -1,
});
