/**
 * Decompression of Zstandard by fzstd. Java's stream writes no content size into the header, and fzstd then moves its whole window
 * at every block. The outline of a frame is therefore read first: a frame that would take too much memory or too much moving is
 * refused, and a window larger than the content can fill is declared as small as the content.
 */
import { Decompress, decompress } from 'fzstd';
import { concatenated } from './concatenated.js';
import { readZstdFrame, skippedEnd, type ZstdFrame } from './zstd-frame.js';

/** A window must hold one block. */
const WINDOW_BYTES_MIN = 128 * 1024;
/** The bytes that may be moved for the content of one frame. */
const MOVED_BYTES_MAX = 2 ** 32;
/** An encoder fills its blocks of 128 KiB; each block costs a decoder its tables. */
const BLOCK_COUNT_MAX = 16_384;
const HEADER_BYTES = 6;
const CHECKSUM_FLAG = 0x04;

/** @throws Error when the bytes are malformed or hold more than `maxBytes`. */
export function decompressZstd(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const skipped = skippedEnd(bytes, at);
    if (skipped >= 0) {
      at = skipped;
      continue;
    }
    const frame = readZstdFrame(bytes, at);
    const piece = decompressFrame(bytes, at, frame, maxBytes - total);
    total += piece.length;
    if (total > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    pieces.push(piece);
    at = frame.end;
  }
  if (pieces.length === 0) throw new Error('no frame');
  return concatenated(pieces, total);
}

function decompressFrame(bytes: Uint8Array, start: number, frame: ZstdFrame, maxBytes: number): Uint8Array {
  const { contentBytes, contentBytesMax } = frame;
  if (frame.blockCount > BLOCK_COUNT_MAX) throw new Error(`more than ${BLOCK_COUNT_MAX} blocks`);
  if (contentBytes >= 0) {
    if (contentBytes > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    if (contentBytes > contentBytesMax) throw new Error('a size that the blocks cannot fill');
    return decompress(bytes.subarray(start, frame.end), new Uint8Array(contentBytes));
  }
  const needed = Math.max(WINDOW_BYTES_MIN, Math.min(frame.windowBytes, contentBytesMax));
  const { windowCode, windowBytes } = smallestWindow(needed);
  if (
    windowBytes > Math.max(2 * maxBytes, WINDOW_BYTES_MIN) ||
    windowBytes * frame.blockCount > MOVED_BYTES_MAX
  )
    throw new Error('a window too large');
  const blocks = bytes.subarray(frame.blocksStart, frame.end);
  const whole = new Uint8Array(HEADER_BYTES + blocks.length);
  whole.set(bytes.subarray(start, start + 4));
  whole[4] = frame.hasChecksum ? CHECKSUM_FLAG : 0;
  whole[5] = windowCode;
  whole.set(blocks, HEADER_BYTES);
  const pieces: Uint8Array[] = [];
  let total = 0;
  const decoder = new Decompress((piece) => {
    total += piece.length;
    if (total > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    pieces.push(piece);
  });
  decoder.push(whole, true);
  return concatenated(pieces, total);
}

/** The smallest window that a header can declare of at least `bytes`. */
function smallestWindow(bytes: number): { readonly windowCode: number; readonly windowBytes: number } {
  for (let windowCode = 0; ; windowCode++) {
    const base = 2 ** (10 + (windowCode >>> 3));
    const windowBytes = base + (base / 8) * (windowCode & 7);
    if (windowBytes >= bytes) return { windowCode, windowBytes };
  }
}
