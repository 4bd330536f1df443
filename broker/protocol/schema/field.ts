/**
 * The words in which a message of Kafka is described: what Kafka's own schema files say of a field, as values from which
 * everything else is derived (types, encoders, decoders, sizes, the error answer).
 *
 * Field names are Kafka's with a small first letter. `versions`, `nullableVersions` and `taggedVersions` are ranges as in
 * Kafka's files (`3+`, `0-12`). A field that a version lacks has its default there.
 *
 * int64 is a number where only safe integers make sense (offsets, epochs, ids, timestamps): a decoder refuses one beyond
 * ±(2^53 − 1) and an encoder too, so none is ever rounded. A field whose default or whose special values lie beyond is a
 * `bigInt64`. The wire form of both is the same.
 */
import type { ErrorName } from '../errors.js';
import { ZERO_UUID } from './uuid.js';
import { isIn, NO_VERSIONS, parseVersions, type VersionRange } from './versions.js';

/** Kafka's names of its types; `struct` and `array` stand for the types that a schema makes itself. */
export type WireType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float64'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'records'
  | 'struct'
  | 'array';

/** What a value is inside the house, where Kafka's type leaves a choice. */
export type Representation = 'plain' | 'bigint' | 'error-name';

/** One field, or the element of an array; `T` is its value inside the house. */
export interface Field<T = unknown> {
  readonly type: WireType;
  readonly representation: Representation;
  readonly versions: VersionRange;
  readonly nullableVersions: VersionRange;
  readonly taggedVersions: VersionRange;
  /** −1: none. */
  readonly tag: number;
  readonly defaultValue: T;
  readonly ignorable: boolean;
  readonly mapKey: boolean;
  /** Never in its compact form, even in flexible versions: the client id of a request header. */
  readonly neverFlexible: boolean;
  /** The fields of a struct. */
  readonly fields: Struct | null;
  /** The element of an array. */
  readonly element: Field | null;
  /** In a response: the field of the request whose value, or whose elements, an error answer repeats here. */
  readonly echoes: string | null;
  /** In a response: its value in an error answer that repeats nothing here. */
  readonly onError: T;
}

export type Struct = { readonly [name: string]: Field };

/** The TypeScript type of a struct: the superset of all its versions. */
export type BodyOf<S> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

export interface FieldOptions {
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly tag?: number;
  readonly default?: unknown;
  readonly ignorable?: true;
  readonly mapKey?: true;
  readonly neverFlexible?: true;
  readonly echoes?: string;
  readonly onError?: unknown;
}

/** Options whose default, where there is one, is a value of the field. */
type OptionsOf<T> = FieldOptions & { readonly default?: T | null; readonly onError?: T };
type Nullable<T, O> = O extends { readonly nullableVersions: string } ? T | null : T;

interface Shape {
  readonly type: WireType;
  readonly representation?: Representation;
  readonly fields?: Struct;
  readonly element?: Field;
}

function field<T>(shape: Shape, zero: T, versions: string, options: FieldOptions): Field<T> {
  const optional = (range: string | undefined): VersionRange =>
    range === undefined ? NO_VERSIONS : parseVersions(range);
  // The builders below let nothing through that is not a value of this field.
  const defaultValue = options.default === undefined ? zero : (options.default as T);
  return {
    type: shape.type,
    representation: shape.representation ?? 'plain',
    versions: parseVersions(versions),
    nullableVersions: optional(options.nullableVersions),
    taggedVersions: optional(options.taggedVersions),
    tag: options.tag ?? -1,
    defaultValue,
    ignorable: options.ignorable ?? false,
    mapKey: options.mapKey ?? false,
    neverFlexible: options.neverFlexible ?? false,
    fields: shape.fields ?? null,
    element: shape.element ?? null,
    echoes: options.echoes ?? null,
    onError: options.onError === undefined ? defaultValue : (options.onError as T),
  };
}

type Builder<T> = <const O extends OptionsOf<T>>(versions: string, options?: O) => Field<Nullable<T, O>>;

function builder<T>(shape: Shape, zero: T): Builder<T> {
  return <const O extends OptionsOf<T>>(versions: string, options?: O) =>
    field<Nullable<T, O>>(shape, zero as Nullable<T, O>, versions, options ?? {});
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export const bool = builder<boolean>({ type: 'bool' }, false);
export const int8 = builder<number>({ type: 'int8' }, 0);
export const int16 = builder<number>({ type: 'int16' }, 0);
export const uint16 = builder<number>({ type: 'uint16' }, 0);
export const int32 = builder<number>({ type: 'int32' }, 0);
export const uint32 = builder<number>({ type: 'uint32' }, 0);
export const int64 = builder<number>({ type: 'int64' }, 0);
export const bigInt64 = builder<bigint>({ type: 'int64', representation: 'bigint' }, 0n);
export const float64 = builder<number>({ type: 'float64' }, 0);
export const string = builder<string>({ type: 'string' }, '');
export const uuid = builder<string>({ type: 'uuid' }, ZERO_UUID);
export const bytes = builder<Uint8Array>({ type: 'bytes' }, NO_BYTES);
/** An int16 that is an error code of Kafka; inside the house its name. A code without a name is UNKNOWN_SERVER_ERROR. */
export const errorCode = builder<ErrorName>({ type: 'int16', representation: 'error-name' }, 'NONE');

/** Record batches, passed as they are; null where there are none. */
export function records(versions: string, options: FieldOptions): Field<Uint8Array | null> {
  return field<Uint8Array | null>({ type: 'records' }, null, versions, options);
}

const inAllVersions = {
  int32: int32('0+'),
  string: string('0+'),
  uuid: uuid('0+'),
};
type ElementType = keyof typeof inAllVersions;
type ElementOf<E extends ElementType> = (typeof inAllVersions)[E] extends Field<infer T> ? T : never;

/** An array of structs, or of one of Kafka's primitive types. */
export function array<S extends Struct, const O extends FieldOptions>(
  versions: string,
  element: S,
  options?: O,
): Field<Nullable<readonly BodyOf<S>[], O>>;
export function array<E extends ElementType, const O extends FieldOptions>(
  versions: string,
  element: E,
  options?: O,
): Field<Nullable<readonly ElementOf<E>[], O>>;
export function array(versions: string, element: Struct | ElementType, options: FieldOptions = {}): Field {
  const elementField = typeof element === 'string' ? inAllVersions[element] : struct('0+', element, {});
  return field<unknown>({ type: 'array', element: elementField }, [], versions, options);
}

/** A struct inside a struct. Its default has the default of each of its fields. */
export function struct<S extends Struct, const O extends FieldOptions>(
  versions: string,
  fields: S,
  options?: O,
): Field<Nullable<BodyOf<S>, O>> {
  const zero = defaultsOf(fields) as Nullable<BodyOf<S>, O>;
  return field({ type: 'struct', fields }, zero, versions, options ?? {});
}

/** A struct of which each field has its default. Frozen: one object stands for all of them. */
export function defaultsOf<S extends Struct>(fields: S): BodyOf<S> {
  const entries = Object.entries(fields).map(([name, { defaultValue }]) => [name, defaultValue]);
  return Object.freeze(Object.fromEntries(entries));
}

export function isTagged(description: Field, version: number): boolean {
  return isIn(description.taggedVersions, version);
}
