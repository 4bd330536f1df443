import { writeUtf8 } from './utf8.js';
import { writeUuid } from './uuid.js';

/** Writes Kafka's primitive types into bytes of a size calculated before. */
export class Writer {
  readonly bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  int8(value: number): void {
    this.bytes[this.position++] = value;
  }

  int16(value: number): void {
    this.bytes[this.position] = value >>> 8;
    this.bytes[this.position + 1] = value;
    this.position += 2;
  }

  int32(value: number): void {
    const { bytes, position } = this;
    bytes[position] = value >>> 24;
    bytes[position + 1] = value >>> 16;
    bytes[position + 2] = value >>> 8;
    bytes[position + 3] = value;
    this.position = position + 4;
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new Error(`not a safe integer: ${value}`);
    this.int32(Math.floor(value / 0x1_0000_0000));
    this.int32(value % 0x1_0000_0000);
  }

  bigInt64(value: bigint): void {
    const bits = BigInt.asUintN(64, value);
    this.int32(Number(bits >> 32n));
    this.int32(Number(bits & 0xffff_ffffn));
  }

  float64(value: number): void {
    new DataView(this.bytes.buffer, this.bytes.byteOffset + this.position, 8).setFloat64(0, value);
    this.position += 8;
  }

  uuid(value: string): void {
    writeUuid(this.bytes, this.position, value);
    this.position += 16;
  }

  unsignedVarint(value: number): void {
    while (value > 0x7f) {
      this.bytes[this.position++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.bytes[this.position++] = value;
  }

  string(value: string): void {
    this.position = writeUtf8(this.bytes, this.position, value);
  }

  byteArray(value: Uint8Array): void {
    this.bytes.set(value, this.position);
    this.position += value.length;
  }
}

/** The number of bytes that `Writer.unsignedVarint` writes for `value`. */
export function sizeOfUnsignedVarint(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
