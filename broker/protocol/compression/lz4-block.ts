/**
 * LZ4 blocks (lz4_Block_format.md). A block is a run of sequences: a token (literal length in the high four bits, match
 * length − 4 in the low four; 15 continues in further bytes), the literals, the distance of the match (uint16, little-endian).
 * The last sequence has literals alone.
 *
 * Ours, because the only LZ4 library in plain JavaScript (lz4js) neither checks bounds nor is maintained.
 */
import { copyMatch } from './copy-match.js';

const MATCH_LENGTH_MIN = 4;
/** The last match begins at least 12 bytes before the end of a block, and the last 5 bytes are literals. */
const MATCH_START_LIMIT = 12;
const LAST_LITERALS = 5;
const HASH_BITS = 14;
const DISTANCE_MAX = 0xffff;
/** After 2^6 positions without a match the search skips one position more each time. */
const SKIP_SHIFT = 6;

/** Decompresses `bytes` [from, end) to the start of `into` and returns how many bytes it wrote. @throws Error when malformed. */
export function decompressLz4Block(bytes: Uint8Array, from: number, end: number, into: Uint8Array): number {
  let at = from;
  let to = 0;
  while (at < end) {
    const token = bytes[at++]!;
    let literals = token >>> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (at >= end) throw new Error('a length is cut short');
        more = bytes[at++]!;
        literals += more;
      } while (more === 255);
    }
    if (at + literals > end || to + literals > into.length) throw new Error('literals out of bounds');
    if (literals > 32) into.set(bytes.subarray(at, at + literals), to);
    else for (let index = 0; index < literals; index++) into[to + index] = bytes[at + index]!;
    at += literals;
    to += literals;
    if (at === end) return to;
    if (at + 2 > end) throw new Error('a distance is cut short');
    const distance = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    let length = (token & 15) + MATCH_LENGTH_MIN;
    if ((token & 15) === 15) {
      let more: number;
      do {
        if (at >= end) throw new Error('a length is cut short');
        more = bytes[at++]!;
        length += more;
      } while (more === 255);
    }
    if (distance === 0 || distance > to || to + length > into.length)
      throw new Error('a match out of bounds');
    copyMatch(into, to, distance, length);
    to += length;
  }
  throw new Error('a block ends in a match');
}

/** The size of the compressed block of `length` bytes that hold no match. */
export const lz4BlockSizeMax = (length: number): number => length + Math.floor(length / 255) + 16;

/** Compresses `bytes` to the start of `into`, which has room for `lz4BlockSizeMax`. Returns the compressed size. */
export function compressLz4Block(bytes: Uint8Array, into: Uint8Array): number {
  const positions = new Int32Array(1 << HASH_BITS).fill(-1);
  const matchEnd = bytes.length - LAST_LITERALS;
  const lastStart = bytes.length - MATCH_START_LIMIT;
  let anchor = 0;
  let to = 0;
  let misses = 0;
  for (let at = 0; at <= lastStart; ) {
    const four = fourBytes(bytes, at);
    const slot = Math.imul(four, 0x9e37_79b1) >>> (32 - HASH_BITS);
    const candidate = positions[slot]!;
    positions[slot] = at;
    if (candidate < 0 || at - candidate > DISTANCE_MAX || fourBytes(bytes, candidate) !== four) {
      at += 1 + (misses++ >>> SKIP_SHIFT);
      continue;
    }
    misses = 0;
    let length = MATCH_LENGTH_MIN;
    while (at + length < matchEnd && bytes[at + length] === bytes[candidate + length]) length++;
    to = writeSequence(bytes, anchor, at, into, to, length - MATCH_LENGTH_MIN);
    into[to++] = (at - candidate) & 0xff;
    into[to++] = (at - candidate) >>> 8;
    to = writeRest(into, to, length - MATCH_LENGTH_MIN);
    at += length;
    anchor = at;
  }
  return writeSequence(bytes, anchor, bytes.length, into, to, 0);
}

const fourBytes = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

/** Writes the token and the literals [from, end). */
function writeSequence(
  bytes: Uint8Array,
  from: number,
  end: number,
  into: Uint8Array,
  at: number,
  matchCode: number,
): number {
  const literals = end - from;
  into[at++] = (Math.min(15, literals) << 4) | Math.min(15, matchCode);
  at = writeRest(into, at, literals);
  into.set(bytes.subarray(from, end), at);
  return at + literals;
}

/** The part of a length that its four bits in the token do not hold. */
function writeRest(into: Uint8Array, at: number, length: number): number {
  if (length < 15) return at;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) into[at++] = 255;
  into[at++] = rest;
  return at;
}
