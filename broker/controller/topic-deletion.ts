/**
 * Decides DeleteTopics (kafka.server.ControllerApis#deleteTopics). A topic is named by its name or by its id, never by
 * both. A topic that the request names twice is not deleted. Brokers delete the replicas when they apply the record.
 */
import type { MetadataImage } from '../metadata/metadata-image.js';
import { asVersion6, type DeleteTopicsRequest } from '../protocol/apis/20-delete-topics.js';
import type { ResponseBodies } from '../protocol/apis/index.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { Decision } from './decision.js';
import { refuse } from './new-partitions.js';

type Named = DeleteTopicsRequest['topics'][number];
type Result = ResponseBodies['DeleteTopics']['responses'][number];

export interface TopicDeletionOptions {
  readonly image: MetadataImage;
  /** delete.topic.enable */
  readonly isEnabled: boolean;
}

export function deleteTopics(
  request: DeleteTopicsRequest,
  { image, isEnabled }: TopicDeletionOptions,
): Decision<ResponseBodies['DeleteTopics']> {
  if (!isEnabled) {
    const response = apiSchemas.DeleteTopics.errorResponse(asVersion6(request), 'TOPIC_DELETION_DISABLED');
    return { records: [], response };
  }
  const deletion = new Deletion(image, asVersion6(request).topics);
  const responses = deletion.results();
  return { records: deletion.records, response: { throttleTimeMs: 0, responses } };
}

const NOT_HOSTED = 'This server does not host this topic-partition.';

class Deletion {
  readonly records: MetadataRecord[] = [];
  readonly #image: MetadataImage;
  readonly #named: readonly Named[];

  constructor(image: MetadataImage, named: readonly Named[]) {
    this.#image = image;
    this.#named = named;
  }

  /** One result for each topic that the request names, in the order of the request. */
  results(): readonly Result[] {
    const seen = new Set<string>();
    return this.#named.flatMap((asked) => {
      const key = `${asked.name ?? ''}/${asked.topicId}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [this.#decide(asked)];
    });
  }

  #decide(asked: Named): Result {
    const { name, topicId } = asked;
    const isDuplicate =
      this.#named.filter((other) => other.name === name && other.topicId === topicId).length > 1;
    if (name === null) {
      if (topicId === ZERO_UUID)
        return { name, topicId, ...refuse('INVALID_REQUEST', 'Neither topic name nor id were specified.') };
      if (isDuplicate) return { name, topicId, ...refuse('INVALID_REQUEST', 'Duplicate topic id.') };
      const topic = this.#image.topicById(topicId);
      if (topic === undefined)
        return { name, topicId, ...refuse('UNKNOWN_TOPIC_ID', 'This server does not host this topic ID.') };
      return this.#named.some((other) => other.name === topic.name)
        ? suppliedTwice(topic)
        : this.#delete(topic);
    }
    if (topicId !== ZERO_UUID)
      return {
        name,
        topicId,
        ...refuse('INVALID_REQUEST', 'You may not specify both topic name and topic id.'),
      };
    if (isDuplicate) return { name, topicId, ...refuse('INVALID_REQUEST', 'Duplicate topic name.') };
    const topic = this.#image.topics.get(name);
    if (topic === undefined) return { name, topicId, ...refuse('UNKNOWN_TOPIC_OR_PARTITION', NOT_HOSTED) };
    const isSuppliedTwice = this.#named.some(
      (other) => other.name === null && other.topicId === topic.topicId,
    );
    return isSuppliedTwice ? suppliedTwice(topic) : this.#delete(topic);
  }

  #delete({ name, topicId }: { readonly name: string; readonly topicId: string }): Result {
    this.records.push({ type: 'RemoveTopicRecord', topicId });
    return { name, topicId, errorCode: 'NONE', errorMessage: null };
  }
}

const suppliedTwice = ({ name, topicId }: { readonly name: string; readonly topicId: string }): Result => ({
  name,
  topicId,
  ...refuse('INVALID_REQUEST', 'The provided topic name maps to an ID that was already supplied.'),
});
