import { MalformedFrame } from './malformed-frame.js';
import { readUtf8 } from './utf8.js';
import { readUuid } from './uuid.js';

const EMPTY = new Uint8Array(0);

/**
 * Reads Kafka's primitive types from bytes of any sender. Every length is compared with the remaining bytes before
 * memory is allocated for it. Bytes that do not fit are a MalformedFrame.
 */
export class Reader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  fail(what: string): never {
    throw new MalformedFrame(what, this.position);
  }

  /** Skips `length` bytes and returns the position of the first. */
  take(length: number): number {
    const start = this.position;
    if (length > this.end - start) this.fail(`${length} bytes wanted where ${this.end - start} are left`);
    this.position = start + length;
    return start;
  }

  int8(): number {
    const at = this.take(1);
    return (this.bytes[at]! << 24) >> 24;
  }

  int16(): number {
    const at = this.take(2);
    return ((this.bytes[at]! << 24) | (this.bytes[at + 1]! << 16)) >> 16;
  }

  uint16(): number {
    const at = this.take(2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  int32(): number {
    const at = this.take(4);
    const { bytes } = this;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A 64-bit integer as a number. A value beyond ±(2^53 − 1) is refused, because a number cannot hold it exactly. */
  int64(): number {
    const high = this.int32();
    const value = high * 0x1_0000_0000 + this.uint32();
    if (!Number.isSafeInteger(value)) this.fail('a 64-bit integer beyond ±(2^53 − 1)');
    return value;
  }

  bigInt64(): bigint {
    const high = this.int32();
    return (BigInt(high) << 32n) | BigInt(this.uint32());
  }

  float64(): number {
    const at = this.take(8);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getFloat64(0);
  }

  uuid(): string {
    return readUuid(this.bytes, this.take(16));
  }

  /** An unsigned 32-bit integer in one to five bytes, least significant group first. */
  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.bytes[this.take(1)]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.bytes[this.take(1)]!;
    if (last > 0x0f) this.fail('an unsigned varint beyond 32 bits');
    return (value | (last << 28)) >>> 0;
  }

  string(length: number): string {
    const start = this.take(length);
    return readUtf8(this.bytes, start, start + length);
  }

  /** A view of the next bytes, not a copy. */
  byteArray(length: number): Uint8Array {
    const start = this.take(length);
    return length === 0 ? EMPTY : this.bytes.subarray(start, start + length);
  }
}
