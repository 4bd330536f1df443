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

function produceRequestBytes(body: ProduceRequest): number {
  let bytes = 9;
  for (const topic of body.topicData) {
    bytes += TOPIC_BYTES + topic.name.length;
    for (const partition of topic.partitionData) bytes += 8 + partition.records.length;
  }
  return bytes;
}

function produceResponseBytes(body: ProduceResponse): number {
  let bytes = 6;
  for (const topic of body.responses)
    bytes += TOPIC_BYTES + topic.name.length + 33 * topic.partitionResponses.length;
  return bytes;
}

function fetchRequestBytes(body: FetchRequest): number {
  let bytes = 32;
  for (const topic of body.topics) bytes += TOPIC_BYTES + topic.topic.length + 33 * topic.partitions.length;
  for (const topic of body.forgottenTopicsData)
    bytes += TOPIC_BYTES + topic.topic.length + 4 * topic.partitions.length;
  return bytes;
}

function fetchResponseBytes(body: FetchResponse): number {
  let bytes = 12;
  for (const topic of body.responses) {
    bytes += TOPIC_BYTES + topic.topic.length;
    for (const partition of topic.partitions) bytes += 40 + (partition.records?.length ?? 0);
  }
  return bytes;
}

function metadataLogFetchResponseBytes(body: MetadataLogFetchResponse): number {
  let bytes = SMALL_BODY_BYTES;
  for (const batch of body.batches)
    bytes += BATCH_OVERHEAD_BYTES + METADATA_RECORD_BYTES * batch.records.length;
  return bytes;
}

function metadataResponseBytes(body: MetadataResponse): number {
  let bytes = SMALL_BODY_BYTES + 24 * body.brokers.length;
  for (const topic of body.topics) bytes += TOPIC_BYTES + topic.name.length + 40 * topic.partitions.length;
  return bytes;
}
