/** The outline of a Zstandard frame (RFC 8878): its header and the headers of its blocks, without the blocks' content. */
export interface ZstdFrame {
  /** Where the next frame begins. */
  readonly end: number;
  /** Where the first block begins. */
  readonly blocksStart: number;
  /** A checksum of 4 bytes follows the blocks. */
  readonly hasChecksum: boolean;
  /** −1: the header does not say. */
  readonly contentBytes: number;
  /** The content is no longer than this. */
  readonly contentBytesMax: number;
  readonly blockCount: number;
  readonly windowBytes: number;
}

const MAGIC = 0xfd2f_b528;
const SKIPPABLE = 0x184d_2a50;
const BLOCK_BYTES_MAX = 128 * 1024;
const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;

/** The frame that begins at `start`; null: a skippable frame, which `skippedEnd` passes. @throws Error when malformed. */
export function readZstdFrame(bytes: Uint8Array, start: number): ZstdFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (start + 5 > bytes.length || view.getUint32(start, true) !== MAGIC) throw new Error('not a zstd frame');
  const header = readHeader(bytes, start);
  let at = header.blocksStart;
  let contentBytesMax = 0;
  for (let blockCount = 1; ; blockCount++) {
    if (at + 3 > bytes.length) throw new Error('a block is cut short');
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const kind = (word >>> 1) & 3;
    const size = word >>> 3;
    if (kind > COMPRESSED || size > BLOCK_BYTES_MAX) throw new Error('an illegal block');
    contentBytesMax += kind === RAW || kind === RLE ? size : BLOCK_BYTES_MAX;
    at += 3 + (kind === RLE ? 1 : size);
    if (at > bytes.length) throw new Error('a block is cut short');
    if ((word & 1) === 0) continue;
    const end = at + (header.hasChecksum ? 4 : 0);
    if (end > bytes.length) throw new Error('the checksum is cut short');
    return { ...header, end, contentBytesMax, blockCount };
  }
}

/** The end of the skippable frame at `start`; −1: it is no skippable frame. */
export function skippedEnd(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (start + 8 > bytes.length || (view.getUint32(start, true) & ~0x0f) !== SKIPPABLE) return -1;
  const end = start + 8 + view.getUint32(start + 4, true);
  if (end > bytes.length) throw new Error('a skippable frame is cut short');
  return end;
}

function readHeader(bytes: Uint8Array, start: number) {
  const flags = bytes[start + 4]!;
  if ((flags & 0x08) !== 0) throw new Error('a reserved flag');
  const isSingleSegment = (flags & 0x20) !== 0;
  if ((flags & 0x03) !== 0) throw new Error('a dictionary');
  let at = start + 5;
  const windowCode = isSingleSegment ? 0 : bytes[at++]!;
  const sizeCode = flags >>> 6;
  const sizeBytes = sizeCode === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeCode;
  if (at + sizeBytes > bytes.length) throw new Error('the header is cut short');
  let contentBytes = sizeBytes === 0 ? -1 : sizeBytes === 2 ? 256 : 0;
  for (let index = sizeBytes - 1, scale = 256 ** index; index >= 0; index--, scale /= 256)
    contentBytes += bytes[at + index]! * scale;
  const base = 2 ** (10 + (windowCode >>> 3));
  const windowBytes = isSingleSegment ? contentBytes : base + (base / 8) * (windowCode & 7);
  return {
    blocksStart: at + sizeBytes,
    hasChecksum: (flags & 0x04) !== 0,
    contentBytes,
    windowBytes,
  };
}
