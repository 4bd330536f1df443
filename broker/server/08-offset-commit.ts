/**
 * OffsetCommit (key 8; kafka.server.KafkaApis#handleOffsetCommitRequest). The broker that answers checks that the
 * partitions exist; the coordinator does the rest.
 */
import type { GroupRequestContext } from '../groups/group-coordinator.js';
import type { MetadataImage, TopicImage } from '../metadata/metadata-image.js';
import type { OffsetCommitRequest, OffsetCommitResponse } from '../protocol/apis/08-offset-commit.js';
import { offsetCommitApi } from '../protocol/apis/08-offset-commit.js';
import type { ErrorName } from '../protocol/errors.js';
import type { BrokerServices } from './broker-services.js';
import { mergedByTopic } from './merged-by-topic.js';

type AskedTopic = OffsetCommitRequest['topics'][number];
type AnsweredTopic = OffsetCommitResponse['topics'][number];

const TOPIC_IDS = 10;
const GROUP_ID_NOT_FOUND = 9;

export function handleOffsetCommit(
  services: BrokerServices,
  request: OffsetCommitRequest,
  respond: (response: OffsetCommitResponse) => void,
  { apiVersion }: Pick<GroupRequestContext, 'apiVersion'>,
): void {
  const { image } = services.lifecycle;
  const known: AskedTopic[] = [];
  const refused: AnsweredTopic[] = [];
  for (const asked of request.topics) {
    const topic = topicOf(image, asked, apiVersion);
    if (topic === undefined) {
      const errorCode = apiVersion >= TOPIC_IDS ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION';
      refused.push(answerOf(asked, asked.partitions, errorCode));
      continue;
    }
    const named = { ...asked, name: topic.name, topicId: topic.topicId };
    const exists = ({ partitionIndex }: AskedTopic['partitions'][number]): boolean =>
      topic.partitions[partitionIndex] !== undefined;
    const missing = asked.partitions.filter((each) => !exists(each));
    if (missing.length > 0) refused.push(answerOf(named, missing, 'UNKNOWN_TOPIC_OR_PARTITION'));
    if (missing.length < asked.partitions.length)
      known.push({ ...named, partitions: asked.partitions.filter(exists) });
  }
  if (known.length === 0) {
    respond({ throttleTimeMs: 0, topics: refused });
    return;
  }
  const committing = { ...request, topics: known };
  const saysGroupIdNotFound = apiVersion >= GROUP_ID_NOT_FOUND;
  services.groups.commitOffsets({ request: committing, saysGroupIdNotFound }, (topics, errorCode) => {
    const answered =
      errorCode === 'NONE' ? topics : offsetCommitApi.errorResponse(committing, errorCode).topics;
    const topicKey = ({ name, topicId }: AnsweredTopic): string => `${name}/${topicId}`;
    respond({ throttleTimeMs: 0, topics: mergedByTopic(refused, answered, topicKey) });
  });
}

function topicOf(image: MetadataImage, asked: AskedTopic, apiVersion: number): TopicImage | undefined {
  return apiVersion >= TOPIC_IDS ? image.topicById(asked.topicId) : image.topics.get(asked.name);
}

function answerOf(
  { name, topicId }: AskedTopic,
  partitions: AskedTopic['partitions'],
  errorCode: ErrorName,
): AnsweredTopic {
  return {
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  };
}
