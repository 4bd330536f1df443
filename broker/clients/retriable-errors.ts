/** How Kafka's exception hierarchy sorts error codes: RetriableException, and InvalidMetadataException below it. */
import type { ErrorName } from '../protocol/errors.js';
import type { RpcFailure } from '../protocol/rpc-client.js';
import type { SendError } from './rules/acknowledgement.js';

const staleMetadata: ReadonlySet<SendError> = new Set<SendError>([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
]);

const otherRetriable: ReadonlySet<SendError> = new Set<SendError>([
  'CORRUPT_MESSAGE',
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'OFFSET_NOT_AVAILABLE',
]);

export const isRetriable = (error: SendError): boolean =>
  staleMetadata.has(error) || otherRetriable.has(error);
/** The leader may have changed: refresh the metadata before the next attempt. */
export const impliesStaleMetadata = (error: SendError): boolean => staleMetadata.has(error);

/** The Java clients' name for a request that got no answer. */
export const errorOfFailure = (failure: RpcFailure): ErrorName =>
  failure === 'timed-out' ? 'REQUEST_TIMED_OUT' : 'NETWORK_EXCEPTION';
