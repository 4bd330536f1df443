import castagnoli from 'crc-32/crc32c.js';

/**
 * Eight tables in a row, for eight bytes at a time. The first table, for one byte, is derived from the package's
 * results.
 */
const tables = eightTables();

function eightTables(): Int32Array {
  const all = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) all[byte ^ 0xff] = ~castagnoli.buf([byte]) ^ 0x00ff_ffff;
  for (let at = 256; at < all.length; at++) {
    const before = all[at - 256]!;
    all[at] = (before >>> 8) ^ all[before & 0xff]!;
  }
  return all;
}

/**
 * CRC-32C (Castagnoli; RFC 3720 B.4) of the bytes [start, end), as an unsigned 32-bit number.
 *
 * The package's `buf` takes a whole array, so a batch inside a larger one needs a view of its own: 150 ns and 100 bytes of
 * garbage for 170 bytes, seven times for each record of a run. The same method over a range takes 109 ns and leaves
 * none. Eight tables and not sixteen: in a run their 16 KiB are out of the first-level cache again each time, which made the
 * checksum 4.4 to 6 % of the time instead of 2.5.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  const table = tables;
  let crc = -1;
  let at = start;
  for (const lastBlock = end - 8; at <= lastBlock; at += 8) {
    crc =
      table[1792 + (bytes[at]! ^ (crc & 0xff))]! ^
      table[1536 + (bytes[at + 1]! ^ ((crc >>> 8) & 0xff))]! ^
      table[1280 + (bytes[at + 2]! ^ ((crc >>> 16) & 0xff))]! ^
      table[1024 + (bytes[at + 3]! ^ (crc >>> 24))]! ^
      table[768 + bytes[at + 4]!]! ^
      table[512 + bytes[at + 5]!]! ^
      table[256 + bytes[at + 6]!]! ^
      table[bytes[at + 7]!]!;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}
