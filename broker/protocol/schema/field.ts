/**
 * The vocabulary that describes a message of Kafka. A field is a value with the properties that Kafka's schema files
 * give it. Types, encoders, decoders, sizes and the error response are derived from it.
 *
 * Field names are Kafka's with a small first letter. `versions`, `nullableVersions` and `taggedVersions` are ranges
 * as in Kafka's files (`3+`, `0-12`). A field that a version lacks has its default there.
 *
 * int64 is a number if only safe integers make sense (offsets, epochs, ids, timestamps). Decoders and encoders refuse
 * a value beyond ±(2^53 − 1), so none is ever rounded. A field with a default or special value beyond that range is a
 * `bigInt64`. Both have the same encoding.
 */
import type { ErrorName } from '../errors.js';
import { ZERO_UUID } from './uuid.js';
import { isIn, NO_VERSIONS, parseVersions, type VersionRange } from './versions.js';

/** Kafka's type names. `struct` and `array` are the types that a schema builds itself. */
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

/** The TypeScript form of a value, if Kafka's type leaves a choice. */
export type Representation = 'plain' | 'bigint' | 'error-name';

/** One field, or the element of an array. `T` is the TypeScript type of its value. */
export interface Field<T = unknown> {
  readonly type: WireType;
  readonly representation: Representation;
  readonly versions: VersionRange;
  readonly nullableVersions: VersionRange;
  readonly taggedVersions: VersionRange;
  /** The tag; −1: not a tagged field. */
  readonly tag: number;
  readonly defaultValue: T;
  readonly ignorable: boolean;
  readonly mapKey: boolean;
  /** True for a field that is never compact, even in flexible versions: the client id of a request header. */
  readonly neverFlexible: boolean;
  /** The fields of a struct. */
  readonly fields: Struct | null;
  /** The element of an array. */
  readonly element: Field | null;
  /** In a response: the field of the request whose value or elements an error response repeats here. */
  readonly echoes: string | null;
  /** In a response: the value in an error response that repeats nothing here. */
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

/** Options whose default, if any, is a value of the field. */
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
  // The builders below accept only values of this field.
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
/** An int16 with a Kafka error code; its value is the error's name. A code without a name is UNKNOWN_SERVER_ERROR. */
export const errorCode = builder<ErrorName>({ type: 'int16', representation: 'error-name' }, 'NONE');

/** Record batches, passed unchanged; null: none. */
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

/** A struct with the default of each field. It is frozen, because one object is used everywhere. */
export function defaultsOf<S extends Struct>(fields: S): BodyOf<S> {
  const entries = Object.entries(fields).map(([name, { defaultValue }]) => [name, defaultValue]);
  return Object.freeze(Object.fromEntries(entries));
}

export function isTagged(description: Field, version: number): boolean {
  return isIn(description.taggedVersions, version);
}
