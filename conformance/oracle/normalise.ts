/**
 * An answer as plain JSON in which everything that a cluster may choose is replaced by a reference: ids, addresses, times, the
 * placement of replicas. What is left must be equal.
 */
import { batches, decodeBatch, sizeInBytes } from '../../broker/protocol/record-batch.js';
import type { Field, Struct } from '../../broker/protocol/schema/field.js';
import { isIn } from '../../broker/protocol/schema/versions.js';
import type { Bindings } from './bindings.js';
import type { Json } from './script.js';

type JsonObject = { readonly [name: string]: Json };

/** Fields whose value says which element of an array a struct is. */
const KEYS = [
  'name',
  'topic',
  'topicName',
  'topicId',
  'resourceName',
  'partition',
  'partitionIndex',
  'index',
  'partitionId',
  'nodeId',
  'brokerId',
  'apiKey',
  'key',
];
/** Arrays of numbers that Kafka keeps as sets. */
const SETS = ['isrNodes', 'offlineReplicas'];
const decoder = new TextDecoder();

export function normaliseBody(fields: Struct, version: number, body: object, bindings: Bindings): JsonObject {
  const values = body as Readonly<Record<string, unknown>>;
  const shown: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (isIn(field.versions, version))
      shown[name] =
        special(name, values[name], bindings) ?? plain(field, version, values[name], bindings, name);
  }
  return hidePlacement(shown);
}

/** A field that is known by its name; undefined: none. */
function special(name: string, value: unknown, bindings: Bindings): Json | undefined {
  switch (name) {
    case 'topicId':
      return bindings.logicalTopicId(String(value));
    case 'producerId':
    case 'sessionId':
      return bindings.shown(name, Number(value));
    case 'clusterId':
      return value === null ? null : '{cluster}';
    case 'batchIndexErrorMessage':
      return typeof value === 'string'
        ? bindings.logical(value.replace(/within \[-?\d+, -?\d+\]/, 'within [{time}, {time}]'))
        : null;
    case 'logDir':
      return value === '' ? '' : '{directory}';
    case 'host':
      return '{host}';
    case 'port':
      return Number(value) > 0 ? '{port}' : Number(value);
    case 'controllerId':
      return Number(value) >= 0 ? '{broker}' : Number(value);
    case 'logAppendTimeMs':
    case 'throttleTimeMs':
      return Number(value) > 0 ? '{time}' : Number(value);
    default:
      return undefined;
  }
}

function plain(field: Field, version: number, value: unknown, bindings: Bindings, name: string): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return bindings.logical(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array)
    return field.type === 'records' ? shownRecords(value, bindings) : hex(value);
  if (Array.isArray(value)) {
    const own = value.filter((each) => !isForeign(each, bindings));
    const elements = own.map((each) => plain(field.element!, version, each, bindings, ''));
    if (SETS.includes(name)) return elements.sort((a, b) => Number(a) - Number(b));
    return sorted(elements);
  }
  if (typeof value === 'object') return normaliseBody(field.fields!, version, value, bindings);
  return value as Json;
}

/** A struct about a topic of another run, or the name of one. */
function isForeign(element: unknown, bindings: Bindings): boolean {
  const named = typeof element === 'object' && element !== null ? Object.values(element) : [element];
  return named.some((each) => typeof each === 'string' && bindings.isForeign(each));
}

/** The order of structs in an answer has no meaning, because Kafka keeps many of them in hash tables. */
function sorted(elements: Json[]): Json[] {
  if (elements.length === 0 || !isObject(elements[0])) return elements;
  const keyed = elements.map((each) => ({ each, key: keyOf(each) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ each }) => each);
}

function keyOf(element: Json): string {
  if (!isObject(element)) return '';
  return KEYS.flatMap((name) => (name in element ? [sortable(element[name])] : [])).join(' ');
}

const sortable = (value: Json | undefined): string =>
  typeof value === 'number' ? String(value + 2 ** 32).padStart(12, '0') : String(value);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A topic `{c0}` was placed by the cluster: how many replicas it has is compared, not on which brokers they are. */
function hidePlacement(shown: Readonly<Record<string, Json>>): JsonObject {
  const { name, partitions } = shown;
  if (typeof name !== 'string' || !/^\{c\d/.test(name) || !Array.isArray(partitions)) return shown;
  const hidden = partitions.map((partition: Json) => {
    if (!isObject(partition)) return partition;
    const entries = Object.entries(partition).map(([field, value]): [string, Json] => {
      if (field === 'leaderId') return [field, Number(value) >= 0 ? '{broker}' : value];
      return [field, Array.isArray(value) ? value.map(() => '{broker}') : value];
    });
    return Object.fromEntries(entries);
  });
  return { ...shown, partitions: hidden };
}

function shownRecords(bytes: Uint8Array, bindings: Bindings): Json {
  const shown: Json[] = [];
  let end = 0;
  for (const position of batches(bytes)) {
    end = position + sizeInBytes(bytes, position);
    shown.push(shownBatch(bytes, position, end, bindings));
  }
  return end === bytes.length ? shown : [...shown, { incompleteBytes: bytes.length - end }];
}

function shownBatch(bytes: Uint8Array, position: number, end: number, bindings: Bindings): Json {
  const batch = decodeBatch(bytes, position);
  if (batch === null) return hex(bytes.subarray(position, end));
  const { records, crc: _crc, producerId, ...head } = batch;
  return {
    ...head,
    producerId: bindings.shown('producerId', producerId),
    records: records.map(({ offset, timestamp, key, value, headers }) => ({
      offset,
      timestamp,
      key: text(key),
      value: text(value),
      headers: headers.map((header) => [header.key, text(header.value)]),
    })),
  };
}

const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : decoder.decode(bytes));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
