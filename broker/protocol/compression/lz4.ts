/**
 * LZ4 frames (lz4_Frame_format.md) as Kafka reads and writes them (org.apache.kafka.common.compress.Lz4Block…Stream):
 * independent blocks of 64 KiB, no checksum of a block or of the content. A reader verifies the header's checksum and that of a
 * block if there is one, skips that of the content, and refuses blocks that depend on one another.
 */
import { xxHash32 } from 'js-xxhash';
import { concatenated } from './concatenated.js';
import { compressLz4Block, decompressLz4Block, lz4BlockSizeMax } from './lz4-block.js';

const MAGIC = 0x184d_2204;
/** The flags: version 1, independent blocks, a checksum of each block, the size of the content, a checksum of the content. */
const VERSION_BITS = 0xc0;
const VERSION = 0x40;
const INDEPENDENT = 0x20;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const RESERVED_FLAGS = 0x03;
const RESERVED_DESCRIPTOR = 0x8f;
/** In the size of a block: its bytes are stored as they are. */
const STORED = 0x8000_0000;
const BLOCK_64_KIB = 4;
const HEADER_BYTES = 7;

/** 4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB. */
const blockBytesOf = (code: number): number => 1 << (8 + 2 * code);

export function compressLz4(bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, MAGIC, true);
  header[4] = VERSION | INDEPENDENT;
  header[5] = BLOCK_64_KIB << 4;
  header[6] = xxHash32(header.subarray(4, 6)) >>> 8;
  const pieces: Uint8Array[] = [header];
  let total = HEADER_BYTES;
  const blockBytes = blockBytesOf(BLOCK_64_KIB);
  const compressed = new Uint8Array(lz4BlockSizeMax(Math.min(blockBytes, bytes.length)));
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const size = compressLz4Block(block, compressed);
    const isStored = size >= block.length;
    const content = isStored ? block : compressed.slice(0, size);
    pieces.push(uint32(isStored ? block.length + STORED : size), content);
    total += 4 + content.length;
  }
  pieces.push(uint32(0));
  return concatenated(pieces, total + 4);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** @throws Error when the bytes are malformed or hold more than `maxBytes`. */
export function decompressLz4(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { flags, blockBytes, end } = readHeader(bytes, view);
  const checksumBytes = (flags & BLOCK_CHECKSUM) === 0 ? 0 : 4;
  const pieces: Uint8Array[] = [];
  const buffer = new Uint8Array(blockBytes);
  let total = 0;
  for (let at = end; ; ) {
    if (at + 4 > bytes.length) throw new Error('the frame has no end mark');
    const word = view.getUint32(at, true);
    const size = word >= STORED ? word - STORED : word;
    at += 4;
    if (size === 0) return concatenated(pieces, total);
    if (size > blockBytes) throw new Error('a block larger than the header says');
    if (at + size + checksumBytes > bytes.length) throw new Error('a block is cut short');
    const block = bytes.subarray(at, at + size);
    const piece = word >= STORED ? block : buffer.slice(0, decompressLz4Block(bytes, at, at + size, buffer));
    at += size;
    if (checksumBytes > 0 && view.getUint32(at, true) !== xxHash32(block) >>> 0)
      throw new Error('the checksum of a block differs');
    at += checksumBytes;
    total += piece.length;
    if (total > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
}

function readHeader(bytes: Uint8Array, view: DataView) {
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new Error('not an LZ4 frame');
  const flags = bytes[4]!;
  const descriptor = bytes[5]!;
  if ((flags & VERSION_BITS) !== VERSION || (flags & RESERVED_FLAGS) !== 0) throw new Error('unknown flags');
  if ((flags & INDEPENDENT) === 0) throw new Error('blocks that depend on one another');
  const code = descriptor >>> 4;
  if (code < BLOCK_64_KIB || (descriptor & RESERVED_DESCRIPTOR) !== 0) throw new Error('unknown block size');
  const checksumAt = (flags & CONTENT_SIZE) === 0 ? 6 : 14;
  if (checksumAt >= bytes.length) throw new Error('the header is cut short');
  const checksum = (xxHash32(bytes.subarray(4, checksumAt)) >>> 8) & 0xff;
  if (bytes[checksumAt] !== checksum) throw new Error('the checksum of the header differs');
  return { flags, blockBytes: blockBytesOf(code), end: checksumAt + 1 };
}
