/**
 * The codec of a struct in one version: closures composed once, when the schema is first used. They walk the fields one by one.
 * The codec that is compiled from text (`compiled-codec.ts`) gives the same bytes and values; it is used where such code is
 * permitted, because it is several times as fast.
 *
 * Decoding always gives the fields of all versions, in the order of the schema, so every object of a struct has one
 * shape. Tagged fields (KIP-482) are written if they differ from their default. Unknown tags are skipped.
 */
import { type Field, isTagged, type Struct } from './field.js';
import type { Reader } from './reader.js';
import { isIn } from './versions.js';
import {
  type AnyCodec,
  arrayCodec,
  bytesCodec,
  type FixedType,
  type LengthCodec,
  nullableStructCodec,
  primitives,
  stringCodec,
} from './wire-codec.js';
import { sizeOfUnsignedVarint, type Writer } from './writer.js';

/** A struct as the codecs see it; the schema defines its fields. */
type Values = { readonly [name: string]: never };

/** What the compiler writes code for. It calls the codec of an `other` field. */
type FieldForm =
  | { readonly kind: 'fixed'; readonly type: FixedType }
  | { readonly kind: 'struct'; readonly struct: StructPlan }
  | {
      readonly kind: 'structs';
      readonly element: StructPlan;
      readonly lengths: LengthCodec;
      readCount(reader: Reader): number;
    }
  | { readonly kind: 'other' };

/** A field in one version. */
export interface BoundField {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly form: FieldForm;
  readonly defaultValue: never;
  /** The tag; −1: not a tagged field. */
  readonly tag: number;
  readonly isDefault: DefaultCheck;
}

/** A field that the version lacks and whose value must not be lost. */
type AbsentField = Pick<BoundField, 'name' | 'isDefault'>;

/**
 * What happens to a value that the version cannot carry, unless its field is ignorable. A request that says less than its sender
 * meant is a bug, so it is refused. In a response the value is left out: the client that asked in this version cannot read it.
 */
export type Unsupported = 'refused' | 'dropped';

/** The fields of a struct in one version. */
export interface StructPlan {
  readonly fields: Struct;
  readonly version: number;
  /** Bytes of all regular fields of a fixed size. */
  readonly lastingSize: number;
  readonly regular: readonly BoundField[];
  /** In the order of their tags; null in versions without tagged fields. */
  readonly tags: readonly BoundField[] | null;
  readonly absent: readonly AbsentField[];
}

export function planOf(
  fields: Struct,
  version: number,
  isFlexible: boolean,
  unsupported: Unsupported,
): StructPlan {
  const bound = Object.entries(fields)
    .filter(([, description]) => isIn(description.versions, version))
    .map(([name, description]) => bind(name, description, version, isFlexible, unsupported));
  const regular = bound.filter(({ tag }) => tag < 0);
  const tagged = bound.filter(({ tag }) => tag >= 0).sort((a, b) => a.tag - b.tag);
  const absent = Object.entries(fields)
    .filter(
      ([, { versions, ignorable }]) => !isIn(versions, version) && !ignorable && unsupported === 'refused',
    )
    .map(([name, description]) => ({ name, isDefault: defaultCheck(description) }));
  const lastingSize = sumOf(regular, (each) => Math.max(0, each.codec.fixedSize));
  return { fields, version, lastingSize, regular, tags: isFlexible ? tagged : null, absent };
}

export function structCodec({ fields, version, lastingSize, regular, tags, absent }: StructPlan): AnyCodec {
  const variable = regular.filter(({ codec }) => codec.fixedSize < 0);

  function size(values: Values): number {
    let total = lastingSize;
    for (let index = 0; index < variable.length; index++) {
      const { name, codec, defaultValue } = variable[index]!;
      const value = values[name];
      total += codec.size(value === undefined ? defaultValue : value);
    }
    return tags === null ? total : total + sizeOfTags(tags, values);
  }

  function write(writer: Writer, values: Values): void {
    refuseUnsupported(absent, values, version);
    for (let index = 0; index < regular.length; index++) {
      const { name, codec, defaultValue } = regular[index]!;
      const value = values[name];
      codec.write(writer, value === undefined ? defaultValue : value);
    }
    if (tags !== null) writeTags(tags, writer, values);
  }

  return {
    fixedSize: variable.length === 0 && tags === null ? lastingSize : -1,
    minSize: sumOf(regular, (each) => each.codec.minSize) + (tags === null ? 0 : 1),
    size,
    write,
    read: structReader(fields, regular, tags),
  };
}

/** All fields in the order of the schema: those in this version are read, the others have their defaults. */
function structReader(
  fields: Struct,
  regular: readonly BoundField[],
  tags: readonly BoundField[] | null,
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
    if (tags !== null) readTags(tags, reader, values);
    return values;
  };
}

function bind(
  name: string,
  description: Field,
  version: number,
  isFlexible: boolean,
  unsupported: Unsupported,
): BoundField {
  return {
    name,
    ...codecOf(description, version, isFlexible, unsupported),
    defaultValue: description.defaultValue as never,
    tag: isTagged(description, version) ? description.tag : -1,
    isDefault: defaultCheck(description),
  };
}

const OTHER: FieldForm = { kind: 'other' };

/** The codec of a field or of an element in one version. */
function codecOf(
  description: Field,
  version: number,
  inFlexible: boolean,
  unsupported: Unsupported,
): Pick<BoundField, 'codec' | 'form'> {
  const isFlexible = inFlexible && !description.neverFlexible;
  const isNullable = isIn(description.nullableVersions, version);
  switch (description.type) {
    case 'string':
      return { codec: stringCodec(isFlexible, isNullable), form: OTHER };
    case 'bytes':
    case 'records':
      return { codec: bytesCodec(isFlexible, isNullable), form: OTHER };
    case 'array': {
      const element = codecOf(description.element!, version, isFlexible, unsupported);
      const codec = arrayCodec(element.codec, isFlexible, isNullable);
      if (element.form.kind !== 'struct') return { codec, form: OTHER };
      const { lengths, readCount } = codec;
      return { codec, form: { kind: 'structs', element: element.form.struct, lengths, readCount } };
    }
    case 'struct': {
      const struct = planOf(description.fields!, version, isFlexible, unsupported);
      const codec = structCodec(struct);
      return isNullable
        ? { codec: nullableStructCodec(codec), form: OTHER }
        : { codec, form: { kind: 'struct', struct } };
    }
    default: {
      const type = fixedTypeOf(description.type, description.representation);
      return { codec: primitives[type], form: { kind: 'fixed', type } };
    }
  }
}

function fixedTypeOf(
  type: Exclude<Field['type'], 'string' | 'bytes' | 'records' | 'array' | 'struct'>,
  representation: Field['representation'],
): FixedType {
  if (type === 'int64' && representation === 'bigint') return 'bigInt64';
  return type === 'int16' && representation === 'error-name' ? 'errorName' : type;
}

/** A value that the version cannot carry must not be lost silently, unless the schema permits it. */
function refuseUnsupported(absent: readonly AbsentField[], values: Values, version: number): void {
  for (let index = 0; index < absent.length; index++) {
    const { name, isDefault } = absent[index]!;
    if (!isDefault(values[name]))
      throw new Error(`version ${version} has no field ${name}, and its value is not the default`);
  }
}

function sizeOfTags(tags: readonly BoundField[], values: Values): number {
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

function writeTags(tags: readonly BoundField[], writer: Writer, values: Values): void {
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

function readTags(tags: readonly BoundField[], reader: Reader, values: { [name: string]: unknown }): void {
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
