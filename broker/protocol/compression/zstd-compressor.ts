/**
 * Compresses to a Zstandard frame. There is no compressor in plain JavaScript: it is WebAssembly, which a page and Node load in
 * different ways, so the program names it once, before the first use.
 */
export type ZstdCompressor = (bytes: Uint8Array, level: number) => Uint8Array;

let compressor: ZstdCompressor | null = null;

export function useZstdCompressor(chosen: ZstdCompressor): void {
  compressor = chosen;
}

export function compressZstd(bytes: Uint8Array, level: number): Uint8Array {
  if (compressor === null) throw new Error('No compressor for zstd: call useZstdCompressor first');
  return compressor(bytes, level);
}
