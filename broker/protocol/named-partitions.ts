/**
 * The partitions that a request names, for every API whose requests list topics with partitions and whose responses
 * list the same topics and partitions. The fields are found in the schemas.
 */

import type { ResponseBodies } from './apis/index.js';
import { apiSchemas } from './apis/schemas.js';
import { errorAnswer } from './error-answer.js';
import type { ErrorName } from './errors.js';
import type { ApiName, RequestFrame } from './frame.js';
import { partitionName } from './partition-name.js';
import type { Field, Struct } from './schema/field.js';

type Values = { readonly [name: string]: unknown };

/** The fields of one API that list partitions. */
interface PartitionFields {
  readonly topics: string;
  readonly partitions: string;
  /** The field with the index of a partition; null: the partitions are their indexes. */
  readonly index: string | null;
  readonly answeredTopics: string;
  readonly answeredPartitions: string;
}

/** Null: no topic has this id. */
export type TopicNameOf = (topicId: string) => string | null;

const TOPIC_NAMES = ['name', 'topic'];
const INDEX_NAMES = ['index', 'partition', 'partitionIndex'];

const partitionFields: ReadonlyMap<string, PartitionFields> = new Map(
  Object.entries(apiSchemas).flatMap(([apiName, { request, response }]) => {
    const fields = fieldsOf(request.fields, response.fields);
    return fields === null ? [] : [[apiName, fields]];
  }),
);

/** The APIs whose requests name partitions that can be answered one by one. */
export const partitionedApis: readonly string[] = [...partitionFields.keys()];

export function namesPartition(request: RequestFrame, partition: string, topicNameOf: TopicNameOf): boolean {
  const fields = partitionFields.get(request.apiName);
  if (fields === undefined) return false;
  const isNamed = isPartition(fields, partition, topicNameOf);
  return listOf(request.body, fields.topics).some((topic) =>
    elementsOf(topic, fields.partitions).some((each) => isNamed(topic, each)),
  );
}

/**
 * The request without a partition that it names, and the response with an error for that partition. `rest` is null when
 * the request names no other partition.
 */
export function withoutPartition(
  request: RequestFrame,
  partition: string,
  error: ErrorName,
  topicNameOf: TopicNameOf,
): {
  readonly rest: RequestFrame | null;
  readonly refused: ResponseBodies[ApiName];
} {
  const fields = partitionFields.get(request.apiName);
  if (fields === undefined) throw new TypeError(`a request of ${request.apiName} names no partitions`);
  const isNamed = isPartition(fields, partition, topicNameOf);
  const keep = (isKept: (topic: Values, each: unknown) => boolean): RequestFrame | null => {
    const topics = listOf(request.body, fields.topics)
      .map((topic) => {
        const partitions = elementsOf(topic, fields.partitions).filter((each) => isKept(topic, each));
        return { ...topic, [fields.partitions]: partitions };
      })
      .filter((topic) => elementsOf(topic, fields.partitions).length > 0);
    // The body keeps the shape of its schema: only elements of two arrays are left out.
    const body = { ...request.body, [fields.topics]: topics } as unknown as RequestFrame['body'];
    return topics.length === 0 ? null : { ...request, body };
  };
  const named = keep(isNamed) ?? request;
  const answer = errorAnswer(request.apiName, named.body, error, request.apiVersion);
  const refused = {
    ...apiSchemas[request.apiName].response.defaults,
    [fields.answeredTopics]: listOf(answer, fields.answeredTopics),
  } as unknown as ResponseBodies[ApiName];
  return { rest: keep((topic, each) => !isNamed(topic, each)), refused };
}

/** The response to the rest of a request, with the refused partition in its topic. */
export function withRefusedPartition(
  apiName: ApiName,
  answered: ResponseBodies[ApiName],
  refused: ResponseBodies[ApiName],
): ResponseBodies[ApiName] {
  const fields = partitionFields.get(apiName);
  if (fields === undefined) return answered;
  const topics = [...listOf(answered, fields.answeredTopics)];
  for (const topic of listOf(refused, fields.answeredTopics)) {
    const at = topics.findIndex((other) => isSameTopic(other, topic));
    const before = topics[at];
    if (before === undefined) topics.push(topic);
    else {
      const name = fields.answeredPartitions;
      topics[at] = { ...before, [name]: [...elementsOf(before, name), ...elementsOf(topic, name)] };
    }
  }
  return { ...answered, [fields.answeredTopics]: topics } as unknown as ResponseBodies[ApiName];
}

function fieldsOf(request: Struct, response: Struct): PartitionFields | null {
  for (const [topics, field] of Object.entries(request)) {
    const topic = field.element?.fields;
    if (topic === undefined || topic === null || !hasTopic(topic)) continue;
    const nested = Object.entries(topic).find(([, each]) => indexOf(each) !== undefined);
    const answeredTopics = Object.entries(response).find(([, each]) => each.echoes === topics);
    if (nested === undefined || answeredTopics === undefined) continue;
    const [partitions, partitionsField] = nested;
    const answeredPartitions = Object.entries(answeredTopics[1].element?.fields ?? {}).find(
      ([, each]) => each.echoes === partitions,
    );
    if (answeredPartitions === undefined) continue;
    return {
      topics,
      partitions,
      index: indexOf(partitionsField) ?? null,
      answeredTopics: answeredTopics[0],
      answeredPartitions: answeredPartitions[0],
    };
  }
  return null;
}

function hasTopic(fields: Struct): boolean {
  return 'topicId' in fields || TOPIC_NAMES.some((name) => name in fields);
}

/** The name of the index in the elements; null: the elements are indexes; undefined: the field lists no partitions. */
function indexOf({ element }: Field): string | null | undefined {
  if (element === null) return undefined;
  if (element.type === 'int32') return null;
  return INDEX_NAMES.find((name) => element.fields?.[name]?.type === 'int32');
}

function isPartition(fields: PartitionFields, partition: string, topicNameOf: TopicNameOf) {
  return (topic: Values, each: unknown): boolean => {
    const index = fields.index === null ? each : valuesOf(each)[fields.index];
    const name = topicName(topic, topicNameOf);
    return typeof index === 'number' && name !== null && partitionName(name, index) === partition;
  };
}

function topicName(topic: Values, topicNameOf: TopicNameOf): string | null {
  for (const field of TOPIC_NAMES) {
    const name = topic[field];
    if (typeof name === 'string' && name !== '') return name;
  }
  return typeof topic.topicId === 'string' ? topicNameOf(topic.topicId) : null;
}

function isSameTopic(a: Values, b: Values): boolean {
  return [...TOPIC_NAMES, 'topicId'].every((name) => a[name] === b[name]);
}

function listOf(body: object, field: string): readonly Values[] {
  return elementsOf(valuesOf(body), field).map(valuesOf);
}

function elementsOf(values: Values, field: string): readonly unknown[] {
  const value = values[field];
  return Array.isArray(value) ? value : [];
}

function valuesOf(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {};
}
