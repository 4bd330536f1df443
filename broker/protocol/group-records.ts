/**
 * The records of `__consumer_offsets` as in Kafka's `group-coordinator/` schemas, and their encoding in the log
 * (org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde). A key is the type of the record (int16) and the
 * key's fields; a value is its version (int16) and the value's fields. A record without a value (a tombstone) removes
 * what an earlier record of the same key said.
 */
import type { Field, Struct } from './schema/field.js';
import { array, type BodyOf, bytes, int32, int64, string, uuid } from './schema/field.js';
import { attempt, Message } from './schema/message.js';
import { Reader } from './schema/reader.js';
import { Writer } from './schema/writer.js';

export interface GroupRecordSchema<Key extends Struct, Value extends Struct> {
  /** The number of the type, at the beginning of a key. */
  readonly apiKey: number;
  /** The version in which Kafka 4.3 writes the value. */
  readonly written: number;
  readonly key: Message<Key>;
  readonly value: Message<Value>;
}

function record<Key extends Struct, Value extends Struct>(description: {
  readonly name: string;
  readonly apiKey: number;
  readonly written: number;
  readonly key: Key;
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly value: Value;
}): GroupRecordSchema<Key, Value> {
  const { name, apiKey, written, validVersions, flexibleVersions } = description;
  const key = new Message({
    name: `${name}Key`,
    validVersions: '0',
    flexibleVersions: 'none',
    fields: description.key,
  });
  const value = new Message({
    name: `${name}Value`,
    validVersions,
    flexibleVersions,
    fields: description.value,
  });
  return { apiKey, written, key, value };
}

/** In the order of their types. */
export const groupRecordSchemas = {
  /** The committed offset of a group for a partition. A value with an expiry (retention of the request) has version 1. */
  OffsetCommit: record({
    name: 'OffsetCommit',
    apiKey: 1,
    written: 4,
    key: { group: string('0'), topic: string('0'), partition: int32('0') },
    validVersions: '0-4',
    flexibleVersions: '4+',
    value: {
      offset: int64('0+'),
      leaderEpoch: int32('3+', { default: -1, ignorable: true }),
      metadata: string('0+'),
      commitTimestamp: int64('0+'),
      expireTimestamp: int64('1', { default: -1, ignorable: true }),
      topicId: uuid('4+', { taggedVersions: '4+', tag: 0, ignorable: true }),
    },
  }),
  /** A group of the classic protocol: its generation with members and assignment. */
  GroupMetadata: record({
    name: 'GroupMetadata',
    apiKey: 2,
    written: 3,
    key: { group: string('0') },
    validVersions: '0-4',
    flexibleVersions: '4+',
    value: {
      protocolType: string('0+'),
      generation: int32('0+'),
      protocol: string('0+', { nullableVersions: '0+' }),
      leader: string('0+', { nullableVersions: '0+' }),
      currentStateTimestamp: int64('2+', { default: -1, ignorable: true }),
      members: array('0+', {
        memberId: string('0+'),
        groupInstanceId: string('3+', { nullableVersions: '3+', default: null, ignorable: true }),
        clientId: string('0+'),
        clientHost: string('0+'),
        rebalanceTimeout: int32('1+', { default: -1, ignorable: true }),
        sessionTimeout: int32('0+'),
        subscription: bytes('0+'),
        assignment: bytes('0+'),
      }),
    },
  }),
} as const;

/** The version with which a committed offset is written that expires at a fixed time. */
const EXPIRING_OFFSET = 1;
/** Offsets of Kafka before 0.8.2 have this type; the fields of the key are the same. */
const LEGACY_OFFSET = 0;

export type GroupRecordName = keyof typeof groupRecordSchemas;
type KeyOf<N extends GroupRecordName> =
  (typeof groupRecordSchemas)[N] extends GroupRecordSchema<infer K, Struct> ? BodyOf<K> : never;
type ValueOf<N extends GroupRecordName> =
  (typeof groupRecordSchemas)[N] extends GroupRecordSchema<Struct, infer V> ? BodyOf<V> : never;

/** A record with its type. Value null: a tombstone. */
export type GroupRecord<N extends GroupRecordName = GroupRecordName> = {
  readonly [Name in N]: {
    readonly type: Name;
    readonly key: KeyOf<Name>;
    readonly value: ValueOf<Name> | null;
  };
}[N];

export type GroupMetadataValue = ValueOf<'GroupMetadata'>;

export interface EncodedRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

type Fields = { readonly [name: string]: Field<unknown> };
type AnySchema = GroupRecordSchema<Fields, Fields>;

function schemaOf(name: GroupRecordName): AnySchema {
  // A record's key and value are those of its own type.
  return groupRecordSchemas[name] as unknown as AnySchema;
}

const namesByApiKey = new Map<number, GroupRecordName>([
  [LEGACY_OFFSET, 'OffsetCommit'],
  ...(Object.keys(groupRecordSchemas) as GroupRecordName[]).map((name): [number, GroupRecordName] => [
    groupRecordSchemas[name].apiKey,
    name,
  ]),
]);

export function encodeGroupRecord(written: GroupRecord): EncodedRecord {
  const schema = schemaOf(written.type);
  const key = encodeWithNumber(schema.key, schema.apiKey, 0, written.key);
  if (written.value === null) return { key, value: null };
  const version = versionOf(written, schema.written);
  return { key, value: encodeWithNumber(schema.value, version, version, written.value) };
}

function versionOf(written: GroupRecord, newest: number): number {
  const expires = written.type === 'OffsetCommit' && (written.value?.expireTimestamp ?? -1) >= 0;
  return expires ? EXPIRING_OFFSET : newest;
}

function encodeWithNumber(
  message: Message<Fields>,
  number: number,
  version: number,
  fields: BodyOf<Fields>,
): Uint8Array {
  const codec = message.codec(version);
  const writer = new Writer(new Uint8Array(2 + codec.size(fields)));
  writer.int16(number);
  codec.write(writer, fields);
  return writer.bytes;
}

export type DecodedGroupRecord =
  | { readonly kind: 'record'; readonly record: GroupRecord }
  /** A record of a type that this broker does not have. As in Kafka it is skipped. */
  | { readonly kind: 'unknown'; readonly apiKey: number }
  | { readonly kind: 'malformed'; readonly reason: string };

export function decodeGroupRecord(
  keyBytes: Uint8Array | null,
  valueBytes: Uint8Array | null,
): DecodedGroupRecord {
  if (keyBytes === null) return { kind: 'malformed', reason: 'a record without a key' };
  const reader = new Reader(keyBytes);
  const apiKey = attempt(reader, () => reader.int16());
  if (!apiKey.ok) return { kind: 'malformed', reason: apiKey.error.message };
  const type = namesByApiKey.get(apiKey.value);
  if (type === undefined) return { kind: 'unknown', apiKey: apiKey.value };
  const schema = schemaOf(type);
  const key = attempt(reader, () => schema.key.codec(0).read(reader));
  if (!key.ok) return { kind: 'malformed', reason: key.error.message };
  const value = valueBytes === null ? null : decodeValue(schema.value, valueBytes);
  if (value !== null && !value.ok) return { kind: 'malformed', reason: value.error.message };
  // Key and value were read with the schemas of this type.
  const record = { type, key: key.value, value: value?.value ?? null } as unknown as GroupRecord;
  return { kind: 'record', record };
}

function decodeValue(message: Message<Fields>, valueBytes: Uint8Array) {
  const reader = new Reader(valueBytes);
  return attempt(reader, () => {
    const version = reader.int16();
    if (!message.isValid(version)) reader.fail(`${message.name} of version ${version}`);
    return message.codec(version).read(reader);
  });
}
