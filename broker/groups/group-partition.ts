/**
 * The partition of `__consumer_offsets` that holds a group (org.apache.kafka.coordinator.group.GroupCoordinatorService
 * #partitionFor): Java's String.hashCode of the group id without its sign, modulo the number of partitions.
 */

export const OFFSETS_TOPIC = '__consumer_offsets';

export function groupPartitionOf(groupId: string, partitionsCount: number): number {
  let hash = 0;
  for (let index = 0; index < groupId.length; index++)
    hash = (Math.imul(hash, 31) + groupId.charCodeAt(index)) | 0;
  return (hash & 0x7fffffff) % partitionsCount;
}
