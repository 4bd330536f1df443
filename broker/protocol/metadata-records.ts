/**
 * The records of the metadata log `__cluster_metadata` as in Kafka's `metadata/` schemas, and their encoding in the
 * log. The value of a record is a frame version (1), the key of the record's type and its version, each as an
 * unsigned varint, and then its fields. Metadata changes only by replaying these records in order, on the controller
 * and on every broker.
 */
import {
  array,
  type BodyOf,
  bool,
  int8,
  int16,
  int32,
  int64,
  type Struct,
  string,
  uint16,
  uuid,
} from './schema/field.js';
import { attempt, type Decoded, Message } from './schema/message.js';
import { Reader } from './schema/reader.js';
import { sizeOfUnsignedVarint, Writer } from './schema/writer.js';

const FRAME_VERSION = 1;

export interface RecordSchema<Name extends string, S extends Struct> {
  readonly key: number;
  readonly name: Name;
  readonly message: Message<S>;
}

function record<Name extends string, S extends Struct>(description: {
  readonly key: number;
  readonly name: Name;
  readonly validVersions: string;
  readonly fields: S;
}): RecordSchema<Name, S> {
  const { key, name, validVersions, fields } = description;
  return { key, name, message: new Message({ name, validVersions, flexibleVersions: '0+', fields }) };
}

/** In the order of their keys. */
export const recordSchemas = {
  /** `brokerEpoch` is the offset of this record: it is monotone, so it serves as a fencing token. */
  RegisterBrokerRecord: record({
    key: 0,
    name: 'RegisterBrokerRecord',
    validVersions: '0-4',
    fields: {
      brokerId: int32('0+'),
      isMigratingZkBroker: bool('2+'),
      incarnationId: uuid('0+'),
      brokerEpoch: int64('0+'),
      endPoints: array('0+', {
        name: string('0+', { mapKey: true }),
        host: string('0+'),
        port: uint16('0+'),
        securityProtocol: int16('0+'),
      }),
      features: array('0+', {
        name: string('0+', { mapKey: true }),
        minSupportedVersion: int16('0+'),
        maxSupportedVersion: int16('0+'),
      }),
      rack: string('0+', { nullableVersions: '0+' }),
      fenced: bool('0+', { default: true }),
      inControlledShutdown: bool('1+'),
      logDirs: array('3+', 'uuid', { taggedVersions: '3+', tag: 0 }),
      cordonedLogDirs: array('4+', 'uuid', {
        nullableVersions: '4+',
        taggedVersions: '4+',
        tag: 1,
        default: null,
      }),
    },
  }),
  UnregisterBrokerRecord: record({
    key: 1,
    name: 'UnregisterBrokerRecord',
    validVersions: '0',
    fields: { brokerId: int32('0+'), brokerEpoch: int64('0+') },
  }),
  TopicRecord: record({
    key: 2,
    name: 'TopicRecord',
    validVersions: '0',
    fields: { name: string('0+'), topicId: uuid('0+') },
  }),
  PartitionRecord: record({
    key: 3,
    name: 'PartitionRecord',
    validVersions: '0-2',
    fields: {
      partitionId: int32('0+', { default: -1 }),
      topicId: uuid('0+'),
      replicas: array('0+', 'int32'),
      isr: array('0+', 'int32'),
      removingReplicas: array('0+', 'int32'),
      addingReplicas: array('0+', 'int32'),
      leader: int32('0+', { default: -1 }),
      leaderRecoveryState: int8('0+', { taggedVersions: '0+', tag: 0 }),
      leaderEpoch: int32('0+', { default: -1 }),
      partitionEpoch: int32('0+', { default: -1 }),
      directories: array('1+', 'uuid'),
      eligibleLeaderReplicas: array('2+', 'int32', {
        nullableVersions: '2+',
        taggedVersions: '2+',
        tag: 1,
        default: null,
      }),
      lastKnownElr: array('2+', 'int32', {
        nullableVersions: '2+',
        taggedVersions: '2+',
        tag: 2,
        default: null,
      }),
    },
  }),
  /** Null removes the setting. */
  ConfigRecord: record({
    key: 4,
    name: 'ConfigRecord',
    validVersions: '0',
    fields: {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      name: string('0+'),
      value: string('0+', { nullableVersions: '0+' }),
    },
  }),
  /** A tagged field that is absent (leader −2, recovery state −1, lists null) is unchanged. Leader −1: none. */
  PartitionChangeRecord: record({
    key: 5,
    name: 'PartitionChangeRecord',
    validVersions: '0-2',
    fields: {
      partitionId: int32('0+', { default: -1 }),
      topicId: uuid('0+'),
      isr: array('0+', 'int32', { nullableVersions: '0+', taggedVersions: '0+', tag: 0, default: null }),
      leader: int32('0+', { taggedVersions: '0+', tag: 1, default: -2 }),
      replicas: array('0+', 'int32', { nullableVersions: '0+', taggedVersions: '0+', tag: 2, default: null }),
      removingReplicas: array('0+', 'int32', {
        nullableVersions: '0+',
        taggedVersions: '0+',
        tag: 3,
        default: null,
      }),
      addingReplicas: array('0+', 'int32', {
        nullableVersions: '0+',
        taggedVersions: '0+',
        tag: 4,
        default: null,
      }),
      leaderRecoveryState: int8('0+', { taggedVersions: '0+', tag: 5, default: -1 }),
      directories: array('1+', 'uuid', {
        nullableVersions: '1+',
        taggedVersions: '1+',
        tag: 8,
        default: null,
      }),
      eligibleLeaderReplicas: array('2+', 'int32', {
        nullableVersions: '2+',
        taggedVersions: '2+',
        tag: 6,
        default: null,
      }),
      lastKnownElr: array('2+', 'int32', {
        nullableVersions: '2+',
        taggedVersions: '2+',
        tag: 7,
        default: null,
      }),
    },
  }),
  /** Removes the topic and all its partitions. A topic created again under its name is another topic. */
  RemoveTopicRecord: record({
    key: 9,
    name: 'RemoveTopicRecord',
    validVersions: '0',
    fields: { topicId: uuid('0+') },
  }),
  FeatureLevelRecord: record({
    key: 12,
    name: 'FeatureLevelRecord',
    validVersions: '0',
    fields: { name: string('0+'), featureLevel: int16('0+') },
  }),
  ProducerIdsRecord: record({
    key: 15,
    name: 'ProducerIdsRecord',
    validVersions: '0',
    fields: { brokerId: int32('0+'), brokerEpoch: int64('0+', { default: -1 }), nextProducerId: int64('0+') },
  }),
  /** `fenced`: 1 fences, −1 unfences, 0 no change. */
  BrokerRegistrationChangeRecord: record({
    key: 17,
    name: 'BrokerRegistrationChangeRecord',
    validVersions: '0-3',
    fields: {
      brokerId: int32('0+'),
      brokerEpoch: int64('0+'),
      fenced: int8('0+', { taggedVersions: '0+', tag: 0 }),
      inControlledShutdown: int8('1+', { taggedVersions: '1+', tag: 1 }),
      logDirs: array('2+', 'uuid', { taggedVersions: '2+', tag: 2 }),
      cordonedLogDirs: array('3+', 'uuid', {
        nullableVersions: '3+',
        taggedVersions: '3+',
        tag: 3,
        default: null,
      }),
    },
  }),
  NoOpRecord: record({ key: 20, name: 'NoOpRecord', validVersions: '0', fields: {} }),
  /** Records up to EndTransactionRecord are applied together, across several batches (KIP-868). */
  BeginTransactionRecord: record({
    key: 23,
    name: 'BeginTransactionRecord',
    validVersions: '0',
    fields: { name: string('0+', { nullableVersions: '0+', taggedVersions: '0+', tag: 0, default: null }) },
  }),
  EndTransactionRecord: record({ key: 24, name: 'EndTransactionRecord', validVersions: '0', fields: {} }),
  AbortTransactionRecord: record({
    key: 25,
    name: 'AbortTransactionRecord',
    validVersions: '0',
    fields: { reason: string('0+', { nullableVersions: '0+', taggedVersions: '0+', tag: 0, default: null }) },
  }),
  RegisterControllerRecord: record({
    key: 27,
    name: 'RegisterControllerRecord',
    validVersions: '0',
    fields: {
      controllerId: int32('0+'),
      incarnationId: uuid('0+'),
      zkMigrationReady: bool('0+'),
      endPoints: array('0+', {
        name: string('0+', { mapKey: true }),
        host: string('0+'),
        port: uint16('0+'),
        securityProtocol: int16('0+'),
      }),
      features: array('0+', {
        name: string('0+', { mapKey: true }),
        minSupportedVersion: int16('0+'),
        maxSupportedVersion: int16('0+'),
      }),
    },
  }),
  ClearElrRecord: record({
    key: 28,
    name: 'ClearElrRecord',
    validVersions: '0',
    fields: { topicName: string('0+') },
  }),
} as const;

export type RecordName = keyof typeof recordSchemas;
/** The fields of a record in all versions. */
export type RecordFields<N extends RecordName> =
  (typeof recordSchemas)[N] extends RecordSchema<N, infer S> ? BodyOf<S> : never;
/** A record with its type. A field that is left out has its default. */
export type MetadataRecord<N extends RecordName = RecordName> = {
  readonly [Name in N]: { readonly type: Name } & RecordFields<Name>;
}[N];

export type RegisterBrokerRecord = MetadataRecord<'RegisterBrokerRecord'>;
export type BrokerRegistrationChangeRecord = MetadataRecord<'BrokerRegistrationChangeRecord'>;
export type TopicRecord = MetadataRecord<'TopicRecord'>;
export type RemoveTopicRecord = MetadataRecord<'RemoveTopicRecord'>;
export type PartitionRecord = MetadataRecord<'PartitionRecord'>;
export type PartitionChangeRecord = MetadataRecord<'PartitionChangeRecord'>;
export type ConfigRecord = MetadataRecord<'ConfigRecord'>;

function schemaOf(name: RecordName): RecordSchema<string, Struct> {
  return recordSchemas[name];
}

const namesByKey = new Map(
  Object.values(recordSchemas).map(({ key, name }): [number, RecordName] => [key, name]),
);

/** A record with defaults for all other fields. */
export function metadataRecord<N extends RecordName>(
  type: N,
  fields: Partial<RecordFields<N>>,
): MetadataRecord<N> {
  // The defaults of this type, overridden by fields of this type.
  return { type, ...schemaOf(type).message.defaults, ...fields } as unknown as MetadataRecord<N>;
}

/** The encoded value of a record of the metadata log, in the newest version of its type unless a version is given. */
export function encodeMetadataRecord(value: MetadataRecord, version?: number): Uint8Array {
  const { key, message } = schemaOf(value.type);
  const spoken = version ?? message.validVersions.highest;
  const codec = message.codec(spoken);
  // A record is its fields and its type; the codec ignores the type.
  const fields = value as unknown as BodyOf<Struct>;
  const size = sizeOfUnsignedVarint(key) + sizeOfUnsignedVarint(spoken) + 1 + codec.size(fields);
  const writer = new Writer(new Uint8Array(size));
  writer.unsignedVarint(FRAME_VERSION);
  writer.unsignedVarint(key);
  writer.unsignedVarint(spoken);
  codec.write(writer, fields);
  return writer.bytes;
}

export function decodeMetadataRecord(bytes: Uint8Array): Decoded<MetadataRecord> {
  const reader = new Reader(bytes);
  return attempt(reader, () => readMetadataRecord(reader));
}

function readMetadataRecord(reader: Reader): MetadataRecord {
  const frameVersion = reader.unsignedVarint();
  if (frameVersion !== FRAME_VERSION) reader.fail(`frame version ${frameVersion} of a metadata record`);
  const key = reader.unsignedVarint();
  const type = namesByKey.get(key) ?? reader.fail(`metadata record ${key}`);
  const version = reader.unsignedVarint();
  const { message } = schemaOf(type);
  if (!message.isValid(version)) reader.fail(`${type} of version ${version}`);
  const fields = message.codec(version).read(reader);
  if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes behind a ${type}`);
  return { type, ...fields } as unknown as MetadataRecord;
}
