/**
 * Our schemas against Kafka's: every field of every API, header and metadata record that we have, with all that is said of it.
 * `npm run kafka-jars` (and `.ci/run`) puts the jars where this looks for them.
 */
import { describe, expect, it } from 'vitest';
import { apiSchemas } from '../apis/schemas.js';
import { consumerProtocolAssignment, consumerProtocolSubscription } from '../consumer-protocol.js';
import { groupRecordSchemas } from '../group-records.js';
import { requestHeader, responseHeader } from '../headers.js';
import { recordSchemas } from '../metadata-records.js';
import { hasKafkaJars, type KafkaField, type KafkaSchema, kafkaSchemas } from '../testing/kafka-schemas.js';
import type { Field, Struct } from './field.js';
import type { Message } from './message.js';
import { NO_VERSIONS, parseVersions, type VersionRange } from './versions.js';

/** What differs on purpose: the line of Kafka's schema, and why ours is another. Empty: nothing does. */
const DIFFERENCES: ReadonlyMap<string, string> = new Map();

function shown(range: VersionRange): string {
  if (range.highest < range.lowest) return 'none';
  return `${range.lowest}-${range.highest}`;
}

/** Our fields, one line each, in their order. */
function ourLines(fields: Struct, path: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const inner = field.fields ?? field.element?.fields ?? null;
    return [ourLine(field, `${path}.${name}`), ...(inner === null ? [] : ourLines(inner, `${path}.${name}`))];
  });
}

function ourLine(field: Field, path: string): string {
  const element = field.element === null ? '' : ` of ${field.element.type}`;
  const { versions, nullableVersions, taggedVersions, tag, ignorable, mapKey } = field;
  return line(
    path,
    `${field.type}${element}`,
    { versions, nullableVersions, taggedVersions, tag, ignorable, mapKey },
    [ourDefault(field), field.neverFlexible],
  );
}

function line(path: string, type: string, facts: object, rest: readonly unknown[]): string {
  const text = Object.values(facts).map((each) => (typeof each === 'object' ? shown(each) : String(each)));
  return [path, type, ...text, ...rest.map(String)].join(' | ');
}

function ourDefault(field: Field): string {
  if (field.defaultValue === null) return field.type === 'records' ? '' : 'null';
  if (['struct', 'array', 'uuid', 'bytes', 'records'].includes(field.type)) return '';
  return field.representation === 'error-name' ? '0' : String(field.defaultValue);
}

function kafkaLines(schema: KafkaSchema, path: string): string[] {
  const structs = new Map((schema.commonStructs ?? []).map(({ name, fields }) => [name, fields]));
  const linesOf = (fields: readonly KafkaField[], inside: string): string[] =>
    fields.flatMap((field) => {
      const name = `${inside}.${field.name[0]!.toLowerCase()}${field.name.slice(1)}`;
      const inner = field.fields ?? structs.get(field.type.replace('[]', ''));
      return [kafkaLine(field, name), ...(inner === undefined ? [] : linesOf(inner, name))];
    });
  return linesOf(schema.fields, path);
}

function kafkaLine(field: KafkaField, path: string): string {
  const optional = (text: string | undefined) => (text === undefined ? NO_VERSIONS : parseVersions(text));
  const facts = {
    versions: parseVersions(field.versions),
    nullableVersions: optional(field.nullableVersions),
    taggedVersions: optional(field.taggedVersions),
    tag: field.tag ?? -1,
    ignorable: field.ignorable ?? false,
    mapKey: field.mapKey ?? false,
  };
  return line(path, kafkaType(field.type), facts, [kafkaDefault(field), field.flexibleVersions === 'none']);
}

function kafkaType(type: string): string {
  const name = (each: string) => (/^[A-Z]/.test(each) ? 'struct' : each);
  return type.startsWith('[]') ? `array of ${name(type.slice(2))}` : name(type);
}

function kafkaDefault({ type, default: text }: KafkaField): string {
  if (text === 'null') return 'null';
  if (type === 'bool') return String(text ?? 'false');
  if (type === 'string') return String(text ?? '');
  if (/^(u?int|float)/.test(type)) return String(BigInt(text ?? 0));
  return '';
}

function compared(ours: readonly string[], kafkas: readonly string[]): void {
  expect(ours).toEqual(kafkas.filter((each) => !DIFFERENCES.has(each)));
}

function messageLines(message: Message<Struct>, path: string): string[] {
  return [
    `${path} valid ${shown(message.validVersions)} flexible ${shown(message.flexibleVersions)}`,
    ...ourLines(message.fields, path),
  ];
}

function schemaLines(schema: KafkaSchema | undefined, path: string): string[] {
  if (schema === undefined) return [`${path} is not in the jar`];
  const valid = shown(parseVersions(schema.validVersions));
  const flexible = shown(parseVersions(schema.flexibleVersions));
  return [`${path} valid ${valid} flexible ${flexible}`, ...kafkaLines(schema, path)];
}

const asStructs = (message: object): Message<Struct> => message as Message<Struct>;

describe.skipIf(!hasKafkaJars)("Kafka's own schemas (skipped without its jars: npm run kafka-jars)", () => {
  const messages = hasKafkaJars ? kafkaSchemas('kafka-clients', 'common/message/') : new Map();
  const records = hasKafkaJars ? kafkaSchemas('kafka-metadata', 'common/metadata/') : new Map();

  it.each(Object.values(apiSchemas))('$name says what Kafka says', (api) => {
    const request: KafkaSchema | undefined = messages.get(`${api.name}Request`);
    const response: KafkaSchema | undefined = messages.get(`${api.name}Response`);
    compared(messageLines(asStructs(api.request), 'request'), schemaLines(request, 'request'));
    compared(messageLines(asStructs(api.response), 'response'), schemaLines(response, 'response'));
    expect({
      key: api.key,
      listeners: api.listeners,
      latestVersionUnstable: api.latestVersionUnstable,
    }).toEqual({
      key: request?.apiKey,
      listeners: request?.listeners,
      latestVersionUnstable: request?.latestVersionUnstable ?? false,
    });
  });

  const groupRecords = hasKafkaJars ? kafkaSchemas('kafka-group-coordinator', 'common/message/') : new Map();

  it.each([requestHeader, responseHeader, consumerProtocolSubscription, consumerProtocolAssignment])(
    '$name says what Kafka says',
    (header) => {
      compared(messageLines(asStructs(header), 'header'), schemaLines(messages.get(header.name), 'header'));
    },
  );

  it.each(Object.values(recordSchemas))('$name says what Kafka says', ({ key, name, message }) => {
    const schema: KafkaSchema | undefined = records.get(name);
    compared(messageLines(asStructs(message), 'record'), schemaLines(schema, 'record'));
    expect(key).toBe(schema?.apiKey);
  });

  it.each(Object.values(groupRecordSchemas))('$key.name and $value.name say what Kafka says', (schema) => {
    const key: KafkaSchema | undefined = groupRecords.get(schema.key.name);
    const value: KafkaSchema | undefined = groupRecords.get(schema.value.name);
    compared(messageLines(asStructs(schema.key), 'key'), schemaLines(key, 'key'));
    compared(messageLines(asStructs(schema.value), 'value'), schemaLines(value, 'value'));
    expect(schema.apiKey).toBe(key?.apiKey);
    expect(schema.apiKey).toBe(value?.apiKey);
  });
});
