/**
 * Repeats `length` bytes that lie `distance` before `at`, as snappy and LZ4 do. The ranges may overlap: with a distance of
 * 1 the last byte is repeated.
 */
export function copyMatch(into: Uint8Array, at: number, distance: number, length: number): void {
  const from = at - distance;
  if (length > 32 && distance >= length) into.copyWithin(at, from, from + length);
  else for (let index = 0; index < length; index++) into[at + index] = into[from + index]!;
}
