/**
 * Code that reads and writes values of a fixed size. In the code, `b` is the byte array, `p` the position, `r` the reader and `w`
 * the writer. Functions that the code calls are in `fixedLibrary`.
 */

import { type ErrorName, errorCodes } from '../errors.js';
import type { Reader } from './reader.js';
import { readUuid, writeUuid } from './uuid.js';
import type { FixedType } from './wire-codec.js';
import { errorNameOf } from './wire-codec.js';

interface FixedCode {
  /** An expression: the value whose first byte is `at` bytes behind the position. */
  read(at: number): string;
  /** Statements that write the variable `value` there. */
  write(at: number, value: string): string;
}

const byte = (at: number): string => `b[p + ${at}]`;
const int16At = (at: number): string => `(${byte(at)} << 24 | ${byte(at + 1)} << 16) >> 16`;
const int32At = (at: number): string =>
  `(${byte(at)} << 24 | ${byte(at + 1)} << 16 | ${byte(at + 2)} << 8 | ${byte(at + 3)})`;
const putInt16 = (at: number, value: string): string =>
  `${byte(at)} = ${value} >>> 8; ${byte(at + 1)} = ${value};`;
const putInt32 = (at: number, value: string): string =>
  `${byte(at)} = ${value} >>> 24; ${byte(at + 1)} = ${value} >>> 16; ${putInt16(at + 2, value)}`;
/** `kept` is what the field can hold of the value. */
const checked = (value: string, kept: string, put: string): string =>
  `if (${value} !== ${kept}) refuse(${value}); ${put}`;

export const fixedCode: Readonly<Record<FixedType, FixedCode>> = {
  bool: {
    read: (at) => `${byte(at)} !== 0`,
    write: (at, value) => `${byte(at)} = ${value} ? 1 : 0;`,
  },
  int8: {
    read: (at) => `${byte(at)} << 24 >> 24`,
    write: (at, value) => checked(value, `${value} << 24 >> 24`, `${byte(at)} = ${value};`),
  },
  int16: {
    read: int16At,
    write: (at, value) => checked(value, `${value} << 16 >> 16`, putInt16(at, value)),
  },
  uint16: {
    read: (at) => `${byte(at)} << 8 | ${byte(at + 1)}`,
    write: (at, value) => checked(value, `(${value} & 0xffff)`, putInt16(at, value)),
  },
  int32: {
    read: int32At,
    write: (at, value) => checked(value, `(${value} | 0)`, putInt32(at, value)),
  },
  uint32: {
    read: (at) => `${int32At(at)} >>> 0`,
    write: (at, value) => checked(value, `${value} >>> 0`, putInt32(at, value)),
  },
  int64: {
    read: (at) => `int64At(r, ${int32At(at)}, ${int32At(at + 4)})`,
    write: (at, value) => `putInt64(b, p + ${at}, ${value});`,
  },
  bigInt64: {
    read: (at) => `(r.position = p + ${at}, r.bigInt64())`,
    write: (at, value) => `w.position = p + ${at}; w.bigInt64(${value});`,
  },
  float64: {
    read: (at) => `(r.position = p + ${at}, r.float64())`,
    write: (at, value) => `w.position = p + ${at}; w.float64(${value});`,
  },
  uuid: {
    read: (at) => `readUuid(b, p + ${at})`,
    write: (at, value) => `writeUuid(b, p + ${at}, ${value});`,
  },
  errorName: {
    read: (at) => `errorNameOf(${int16At(at)})`,
    write: (at, value) => `const code = errorCodeOf(${value}); ${putInt16(at, 'code')}`,
  },
};

export const fixedLibrary = { refuse, int64At, putInt64, readUuid, writeUuid, errorNameOf, errorCodeOf };

function refuse(value: unknown): never {
  throw new Error(`${value} does not fit its field`);
}

/** Most values have 32 bits; then nothing is a floating-point number. */
function int64At(reader: Reader, high: number, low: number): number {
  if (high === low >> 31) return low;
  const value = high * 0x1_0000_0000 + (low >>> 0);
  if (!Number.isSafeInteger(value)) reader.fail('a 64-bit integer beyond ±(2^53 − 1)');
  return value;
}

function putInt64(bytes: Uint8Array, at: number, value: number): void {
  if (!Number.isSafeInteger(value)) throw new Error(`not a safe integer: ${value}`);
  const high = Math.floor(value / 0x1_0000_0000);
  bytes[at] = high >>> 24;
  bytes[at + 1] = high >>> 16;
  bytes[at + 2] = high >>> 8;
  bytes[at + 3] = high;
  bytes[at + 4] = value >>> 24;
  bytes[at + 5] = value >>> 16;
  bytes[at + 6] = value >>> 8;
  bytes[at + 7] = value;
}

/** Most answers carry no error. */
function errorCodeOf(name: ErrorName): number {
  return name === 'NONE' ? 0 : errorCodes[name];
}
