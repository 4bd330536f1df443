/**
 * Snappy as Kafka's clients exchange it. Java writes the stream of snappy-java ("xerial"): a header of 16 bytes (a magic of
 * 8 bytes, the version and the lowest compatible version, int32), and blocks of at most 32 KiB, each after its compressed size as
 * int32 (big-endian). librdkafka and others write one raw block; readers accept both, and so does this one.
 *
 * Compression is snappyjs. Decompression is ours: snappyjs follows a hostile length backwards and never ends.
 */
import { compress } from 'snappyjs';
import { concatenated } from './concatenated.js';
import { copyMatch } from './copy-match.js';

const MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const HEADER_BYTES = 16;
const VERSION = 1;
const BLOCK_BYTES = 32 * 1024;
/** A copy of 64 bytes takes 3 bytes; nothing in a block says more with less. */
const RATIO_MAX = 22;

export function compressSnappy(bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  header[11] = VERSION;
  header[15] = VERSION;
  const pieces: Uint8Array[] = [header];
  let total = HEADER_BYTES;
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = compress(bytes.subarray(at, at + BLOCK_BYTES));
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, block.length);
    pieces.push(size, block);
    total += 4 + block.length;
  }
  return concatenated(pieces, total);
}

/** @throws Error when the bytes are malformed or hold more than `maxBytes`. */
export function decompressSnappy(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (!isFramed(bytes)) return decompressBlock(bytes, maxBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw new Error('the size of a block is cut short');
    const size = view.getUint32(at);
    at += 4;
    if (at + size > bytes.length) throw new Error('a block is cut short');
    const block = decompressBlock(bytes.subarray(at, at + size), maxBytes - total);
    pieces.push(block);
    total += block.length;
    at += size;
  }
  return concatenated(pieces, total);
}

const isFramed = (bytes: Uint8Array): boolean =>
  bytes.length >= HEADER_BYTES && MAGIC.every((byte, at) => bytes[at] === byte);

function decompressBlock(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const { length, start } = readLength(bytes);
  if (length > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
  if (length > bytes.length * RATIO_MAX) throw new Error('a length that the block cannot hold');
  const into = new Uint8Array(length);
  let from = start;
  let to = 0;
  while (from < bytes.length) {
    const tag = bytes[from]!;
    if ((tag & 0x03) === 0) {
      const sizeBytes = Math.max(0, (tag >>> 2) - 59);
      const size = sizeBytes === 0 ? (tag >>> 2) + 1 : littleEndian(bytes, from + 1, sizeBytes) + 1;
      from += 1 + sizeBytes;
      if (from + size > bytes.length || to + size > length) throw new Error('a literal is cut short');
      into.set(bytes.subarray(from, from + size), to);
      from += size;
      to += size;
      continue;
    }
    const kind = tag & 0x03;
    const distanceBytes = kind === 3 ? 4 : kind;
    const size = kind === 1 ? ((tag >>> 2) & 0x07) + 4 : (tag >>> 2) + 1;
    if (from + 1 + distanceBytes > bytes.length) throw new Error('a copy is cut short');
    const high = kind === 1 ? (tag >>> 5) * 256 : 0;
    const distance = littleEndian(bytes, from + 1, distanceBytes) + high;
    from += 1 + distanceBytes;
    if (distance === 0 || distance > to || to + size > length) throw new Error('a copy from outside');
    copyMatch(into, to, distance, size);
    to += size;
  }
  if (to !== length) throw new Error('fewer bytes than announced');
  return into;
}

/** The decompressed length before a block: an unsigned varint of at most 32 bits. */
function readLength(bytes: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  let scale = 1;
  for (let at = 0; at < Math.min(5, bytes.length); at++) {
    const byte = bytes[at]!;
    length += (byte & 0x7f) * scale;
    if (byte < 128) return { length, start: at + 1 };
    scale *= 128;
  }
  throw new Error('no length');
}

/** Missing bytes count as 0; the caller compares the sum with the end of the block. */
function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index--) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
