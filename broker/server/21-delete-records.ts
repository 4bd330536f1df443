/**
 * DeleteRecords (key 21; KIP-107; kafka.server.KafkaApis#handleDeleteRecordsRequest, Partition#deleteRecordsOnLeader). The
 * offset −1 is the high watermark. A partition that is named twice has the offset that is named last. Records of internal
 * topics stay, and records of topics that are only compacted.
 */
import type { DeleteRecordsRequest, DeleteRecordsResponse } from '../protocol/apis/21-delete-records.js';
import type { ErrorName } from '../protocol/errors.js';
import { isInternalTopic } from '../protocol/topic-name.js';
import type { Partition } from '../replication/partition.js';
import { type PartitionDeletion, PendingDeletion } from '../replication/pending-deletion.js';
import type { BrokerServices } from './broker-services.js';

const HIGH_WATERMARK = -1;

export function handleDeleteRecords(
  { replicas }: BrokerServices,
  request: DeleteRecordsRequest,
  respond: (response: DeleteRecordsResponse) => void,
): void {
  const topics: { readonly name: string; readonly partitions: PartitionDeletion[] }[] = [];
  const pending = new PendingDeletion(replicas.deadlines, request.timeoutMs, () =>
    respond({
      throttleTimeMs: 0,
      topics: topics.map(({ name, partitions }) => ({ name, partitions: partitions.map(answerOf) })),
    }),
  );
  for (const [name, offsets] of offsetsByTopic(request)) {
    const partitions: PartitionDeletion[] = [];
    topics.push({ name, partitions });
    for (const [index, offset] of offsets) {
      const partition = replicas.find(name, index);
      const isKnown = replicas.isKnown(name, index);
      const errorCode = isKnown ? refusal(name, partition, offset) : 'UNKNOWN_TOPIC_OR_PARTITION';
      if (errorCode !== 'NONE' || partition === null) partitions.push(pending.refuse(index, errorCode));
      else
        partitions.push(
          pending.begin(partition, offset === HIGH_WATERMARK ? partition.highWatermark : offset),
        );
    }
  }
  pending.onBegun();
  replicas.context.wakeups.run();
}

function refusal(topic: string, partition: Partition | null, offset: number): ErrorName {
  if (isInternalTopic(topic)) return 'INVALID_TOPIC_EXCEPTION';
  if (partition === null || partition.leader === null || partition.isChangingRole)
    return 'NOT_LEADER_OR_FOLLOWER';
  const policy = partition.log.config['cleanup.policy'];
  if (policy.includes('compact') && !policy.includes('delete')) return 'POLICY_VIOLATION';
  return offset < HIGH_WATERMARK ? 'OFFSET_OUT_OF_RANGE' : 'NONE';
}

/** In the order of the request. */
function offsetsByTopic({ topics }: DeleteRecordsRequest): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const byTopic = new Map<string, Map<number, number>>();
  for (const { name, partitions } of topics) {
    if (partitions.length === 0) continue;
    const offsets = byTopic.get(name) ?? new Map<number, number>();
    byTopic.set(name, offsets);
    for (const { partitionIndex, offset } of partitions) offsets.set(partitionIndex, offset);
  }
  return byTopic;
}

const answerOf = ({ partitionIndex, lowWatermark, errorCode }: PartitionDeletion) => ({
  partitionIndex,
  lowWatermark,
  errorCode,
});
