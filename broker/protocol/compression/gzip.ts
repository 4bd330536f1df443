/**
 * gzip (RFC 1952) by fflate, whose output does not depend on the version of Node. fflate does not check the trailer of
 * a member, so the trailer of the last member is checked here; producers write one member.
 */
import CRC32 from 'crc-32';
import { Gunzip, gzipSync } from 'fflate';
import { concatenated } from './concatenated.js';

/** A slice of this many compressed bytes becomes 16 MiB at most. */
const SLICE_BYTES = 16 * 1024;
const TRAILER_BYTES = 8;
const DEFAULT_LEVEL = 6;

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
const LEVELS: readonly Level[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** `level`: 1 (fastest) to 9 (smallest); −1 is the default of zlib. */
export function compressGzip(bytes: Uint8Array, level: number): Uint8Array {
  return gzipSync(bytes, { level: LEVELS[level] ?? DEFAULT_LEVEL, mtime: 0 });
}

/** @throws Error when the bytes are malformed or hold more than `maxBytes`. */
export function decompressGzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  let memberStart = 0;
  const gunzip = new Gunzip((piece) => {
    total += piece.length;
    if (total > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    pieces.push(piece);
  });
  gunzip.onmember = () => {
    memberStart = total;
  };
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    gunzip.push(bytes.subarray(at, at + SLICE_BYTES), at + SLICE_BYTES >= bytes.length);
  }
  const whole = concatenated(pieces, total);
  checkTrailer(bytes, whole.subarray(memberStart));
  return whole;
}

function checkTrailer(bytes: Uint8Array, member: Uint8Array): void {
  if (bytes.length < TRAILER_BYTES) throw new Error('no trailer');
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - TRAILER_BYTES, TRAILER_BYTES);
  if (trailer.getInt32(0, true) !== CRC32.buf(member)) throw new Error('the CRC differs');
  if (trailer.getUint32(4, true) !== member.length) throw new Error('the length differs');
}
