/**
 * What consumers write into the opaque fields of JoinGroup and SyncGroup (protocol type `consumer`;
 * org.apache.kafka.clients.consumer.internals.ConsumerProtocol): their subscription, and their assignment. Both begin
 * with a version (int16). A version above the known ones is read as the newest known one: later versions only add
 * fields at the end.
 */

import type { Struct } from './schema/field.js';
import { array, type BodyOf, bytes, int32, string } from './schema/field.js';
import { attempt, Message } from './schema/message.js';
import { Reader } from './schema/reader.js';

export const CONSUMER_PROTOCOL_TYPE = 'consumer';

/**
 * Versions: 1 the partitions that the member owns (KIP-429) · 2 the generation of that ownership (KIP-792) · 3 rack
 * (KIP-881).
 */
export const consumerProtocolSubscription = new Message({
  name: 'ConsumerProtocolSubscription',
  validVersions: '0-3',
  flexibleVersions: 'none',
  fields: {
    topics: array('0+', 'string'),
    userData: bytes('0+', { nullableVersions: '0+', default: null }),
    ownedPartitions: array(
      '1+',
      { topic: string('1+', { mapKey: true }), partitions: array('1+', 'int32') },
      { ignorable: true },
    ),
    generationId: int32('2+', { default: -1, ignorable: true }),
    rackId: string('3+', { nullableVersions: '3+', default: null, ignorable: true }),
  },
});

/** All versions are the same. */
export const consumerProtocolAssignment = new Message({
  name: 'ConsumerProtocolAssignment',
  validVersions: '0-3',
  flexibleVersions: 'none',
  fields: {
    assignedPartitions: array('0+', {
      topic: string('0+', { mapKey: true }),
      partitions: array('0+', 'int32'),
    }),
    userData: bytes('0+', { nullableVersions: '0+', default: null }),
  },
});

function decode<S extends Struct>(
  message: Message<S>,
  embedded: Uint8Array,
  asVersion?: number,
): BodyOf<S> | null {
  const reader = new Reader(embedded);
  const decoded = attempt(reader, () => {
    const version = reader.int16();
    if (version < 0) reader.fail(`${message.name} of version ${version}`);
    return message.codec(asVersion ?? Math.min(version, message.validVersions.highest)).read(reader);
  });
  return decoded.ok ? decoded.value : null;
}

/**
 * The topics of a subscription of any version; null: the bytes are no subscription. The coordinator reads only this
 * part, which every version begins with.
 */
export function subscribedTopicsIn(embedded: Uint8Array): readonly string[] | null {
  return decode(consumerProtocolSubscription, embedded, 0)?.topics ?? null;
}
