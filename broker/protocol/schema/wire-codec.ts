/**
 * The encoding of one value in one version: the primitive types, and the length before a text, a byte array or an
 * array. A codec knows the size of a value before it writes, and the least size of any value, so that a count of
 * elements can be compared with the remaining bytes.
 */
import { type ErrorName, errorCodes } from '../errors.js';
import type { Reader } from './reader.js';
import { utf8Length } from './utf8.js';
import { sizeOfUnsignedVarint, type Writer } from './writer.js';

export interface WireCodec<T> {
  /** The size if every value has the same one, else −1. */
  readonly fixedSize: number;
  readonly minSize: number;
  size(value: T): number;
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

/** A codec without its type. The schema that contains it defines its values. */
export interface AnyCodec {
  readonly fixedSize: number;
  readonly minSize: number;
  size(value: never): number;
  write(writer: Writer, value: never): void;
  read(reader: Reader): unknown;
}

/** The types whose values all have one size. */
export type FixedType = keyof typeof primitives;

const STRING_LENGTH_MAX = 0x7fff;

function fixed<T>(
  fixedSize: number,
  write: (writer: Writer, value: T) => void,
  read: (reader: Reader) => T,
): WireCodec<T> {
  return { fixedSize, minSize: fixedSize, size: () => fixedSize, write, read };
}

function inRange(value: number, kept: number): number {
  if (value !== kept) throw new Error(`${value} does not fit its field`);
  return kept;
}

const namesByCode = new Map<number, ErrorName>(
  Object.entries(errorCodes).map(([name, code]) => [code, name as ErrorName]),
);

/** Most codes are that of no error. */
export function errorNameOf(code: number): ErrorName {
  return code === 0 ? 'NONE' : (namesByCode.get(code) ?? 'UNKNOWN_SERVER_ERROR');
}

export const primitives = {
  bool: fixed<boolean>(
    1,
    (writer, value) => writer.int8(value ? 1 : 0),
    (reader) => reader.int8() !== 0,
  ),
  int8: fixed<number>(
    1,
    (writer, value) => writer.int8(inRange(value, (value << 24) >> 24)),
    (reader) => reader.int8(),
  ),
  int16: fixed<number>(
    2,
    (writer, value) => writer.int16(inRange(value, (value << 16) >> 16)),
    (reader) => reader.int16(),
  ),
  uint16: fixed<number>(
    2,
    (writer, value) => writer.int16(inRange(value, value & 0xffff)),
    (reader) => reader.uint16(),
  ),
  int32: fixed<number>(
    4,
    (writer, value) => writer.int32(inRange(value, value | 0)),
    (reader) => reader.int32(),
  ),
  uint32: fixed<number>(
    4,
    (writer, value) => writer.int32(inRange(value, value >>> 0)),
    (reader) => reader.uint32(),
  ),
  int64: fixed<number>(
    8,
    (writer, value) => writer.int64(value),
    (reader) => reader.int64(),
  ),
  bigInt64: fixed<bigint>(
    8,
    (writer, value) => writer.bigInt64(value),
    (reader) => reader.bigInt64(),
  ),
  float64: fixed<number>(
    8,
    (writer, value) => writer.float64(value),
    (reader) => reader.float64(),
  ),
  uuid: fixed<string>(
    16,
    (writer, value) => writer.uuid(value),
    (reader) => reader.uuid(),
  ),
  errorName: fixed<ErrorName>(
    2,
    (writer, value) => writer.int16(errorCodes[value]),
    (reader) => errorNameOf(reader.int16()),
  ),
};

/** The length before a text, a byte array or an array, or the mark for null. */
export interface LengthCodec {
  readonly minSize: number;
  readonly nullSize: number;
  size(length: number): number;
  write(writer: Writer, length: number): void;
  writeNull(writer: Writer): void;
  /** −1 for null. */
  read(reader: Reader): number;
}

/** Flexible versions: an unsigned varint with the length plus one; 0 is null. */
const compactLength: LengthCodec = {
  minSize: 1,
  nullSize: 1,
  size: (length) => sizeOfUnsignedVarint(length + 1),
  write: (writer, length) => writer.unsignedVarint(length + 1),
  writeNull: (writer) => writer.unsignedVarint(0),
  read: (reader) => reader.unsignedVarint() - 1,
};

const int16Length: LengthCodec = {
  minSize: 2,
  nullSize: 2,
  size: () => 2,
  write: (writer, length) => writer.int16(length),
  writeNull: (writer) => writer.int16(-1),
  read: (reader) => reader.int16(),
};

const int32Length: LengthCodec = {
  minSize: 4,
  nullSize: 4,
  size: () => 4,
  write: (writer, length) => writer.int32(length),
  writeNull: (writer) => writer.int32(-1),
  read: (reader) => reader.int32(),
};

/** Reads a length. False: null, which only a nullable field may be. */
function readLength(lengths: LengthCodec, isNullable: boolean, reader: Reader): number {
  const length = lengths.read(reader);
  if (length < -1) reader.fail(`a length of ${length}`);
  if (length === -1 && !isNullable) reader.fail('null where there must be a value');
  return length;
}

/** Throws if a value is null that must not be null. The caller that made the value has a bug. */
function refuseNull(isNullable: boolean): void {
  if (!isNullable) throw new Error('null in a field that is never null in this version');
}

export function stringCodec(isFlexible: boolean, isNullable: boolean): WireCodec<string | null> {
  const lengths = isFlexible ? compactLength : int16Length;
  return {
    fixedSize: -1,
    minSize: lengths.minSize,
    size: (value) => {
      if (value === null) return lengths.nullSize;
      const length = utf8Length(value);
      return lengths.size(length) + length;
    },
    write: (writer, value) => {
      if (value === null) {
        refuseNull(isNullable);
        lengths.writeNull(writer);
        return;
      }
      const length = utf8Length(value);
      if (length > STRING_LENGTH_MAX)
        throw new Error(`a text of ${length} bytes: at most ${STRING_LENGTH_MAX}`);
      lengths.write(writer, length);
      writer.string(value);
    },
    read: (reader) => {
      const length = readLength(lengths, isNullable, reader);
      if (length > STRING_LENGTH_MAX) reader.fail(`a text of ${length} bytes`);
      return length < 0 ? null : reader.string(length);
    },
  };
}

export function bytesCodec(isFlexible: boolean, isNullable: boolean): WireCodec<Uint8Array | null> {
  const lengths = isFlexible ? compactLength : int32Length;
  return {
    fixedSize: -1,
    minSize: lengths.minSize,
    size: (value) => (value === null ? lengths.nullSize : lengths.size(value.length) + value.length),
    write: (writer, value) => {
      if (value === null) {
        refuseNull(isNullable);
        lengths.writeNull(writer);
        return;
      }
      lengths.write(writer, value.length);
      writer.byteArray(value);
    },
    read: (reader) => {
      const length = readLength(lengths, isNullable, reader);
      return length < 0 ? null : reader.byteArray(length);
    },
  };
}

export interface ArrayCodec extends AnyCodec {
  readonly lengths: LengthCodec;
  /** The number of elements, which the remaining bytes can hold; −1 for null. */
  readCount(reader: Reader): number;
}

export function arrayCodec(element: AnyCodec, isFlexible: boolean, isNullable: boolean): ArrayCodec {
  const lengths = isFlexible ? compactLength : int32Length;
  const { fixedSize } = element;
  const minElementSize = Math.max(1, element.minSize);
  function readCount(reader: Reader): number {
    const count = readLength(lengths, isNullable, reader);
    if (count * minElementSize > reader.remaining) {
      reader.fail(`${count} elements where ${reader.remaining} bytes are left`);
    }
    return count;
  }
  return {
    lengths,
    readCount,
    fixedSize: -1,
    minSize: lengths.minSize,
    size: (values: readonly never[] | null) => {
      if (values === null) return lengths.nullSize;
      let size = lengths.size(values.length);
      if (fixedSize >= 0) return size + fixedSize * values.length;
      for (let index = 0; index < values.length; index++) size += element.size(values[index]!);
      return size;
    },
    write: (writer, values: readonly never[] | null) => {
      if (values === null) {
        refuseNull(isNullable);
        lengths.writeNull(writer);
        return;
      }
      lengths.write(writer, values.length);
      for (let index = 0; index < values.length; index++) element.write(writer, values[index]!);
    },
    read: (reader) => {
      const count = readCount(reader);
      if (count < 0) return null;
      const values: unknown[] = [];
      for (let index = 0; index < count; index++) values.push(element.read(reader));
      return values;
    },
  };
}

/** A nullable struct is preceded by a byte: 1, or −1 for null. */
export function nullableStructCodec(codec: AnyCodec): AnyCodec {
  return {
    fixedSize: -1,
    minSize: 1,
    size: (value) => (value === null ? 1 : 1 + codec.size(value)),
    write: (writer, value) => {
      writer.int8(value === null ? -1 : 1);
      if (value !== null) codec.write(writer, value);
    },
    read: (reader) => (reader.int8() < 0 ? null : codec.read(reader)),
  };
}
