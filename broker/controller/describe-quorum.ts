/**
 * Answers DescribeQuorum (org.apache.kafka.raft.RaftUtil#singletonDescribeQuorumResponse) from what the leader of the
 * metadata log knows of its followers.
 */
import type { Address } from '../env.js';
import {
  type DescribeQuorumRequest,
  type DescribeQuorumResponse,
  describeQuorumApi,
} from '../protocol/apis/55-describe-quorum.js';
import type { ErrorName } from '../protocol/errors.js';
import { METADATA_TOPIC } from '../protocol/metadata-log-batch.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import type { ObserverProgress } from './log-observers.js';

type Partition = DescribeQuorumResponse['topics'][number]['partitions'][number];

export interface QuorumFacts {
  readonly log: QuorumLog;
  readonly listener: Address;
  readonly observers: readonly ObserverProgress[];
  readonly nowMillis: number;
}

const NO_RESPONSE = describeQuorumApi.response.defaults;
const LISTENER_NAME = 'CONTROLLER';

export function describeQuorum(request: DescribeQuorumRequest, facts: QuorumFacts): DescribeQuorumResponse {
  if (!isOfMetadata(request)) {
    const message = 'This server does not host this topic-partition.';
    const topics = request.topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) =>
        failed(partitionIndex, 'UNKNOWN_TOPIC_OR_PARTITION', message),
      ),
    }));
    return { ...NO_RESPONSE, topics };
  }
  const { log, listener, observers, nowMillis } = facts;
  const { leaderId, leaderEpoch, highWatermark, endOffset } = log;
  // The only voter is the leader itself.
  const voter = {
    replicaId: leaderId,
    replicaDirectoryId: ZERO_UUID,
    logEndOffset: endOffset,
    lastFetchTimestamp: -1,
    lastCaughtUpTimestamp: nowMillis,
  };
  const partition: Partition = {
    partitionIndex: 0,
    errorCode: 'NONE',
    errorMessage: '',
    leaderId,
    leaderEpoch,
    highWatermark,
    currentVoters: [voter],
    observers,
  };
  const { host, port } = listener;
  return {
    ...NO_RESPONSE,
    topics: [{ topicName: METADATA_TOPIC, partitions: [partition] }],
    nodes: [{ nodeId: leaderId, listeners: [{ name: LISTENER_NAME, host, port }] }],
  };
}

/** The answer of a voter that does not lead. */
export function quorumNotLed(): DescribeQuorumResponse {
  const message =
    'For requests intended only for the leader, this error indicates that the broker is not the current leader. ' +
    'For requests intended for any replica, this error indicates that the broker is not a replica of the topic partition.';
  const partitions = [failed(0, 'NOT_LEADER_OR_FOLLOWER', message)];
  return { ...NO_RESPONSE, topics: [{ topicName: METADATA_TOPIC, partitions }] };
}

function failed(partitionIndex: number, errorCode: ErrorName, errorMessage: string): Partition {
  return {
    partitionIndex,
    errorCode,
    errorMessage,
    leaderId: 0,
    leaderEpoch: 0,
    highWatermark: 0,
    currentVoters: [],
    observers: [],
  };
}

/** A quorum has one partition, so a request must name that one alone. */
function isOfMetadata({ topics }: DescribeQuorumRequest): boolean {
  const [topic] = topics;
  if (topic === undefined || topics.length > 1 || topic.topicName !== METADATA_TOPIC) return false;
  return topic.partitions.length === 1 && topic.partitions[0]?.partitionIndex === 0;
}
