/** Completes the body of a step by the schema of its API: absent fields get their defaults, references their values. */
import type { Field, Struct } from '../../broker/protocol/schema/field.js';
import { ZERO_UUID } from '../../broker/protocol/schema/uuid.js';
import type { Bindings } from './bindings.js';
import type { Json, Reference, ScriptedBatches } from './script.js';
import { batchBytes, type ScriptedBatch } from './scripted-batch.js';

const NO_BYTES = new Uint8Array(0);

type JsonObject = { readonly [name: string]: Json };

export function completeBody(fields: Struct, given: JsonObject, bindings: Bindings): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = given[name];
      return [name, value === undefined ? field.defaultValue : complete(field, value, bindings)];
    }),
  );
}

function complete(field: Field, value: Json, bindings: Bindings): unknown {
  if (value === null) return null;
  switch (field.type) {
    case 'struct':
      return completeBody(field.fields!, value as JsonObject, bindings);
    case 'array':
      return (value as readonly Json[]).map((each) => complete(field.element!, each, bindings));
    case 'string':
      return bindings.physical(String(value));
    case 'uuid':
      return uuidOf(String(value), bindings);
    case 'records':
    case 'bytes':
      return recordsOf(value, bindings);
    case 'int64':
      return field.representation === 'bigint' ? BigInt(String(value)) : numberOf(value, bindings);
    default:
      return typeof value === 'object' ? numberOf(value, bindings) : value;
  }
}

function uuidOf(text: string, bindings: Bindings): string {
  const topic = /^\{id:(.+)\}$/.exec(text)?.[1];
  return topic === undefined ? ZERO_UUID : bindings.topicId(topic);
}

function numberOf(value: Json, bindings: Bindings): number {
  return typeof value === 'object' ? bindings.resolve(value as unknown as Reference) : Number(value);
}

function recordsOf(value: Json, bindings: Bindings): Uint8Array {
  const list = value as unknown as ScriptedBatch | ScriptedBatches | string;
  if (typeof list === 'string') return list === '' ? NO_BYTES : Buffer.from(list, 'hex');
  const batches = list.$ === 'batch' ? [list] : list.list;
  return Buffer.concat(
    batches.map((batch) => batchBytes(batch, (id) => (typeof id === 'number' ? id : bindings.resolve(id)))),
  );
}
