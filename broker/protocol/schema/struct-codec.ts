/**
 * The codec of a struct in one version: closures composed once, when the schema is first used. The size, which every frame of a
 * simulation needs, is compiled from text where that is permitted (`compiled-size.ts`).
 *
 * Decoding always gives the fields of all versions, in the order of the schema, so every object of a struct has one
 * shape. Tagged fields (KIP-482) are written if they differ from their default. Unknown tags are skipped.
 */
import { compiledSize } from './compiled-size.js';
import { type Field, isTagged, type Struct } from './field.js';
import type { Reader } from './reader.js';
import { isIn } from './versions.js';
import {
  type AnyCodec,
  arrayCodec,
  bytesCodec,
  nullableStructCodec,
  primitives,
  stringCodec,
} from './wire-codec.js';
import { sizeOfUnsignedVarint, type Writer } from './writer.js';

/** A struct as the codecs see it; the schema defines its fields. */
type Values = { readonly [name: string]: never };

interface BoundField {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly description: Field;
  readonly defaultValue: never;
  readonly isDefault: DefaultCheck;
}

/** A field that the version lacks and whose value must not be lost. */
type AbsentField = Pick<BoundField, 'name' | 'isDefault'>;

interface TaggedField extends BoundField {
  readonly tag: number;
}

export function structCodec(fields: Struct, version: number, isFlexible: boolean): AnyCodec {
  const bound = Object.entries(fields)
    .filter(([, description]) => isIn(description.versions, version))
    .map(([name, description]) => bind(name, description, version, isFlexible));
  const regular = bound.filter(({ description }) => !isTagged(description, version));
  const tagged = bound
    .filter(({ description }) => isTagged(description, version))
    .map((each): TaggedField => ({ ...each, tag: each.description.tag }))
    .sort((a, b) => a.tag - b.tag);
  const absent = Object.entries(fields)
    .filter(([, { versions, ignorable }]) => !isIn(versions, version) && !ignorable)
    .map(([name, description]) => ({ name, isDefault: defaultCheck(description) }));
  const lastingSize = sumOf(regular, (each) => Math.max(0, each.codec.fixedSize));
  const variable = regular.filter(({ codec }) => codec.fixedSize < 0);
  const tags = isFlexible ? tagged : [];

  function walkedSize(values: Values): number {
    let total = lastingSize;
    for (let index = 0; index < variable.length; index++) {
      const { name, codec, defaultValue } = variable[index]!;
      const value = values[name];
      total += codec.size(value === undefined ? defaultValue : value);
    }
    return isFlexible ? total + sizeOfTags(tags, values) : total;
  }

  function write(writer: Writer, values: Values): void {
    refuseUnsupported(absent, values, version);
    for (let index = 0; index < regular.length; index++) {
      const { name, codec, defaultValue } = regular[index]!;
      const value = values[name];
      codec.write(writer, value === undefined ? defaultValue : value);
    }
    if (isFlexible) writeTags(tags, writer, values);
  }

  return {
    fixedSize: variable.length === 0 && !isFlexible ? lastingSize : -1,
    minSize: sumOf(regular, (each) => each.codec.minSize) + (isFlexible ? 1 : 0),
    size: compiledSize({ lastingSize, variable, tags: isFlexible ? tags : null }) ?? walkedSize,
    walkedSize,
    write,
    read: structReader(fields, regular, tags, isFlexible),
  };
}

/** All fields in the order of the schema: those in this version are read, the others have their defaults. */
function structReader(
  fields: Struct,
  regular: readonly BoundField[],
  tags: readonly TaggedField[],
  isFlexible: boolean,
): (reader: Reader) => unknown {
  const byName = new Map(regular.map((each) => [each.name, each]));
  const names = Object.keys(fields);
  const codecs = names.map((name) => byName.get(name)?.codec ?? null);
  const defaults = names.map((name) => fields[name]!.defaultValue);
  return (reader) => {
    const values: { [name: string]: unknown } = {};
    for (let index = 0; index < names.length; index++) {
      const codec = codecs[index]!;
      values[names[index]!] = codec === null ? defaults[index]! : codec.read(reader);
    }
    if (isFlexible) readTags(tags, reader, values);
    return values;
  };
}

function bind(name: string, description: Field, version: number, isFlexible: boolean): BoundField {
  const codec = codecOf(description, version, isFlexible);
  return {
    name,
    codec,
    description,
    defaultValue: description.defaultValue as never,
    isDefault: defaultCheck(description),
  };
}

/** The codec of a field or of an element in one version. */
function codecOf(description: Field, version: number, inFlexible: boolean): AnyCodec {
  const isFlexible = inFlexible && !description.neverFlexible;
  const isNullable = isIn(description.nullableVersions, version);
  switch (description.type) {
    case 'string':
      return stringCodec(isFlexible, isNullable);
    case 'bytes':
    case 'records':
      return bytesCodec(isFlexible, isNullable);
    case 'array':
      return arrayCodec(codecOf(description.element!, version, isFlexible), isFlexible, isNullable);
    case 'struct': {
      const codec = structCodec(description.fields!, version, isFlexible);
      return isNullable ? nullableStructCodec(codec) : codec;
    }
    case 'int64':
      return description.representation === 'bigint' ? primitives.bigInt64 : primitives.int64;
    case 'int16':
      return description.representation === 'error-name' ? primitives.errorName : primitives.int16;
    default:
      return primitives[description.type];
  }
}

/** A value that the version cannot carry must not be lost silently, unless the schema permits it. */
function refuseUnsupported(absent: readonly AbsentField[], values: Values, version: number): void {
  for (let index = 0; index < absent.length; index++) {
    const { name, isDefault } = absent[index]!;
    if (!isDefault(values[name]))
      throw new Error(`version ${version} has no field ${name}, and its value is not the default`);
  }
}

function sizeOfTags(tags: readonly TaggedField[], values: Values): number {
  if (tags.length === 0) return 1;
  let count = 0;
  let size = 0;
  for (let index = 0; index < tags.length; index++) {
    const { name, codec, tag, isDefault } = tags[index]!;
    const value = values[name]!;
    if (isDefault(value)) continue;
    const bytes = codec.size(value);
    count += 1;
    size += sizeOfUnsignedVarint(tag) + sizeOfUnsignedVarint(bytes) + bytes;
  }
  return sizeOfUnsignedVarint(count) + size;
}

function writeTags(tags: readonly TaggedField[], writer: Writer, values: Values): void {
  let count = 0;
  for (let index = 0; index < tags.length; index++) {
    const { name, isDefault } = tags[index]!;
    if (!isDefault(values[name])) count += 1;
  }
  writer.unsignedVarint(count);
  for (let index = 0; count > 0 && index < tags.length; index++) {
    const { name, codec, tag, isDefault } = tags[index]!;
    const value = values[name]!;
    if (isDefault(value)) continue;
    writer.unsignedVarint(tag);
    writer.unsignedVarint(codec.size(value));
    codec.write(writer, value);
  }
}

function readTags(tags: readonly TaggedField[], reader: Reader, values: { [name: string]: unknown }): void {
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    const tag = reader.unsignedVarint();
    const length = reader.unsignedVarint();
    if (length > reader.remaining) reader.fail(`a tagged field of ${length} bytes`);
    const end = reader.position + length;
    const known = tags.find((each) => each.tag === tag);
    if (known === undefined) reader.take(length);
    else values[known.name] = known.codec.read(reader);
    if (reader.position !== end) reader.fail(`tagged field ${tag} is not as long as it says`);
  }
}

type DefaultCheck = (value: unknown) => boolean;

/** Whether a field's value need not be written. An absent value is the default. */
function defaultCheck(description: Field): DefaultCheck {
  const { defaultValue, type, fields } = description;
  if (type === 'array' || type === 'bytes' || type === 'records') {
    return (value) =>
      value === defaultValue ||
      value === undefined ||
      (value !== null && defaultValue !== null && (value as { readonly length: number }).length === 0);
  }
  if (type !== 'struct' || fields === null) {
    return (value) => value === defaultValue || value === undefined;
  }
  const names = Object.keys(fields);
  const checks = names.map((name) => defaultCheck(fields[name]!));
  return (value) => {
    if (value === defaultValue || value === undefined) return true;
    if (value === null || defaultValue === null) return false;
    const values = value as { readonly [name: string]: unknown };
    for (let index = 0; index < names.length; index++) {
      if (!checks[index]!(values[names[index]!])) return false;
    }
    return true;
  };
}

function sumOf<T>(values: readonly T[], numberOf: (value: T) => number): number {
  return values.reduce((sum, value) => sum + numberOf(value), 0);
}
