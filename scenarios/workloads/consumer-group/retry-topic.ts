/**
 * The topic for records whose processing failed (a retry topic, or a dead-letter queue with a reader): `orders-retry`
 * beside `orders`. A record there names its original in its key, as frameworks do it in headers.
 */
import type { ConsumerRecord, TopicPartition } from '../../../broker/clients/consumer/consumer-record.js';
import { splitPartitionName } from '../../../broker/protocol/partition-name.js';
import { nameOf } from './application.js';

const SUFFIX = '-retry';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Original {
  readonly name: string;
  readonly offset: number;
}

export const retryTopicOf = (topic: string): string => `${topic}${SUFFIX}`;

export const isRetryPartition = (name: string): boolean => splitPartitionName(name).topic.endsWith(SUFFIX);

export function keyOfRetry(record: TopicPartition & { readonly offset: number }): Uint8Array {
  return encoder.encode(`${nameOf(record)}/${record.offset}`);
}

/** Null: the record is not one of a retry topic. */
export function originalOf({ topic, key }: ConsumerRecord): Original | null {
  if (!topic.endsWith(SUFFIX) || key === null) return null;
  const [name, offset] = decoder.decode(key).split('/');
  return name === undefined || offset === undefined ? null : { name, offset: Number(offset) };
}
