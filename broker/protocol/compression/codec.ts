import type { CompressionType } from './compression-type.js';
import { compressGzip, decompressGzip } from './gzip.js';
import { compressLz4, decompressLz4 } from './lz4.js';
import { compressSnappy, decompressSnappy } from './snappy.js';
import { decompressZstd } from './zstd.js';
import { compressZstd } from './zstd-compressor.js';

/** One compression type with a level, where the type has levels. */
export interface Compression {
  readonly type: CompressionType;
  readonly level: number;
}

export function compress(bytes: Uint8Array, { type, level }: Compression): Uint8Array {
  switch (type) {
    case 'none':
      return bytes;
    case 'gzip':
      return compressGzip(bytes, level);
    case 'snappy':
      return compressSnappy(bytes);
    case 'lz4':
      return compressLz4(bytes);
    case 'zstd':
      return compressZstd(bytes, level);
    default:
      return type satisfies never;
  }
}

/** null: the bytes are malformed, or hold more than `maxBytes`. They may come from a hostile peer. */
export function decompress(bytes: Uint8Array, type: CompressionType, maxBytes: number): Uint8Array | null {
  try {
    return decompressed(bytes, type, maxBytes);
  } catch (error) {
    // The libraries throw errors of their own, and a RangeError where a hostile length leads them out of an array.
    if (error instanceof Error) return null;
    throw error;
  }
}

function decompressed(bytes: Uint8Array, type: CompressionType, maxBytes: number): Uint8Array {
  switch (type) {
    case 'none':
      return bytes;
    case 'gzip':
      return decompressGzip(bytes, maxBytes);
    case 'snappy':
      return decompressSnappy(bytes, maxBytes);
    case 'lz4':
      return decompressLz4(bytes, maxBytes);
    case 'zstd':
      return decompressZstd(bytes, maxBytes);
    default:
      return type satisfies never;
  }
}
