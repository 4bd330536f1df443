/**
 * OffsetFetch (key 9; kafka.server.KafkaApis#handleOffsetFetchRequest). Before version 8 a request is about one group;
 * from version 10 on it names topics by id.
 */
import type { AskedGroup, FetchedGroup } from '../groups/offset-commits.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { OffsetFetchRequest, OffsetFetchResponse } from '../protocol/apis/09-offset-fetch.js';
import { offsetFetchApi } from '../protocol/apis/09-offset-fetch.js';
import type { ErrorName } from '../protocol/errors.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { BrokerServices } from './broker-services.js';

type FetchedTopic = FetchedGroup['topics'][number];

const SEVERAL_GROUPS = 8;
const TOPIC_IDS = 10;
/** Before this version the error is at each partition. */
const GROUP_ERROR = 2;

export function handleOffsetFetch(
  services: BrokerServices,
  request: OffsetFetchRequest,
  respond: (response: OffsetFetchResponse) => void,
  { apiVersion }: { readonly apiVersion: number },
): void {
  const { image } = services.lifecycle;
  const isSingle = apiVersion < SEVERAL_GROUPS;
  const asked: readonly AskedGroup[] = isSingle ? [singleGroup(request)] : request.groups;
  const groups = new Array<FetchedGroup>(asked.length);
  let missing = asked.length;
  const finish = (): void => {
    const [first] = groups;
    if (isSingle && first !== undefined) respond(singleResponse(request, first, apiVersion));
    else respond({ ...offsetFetchApi.response.defaults, groups });
  };
  if (missing === 0) finish();
  for (const [index, group] of asked.entries()) {
    fetchGroup(services, image, group, { requireStable: request.requireStable, apiVersion }, (fetched) => {
      groups[index] = fetched;
      missing -= 1;
      if (missing === 0) finish();
    });
  }
}

function singleGroup({ groupId, topics }: OffsetFetchRequest): AskedGroup {
  return {
    groupId,
    memberId: null,
    memberEpoch: -1,
    topics:
      topics?.map(({ name, partitionIndexes }) => ({ name, topicId: ZERO_UUID, partitionIndexes })) ?? null,
  };
}

function singleResponse(
  request: OffsetFetchRequest,
  { errorCode, topics }: FetchedGroup,
  apiVersion: number,
): OffsetFetchResponse {
  const { defaults } = offsetFetchApi.response;
  if (errorCode === 'NONE' || apiVersion >= GROUP_ERROR)
    return {
      ...defaults,
      errorCode,
      topics: topics.map(({ name, partitions }) => ({ name, partitions })),
    };
  const asked = singleGroup(request).topics ?? [];
  return { ...defaults, topics: asked.map((topic) => refusedTopic(topic, errorCode)) };
}

function fetchGroup(
  services: BrokerServices,
  image: MetadataImage,
  group: AskedGroup,
  { requireStable, apiVersion }: { readonly requireStable: boolean; readonly apiVersion: number },
  done: (fetched: FetchedGroup) => void,
): void {
  const refused: FetchedTopic[] = [];
  const topics =
    group.topics?.flatMap((topic) => {
      const found = apiVersion >= TOPIC_IDS ? image.topicById(topic.topicId) : image.topics.get(topic.name);
      if (found !== undefined) return [{ ...topic, name: found.name, topicId: found.topicId }];
      if (apiVersion < TOPIC_IDS) return [topic];
      refused.push(refusedTopic(topic, 'UNKNOWN_TOPIC_ID'));
      return [];
    }) ?? null;
  services.groups.fetchOffsets({ ...group, topics }, requireStable, (fetched) => {
    const present = fetched.topics.filter(
      ({ topicId }) =>
        group.topics !== null || apiVersion < TOPIC_IDS || image.topicById(topicId) !== undefined,
    );
    done({ ...fetched, topics: [...present, ...refused] });
  });
}

function refusedTopic(
  { name, topicId, partitionIndexes }: NonNullable<AskedGroup['topics']>[number],
  errorCode: ErrorName,
): FetchedTopic {
  const unknown = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode };
  return {
    name,
    topicId,
    partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...unknown })),
  };
}
