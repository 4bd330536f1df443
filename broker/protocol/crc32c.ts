import castagnoli from 'crc-32/crc32c.js';

/**
 * CRC-32C (Castagnoli; RFC 3720 B.4) of the bytes [start, end), as an unsigned 32-bit number.
 *
 * Measured on ranges of 100–200 bytes: the package, view included, takes 95–170 ns; slicing-by-8 and by-16 written here
 * took 95–240 ns. So no code of our own.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  return castagnoli.buf(bytes.subarray(start, end)) >>> 0;
}
