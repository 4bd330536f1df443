/**
 * Metadata (key 3; kafka.server.KafkaApis#handleTopicMetadataRequest), from this broker's own image. Only unfenced
 * brokers are listed. In KRaft the "controller" in the response is any broker that forwards requests; here it is the
 * broker that answers.
 *
 * - Null asks for all topics; in version 0 the empty list does. A topic is asked for once, however often it is named.
 * - If the request contains a topic id, only its topic ids count.
 * - An unknown name is created, if the request and `auto.create.topics.enable` permit it. The answer does not wait for
 *   the creation: it says UNKNOWN_TOPIC_OR_PARTITION, and the client asks again.
 */
import type { BrokerRegistration } from '../metadata/broker-registration.js';
import type { MetadataImage, TopicImage } from '../metadata/metadata-image.js';
import { type MetadataRequest, type MetadataResponse, metadataApi } from '../protocol/apis/03-metadata.js';
import { CLUSTER_OPERATIONS, NO_OPERATIONS, TOPIC_OPERATIONS } from '../protocol/authorized-operations.js';
import type { ErrorName } from '../protocol/errors.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { isInternalTopic, topicNameProblem } from '../protocol/topic-name.js';
import type { BrokerServices } from './broker-services.js';
import { describeAvailable, describePartition } from './topic-descriptions.js';

type TopicResponse = MetadataResponse['topics'][number];
type AskedTopic = NonNullable<MetadataRequest['topics']>[number];

/** From this version on a topic can be asked for by its id. */
const BY_TOPIC_ID = 12;

export function handleMetadata(
  services: BrokerServices,
  request: MetadataRequest,
  version: number,
): MetadataResponse {
  const { image } = services.lifecycle;
  const { topics: asked } = request;
  const problem = asked === null ? null : problemOf(asked, version);
  if (problem !== null) return refused(request, problem, version);
  const isForAll = asked === null || (version === 0 && asked.length === 0);
  const operations = request.includeTopicAuthorizedOperations ? TOPIC_OPERATIONS : NO_OPERATIONS;
  const describe = (topic: TopicImage): TopicResponse => describeTopic(image, topic, operations, version);
  return {
    throttleTimeMs: 0,
    brokers: Array.from(image.brokers.values()).filter(isUnfenced).map(describeBroker),
    clusterId: services.clusterId,
    controllerId: services.brokerId,
    topics: isForAll
      ? Array.from(image.topics.values(), describe)
      : describeAsked(services, request, asked, describe),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? CLUSTER_OPERATIONS
      : NO_OPERATIONS,
    errorCode: 'NONE',
  };
}

/** A null name is legal only beside a topic id, and a topic id only in the versions that serve it. */
function problemOf(asked: readonly AskedTopic[], version: number): ErrorName | null {
  for (const { name, topicId } of asked) {
    if (version < BY_TOPIC_ID && (name === null || topicId !== ZERO_UUID)) return 'INVALID_REQUEST';
  }
  const hasIds = asked.some(({ topicId }) => topicId !== ZERO_UUID);
  return !hasIds && asked.some(({ name }) => name === null) ? 'UNKNOWN_SERVER_ERROR' : null;
}

/** org.apache.kafka.common.requests.MetadataRequest#getErrorResponse: the whole answer names no broker. */
function refused(request: MetadataRequest, errorCode: ErrorName, version: number): MetadataResponse {
  const response = metadataApi.errorResponse(request, errorCode, version);
  return {
    ...response,
    topics: response.topics.map((topic) => ({ ...topic, name: topic.name ?? '' })),
    errorCode: 'NONE',
  };
}

function describeAsked(
  services: BrokerServices,
  request: MetadataRequest,
  asked: readonly AskedTopic[],
  describe: (topic: TopicImage) => TopicResponse,
): TopicResponse[] {
  const { image } = services.lifecycle;
  const ids = new Set(asked.map(({ topicId }) => topicId).filter((topicId) => topicId !== ZERO_UUID));
  if (ids.size > 0) return describeIds(image, ids, describe);
  const operations = request.includeTopicAuthorizedOperations ? TOPIC_OPERATIONS : NO_OPERATIONS;
  const names = new Set(asked.map(({ name }) => name ?? ''));
  const isCreating =
    request.allowAutoTopicCreation && services.replicas.context.config['auto.create.topics.enable'];
  const known: TopicResponse[] = [];
  const unknown: TopicResponse[] = [];
  for (const name of names) {
    const topic = image.topics.get(name);
    if (topic !== undefined) known.push(describe(topic));
    else unknown.push(missing(name, unknownError(name), operations));
    if (topic === undefined && isCreating) services.topicCreator.create(name);
  }
  return [...known, ...unknown];
}

function describeIds(
  image: MetadataImage,
  ids: ReadonlySet<string>,
  describe: (topic: TopicImage) => TopicResponse,
): TopicResponse[] {
  const known: TopicResponse[] = [];
  const unknown: TopicResponse[] = [];
  for (const topicId of ids) {
    const topic = image.topicById(topicId);
    if (topic === undefined) unknown.push({ ...missing(null, 'UNKNOWN_TOPIC_ID', NO_OPERATIONS), topicId });
    else known.push(describe(topic));
  }
  return [...unknown, ...known];
}

const unknownError = (name: string): ErrorName =>
  topicNameProblem(name) === null ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION';

const isUnfenced = ({ fenced }: BrokerRegistration): boolean => !fenced;

const describeBroker = ({
  brokerId,
  host,
  port,
}: BrokerRegistration): MetadataResponse['brokers'][number] => ({
  nodeId: brokerId,
  host,
  port,
  rack: null,
});

const missing = (
  name: string | null,
  errorCode: ErrorName,
  topicAuthorizedOperations: number,
): TopicResponse => ({
  errorCode,
  name,
  topicId: ZERO_UUID,
  isInternal: name !== null && isInternalTopic(name),
  partitions: [],
  topicAuthorizedOperations,
});

function describeTopic(
  image: MetadataImage,
  topic: TopicImage,
  topicAuthorizedOperations: number,
  version: number,
): TopicResponse {
  const describe = version === 0 ? describeAvailable : describePartition;
  return {
    errorCode: 'NONE',
    name: topic.name,
    topicId: topic.topicId,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition) => describe(image, partition)),
    topicAuthorizedOperations,
  };
}
