/**
 * DescribeLogDirs (key 35; KIP-113; kafka.server.ReplicaManager#describeLogDirs): the one log directory of this broker, and
 * the sizes of the replicas in it. The bytes of the volume are unknown (−1): the port of the disk does not report them.
 */
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { Partition } from '../replication/partition.js';
import type { BrokerServices } from './broker-services.js';

type Response = ResponseBodies['DescribeLogDirs'];
type Described = Response['results'][number]['topics'][number];

export function handleDescribeLogDirs(
  { replicas, logDirectory }: BrokerServices,
  { topics }: RequestBodies['DescribeLogDirs'],
): Response {
  const wanted =
    topics === null ? null : new Map(topics.map(({ topic, partitions }) => [topic, new Set(partitions)]));
  const found = replicas.all.filter(({ id }) => wanted?.get(id.topic)?.has(id.index) ?? wanted === null);
  const result = {
    errorCode: 'NONE' as const,
    logDir: logDirectory,
    topics: byTopic(found),
    totalBytes: -1,
    usableBytes: -1,
    isCordoned: false,
  };
  return { throttleTimeMs: 0, errorCode: 'NONE', results: [result] };
}

function byTopic(replicas: readonly Partition[]): Described[] {
  const partitions = new Map<string, Described['partitions'][number][]>();
  for (const { id, log, highWatermark } of replicas) {
    const { topic, index } = id;
    const ofTopic = partitions.get(topic) ?? [];
    partitions.set(topic, ofTopic);
    ofTopic.push({
      partitionIndex: index,
      partitionSize: log.sizeBytes,
      offsetLag: Math.max(0, highWatermark - log.logEndOffset),
      isFutureKey: false,
    });
  }
  return Array.from(partitions, ([name, ofTopic]) => ({ name, partitions: ofTopic }));
}
