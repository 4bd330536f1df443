/**
 * About how many bytes a frame takes on the wire, for bandwidth and byte counts: the fixed parts from Kafka's message
 * schemas, exact for what makes frames large (record batches), names at one byte a character. Never encodes anything.
 */
import type { ProduceRequest, ProduceResponse } from './apis/00-produce.js';
import type { FetchRequest, FetchResponse } from './apis/01-fetch.js';
import type { MetadataLogFetchResponse } from './apis/01-metadata-log-fetch.js';
import type { MetadataResponse } from './apis/03-metadata.js';
import type { RequestFrame, ResponseFrame } from './frame.js';

/** Length, API key, API version, correlation id, client id's length, tagged fields. */
const REQUEST_HEADER_BYTES = 15;
/** Length, correlation id, tagged fields. */
const RESPONSE_HEADER_BYTES = 9;
/** A request or response about one partition or one broker, without records. */
const SMALL_BODY_BYTES = 48;
const TOPIC_BYTES = 3;
/** One record of the metadata log inside its batch. */
const METADATA_RECORD_BYTES = 64;
const BATCH_OVERHEAD_BYTES = 61;

export function requestSizeBytes(frame: RequestFrame): number {
  return REQUEST_HEADER_BYTES + frame.clientId.length + requestBodyBytes(frame);
}

export function responseSizeBytes(frame: ResponseFrame): number {
  return RESPONSE_HEADER_BYTES + responseBodyBytes(frame);
}

function requestBodyBytes(frame: RequestFrame): number {
  switch (frame.apiName) {
    case 'Produce':
      return produceRequestBytes(frame.body as ProduceRequest);
    case 'Fetch':
      return fetchRequestBytes(frame.body as FetchRequest);
    default:
      return SMALL_BODY_BYTES;
  }
}

function responseBodyBytes(frame: ResponseFrame): number {
  switch (frame.apiName) {
    case 'Produce':
      return produceResponseBytes(frame.body as ProduceResponse);
    case 'Fetch':
      return fetchResponseBytes(frame.body as FetchResponse);
    case 'MetadataLogFetch':
      return metadataLogFetchResponseBytes(frame.body as MetadataLogFetchResponse);
    case 'Metadata':
      return metadataResponseBytes(frame.body as MetadataResponse);
    default:
      return SMALL_BODY_BYTES;
  }
}

/** One topic by its name, and a list of its partitions, records apart. */
function topicBytes(name: string, partitions: readonly unknown[], partitionBytes: number): number {
  return TOPIC_BYTES + name.length + partitionBytes * partitions.length;
}

function produceRequestBytes(body: ProduceRequest): number {
  let bytes = 9;
  for (const { name, partitionData } of body.topicData) {
    bytes += topicBytes(name, partitionData, 8);
    for (const { records } of partitionData) bytes += records?.length ?? 0;
  }
  return bytes;
}

function produceResponseBytes(body: ProduceResponse): number {
  let bytes = 6;
  for (const { name, partitionResponses } of body.responses)
    bytes += topicBytes(name, partitionResponses, 33);
  return bytes;
}

function fetchRequestBytes(body: FetchRequest): number {
  let bytes = 32;
  for (const { topic, partitions } of body.topics) bytes += topicBytes(topic, partitions, 33);
  for (const { topic, partitions } of body.forgottenTopicsData) bytes += topicBytes(topic, partitions, 4);
  return bytes;
}

function fetchResponseBytes(body: FetchResponse): number {
  let bytes = 12;
  for (const { topic, partitions } of body.responses) {
    bytes += topicBytes(topic, partitions, 40);
    for (const { records } of partitions) bytes += records?.length ?? 0;
  }
  return bytes;
}

function metadataLogFetchResponseBytes(body: MetadataLogFetchResponse): number {
  let bytes = SMALL_BODY_BYTES;
  for (const { records } of body.batches)
    bytes += BATCH_OVERHEAD_BYTES + METADATA_RECORD_BYTES * records.length;
  return bytes;
}

function metadataResponseBytes(body: MetadataResponse): number {
  let bytes = SMALL_BODY_BYTES + 24 * body.brokers.length;
  for (const { name, partitions } of body.topics) bytes += topicBytes(name ?? '', partitions, 40);
  return bytes;
}
