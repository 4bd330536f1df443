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
import { Writer } from './schema/writer.js';

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

/** The user data of the sticky assignor, without a version: what the member held (StickyAssignor). */
const stickyUserData = new Message({
  name: 'StickyAssignorUserData',
  validVersions: '1',
  flexibleVersions: 'none',
  fields: {
    previousAssignment: array('1+', { topic: string('1+'), partitions: array('1+', 'int32') }),
    generation: int32('1+', { default: -1 }),
  },
});

type Subscription = BodyOf<typeof consumerProtocolSubscription.fields>;
type Assignment = BodyOf<typeof consumerProtocolAssignment.fields>;
type StickyUserData = BodyOf<typeof stickyUserData.fields>;

function encode<S extends Struct>(message: Message<S>, value: BodyOf<S>): Uint8Array {
  const version = message.validVersions.highest;
  const codec = message.codec(version);
  const writer = new Writer(new Uint8Array(2 + codec.size(value)));
  writer.int16(version);
  codec.write(writer, value);
  return writer.bytes;
}

export const encodeSubscription = (value: Subscription): Uint8Array =>
  encode(consumerProtocolSubscription, value);
export const encodeAssignment = (value: Assignment): Uint8Array => encode(consumerProtocolAssignment, value);
export const encodeStickyUserData = (value: StickyUserData): Uint8Array => stickyUserData.encode(1, value);

/** null: the bytes are no subscription. */
export const decodeSubscription = (embedded: Uint8Array): Subscription | null =>
  decode(consumerProtocolSubscription, embedded);
export const decodeAssignment = (embedded: Uint8Array): Assignment | null =>
  decode(consumerProtocolAssignment, embedded);

export function decodeStickyUserData(embedded: Uint8Array): StickyUserData | null {
  const decoded = stickyUserData.decode(1, embedded);
  return decoded.ok ? decoded.value : null;
}

/**
 * The topics of a subscription of any version; null: the bytes are no subscription. The coordinator reads only this
 * part, which every version begins with.
 */
export function subscribedTopicsIn(embedded: Uint8Array): readonly string[] | null {
  return decode(consumerProtocolSubscription, embedded, 0)?.topics ?? null;
}
