/**
 * The zig-zag variable-length integers inside record batches (Protocol Buffers' sint encoding): `varint` and `varlong`
 * share one byte form, so one pair of functions serves both. Values are safe integers up to ±2^52.
 */

/** The size of `value` in bytes. */
export function sizeOfVarint(value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  let size = 1;
  while (rest >= 128) {
    rest = rest <= 0x7fffffff ? rest >>> 7 : Math.floor(rest / 128);
    size++;
  }
  return size;
}

/** Writes `value` at `position` and returns the position after it. */
export function writeVarint(bytes: Uint8Array, position: number, value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  while (rest > 0x7fffffff) {
    bytes[position++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 128) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}

/**
 * Reads integers one after another from a range. After a read past `end`, or an integer longer than ten bytes,
 * `malformed` is true and every value is 0. Callers check it once, at the end.
 */
export class VarintReader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;
  malformed = false;

  constructor(bytes: Uint8Array, position: number, end: number) {
    this.bytes = bytes;
    this.position = position;
    this.end = Math.min(end, bytes.length);
  }

  readByte(): number {
    if (this.position >= this.end) {
      this.malformed = true;
      return 0;
    }
    return this.bytes[this.position++]!;
  }

  readVarint(): number {
    const first = this.readByte();
    if (first < 128) return first & 1 ? -((first + 1) / 2) : first / 2;
    let value = first & 0x7f;
    let scale = 128;
    for (let count = 1; ; count++) {
      const byte = this.readByte();
      if (this.malformed || count === 10) {
        this.malformed = true;
        return 0;
      }
      value += (byte & 0x7f) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    return value % 2 === 1 ? -((value + 1) / 2) : value / 2;
  }

  /** Goes `length` bytes further. */
  skip(length: number): void {
    if (this.position + length > this.end) this.malformed = true;
    else this.position += length;
  }

  /** A view of the next `length` bytes; an empty view when there are fewer. */
  readBytes(length: number): Uint8Array {
    if (length < 0 || this.position + length > this.end) {
      this.malformed = true;
      return this.bytes.subarray(0, 0);
    }
    const start = this.position;
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }
}
