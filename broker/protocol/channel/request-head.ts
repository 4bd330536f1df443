/** The kind of a request from the first bytes of its frame, for a reader of a stream that decodes nothing else. */
import { requestHeader } from '../headers.js';
import { METADATA_FETCH_KIND } from '../message-kinds.js';
import { METADATA_TOPIC_ID } from '../metadata-log-batch.js';
import { int16At, int32At } from '../schema/big-endian.js';
import { attempt } from '../schema/message.js';
import { Reader } from '../schema/reader.js';
import { servedApiOf } from './wire-frames.js';

/** Length, API key, API version, correlation id. */
export const REQUEST_HEAD_BYTES = 12;
const LENGTH_BYTES = 4;
/** A Fetch names its first topic within these bytes, unless its client id is unusually long. */
const FETCH_HEAD_BYTES = 1_024;
const FETCH_BY_TOPIC_ID = 13;
const REPLICA_ID_LAST = 14;

/** How many bytes of the frame at a position `requestKindOf` reads, if its first `REQUEST_HEAD_BYTES` are there. */
export function requestHeadBytes(bytes: Uint8Array, at: number): number {
  if (servedApiOf(int16At(bytes, at + LENGTH_BYTES)) !== 'Fetch') return REQUEST_HEAD_BYTES;
  const frameBytes = LENGTH_BYTES + int32At(bytes, at);
  return Math.max(REQUEST_HEAD_BYTES, Math.min(frameBytes, FETCH_HEAD_BYTES));
}

/** Empty: no API that is served. */
export function requestKindOf(bytes: Uint8Array, at: number, headBytes: number): string {
  const apiName = servedApiOf(int16At(bytes, at + LENGTH_BYTES));
  if (apiName !== 'Fetch') return apiName ?? '';
  const reader = new Reader(bytes, at + LENGTH_BYTES, at + headBytes);
  const topicId = attempt(reader, () => firstTopicId(reader));
  return topicId.ok && topicId.value === METADATA_TOPIC_ID ? METADATA_FETCH_KIND : apiName;
}

/** Null: the request names no topic by id. */
function firstTopicId(reader: Reader): string | null {
  const { requestApiVersion } = requestHeader.codec(2).read(reader);
  if (requestApiVersion < FETCH_BY_TOPIC_ID) return null;
  if (requestApiVersion <= REPLICA_ID_LAST) reader.int32();
  // maxWaitMs, minBytes, maxBytes, isolationLevel, sessionId, sessionEpoch
  reader.position += 4 + 4 + 4 + 1 + 4 + 4;
  const topicsCount = reader.unsignedVarint() - 1;
  return topicsCount > 0 ? reader.uuid() : null;
}
