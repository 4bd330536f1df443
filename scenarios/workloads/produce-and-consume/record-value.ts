/** A record's value on the wire: the history's number in the first eight bytes, then padding. */

const HIGH = 2 ** 32;
/** Small values are cut from one allocation. An allocation for each would be the main cost of sending a record. */
const SLAB_BYTES = 8192;

let slab = new Uint8Array(SLAB_BYTES);
let slabUsedBytes = 0;

function zeros(sizeBytes: number): Uint8Array {
  if (sizeBytes > SLAB_BYTES / 8) return new Uint8Array(sizeBytes);
  if (slabUsedBytes + sizeBytes > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsedBytes = 0;
  }
  slabUsedBytes += sizeBytes;
  return slab.subarray(slabUsedBytes - sizeBytes, slabUsedBytes);
}

export function encodeValue(value: number, sizeBytes: number): Uint8Array {
  const bytes = zeros(sizeBytes);
  const low = value % HIGH;
  const high = (value - low) / HIGH;
  for (let index = 0; index < 4; index++) {
    bytes[index] = low >>> (8 * index);
    bytes[index + 4] = high >>> (8 * index);
  }
  return bytes;
}

/** NaN: the bytes are not a value that `encodeValue` made. */
export function decodeValue(bytes: Uint8Array | null): number {
  if (bytes === null || bytes.length < 8) return Number.NaN;
  return word(bytes, 0) + word(bytes, 4) * HIGH;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
