import { describe, expect, it } from 'vitest';
import { batchOf } from '../testing/batches.js';
import { TailCache } from './tail-cache.js';

const LIMIT_BYTES = 8 * 1024;

/** A cache and everything put into it: batch `n` has the offset `n` and the value `n`. */
function filled(count: number) {
  const allocated: number[] = [];
  const allocate = (sizeBytes: number): Uint8Array => {
    allocated.push(sizeBytes);
    return new Uint8Array(sizeBytes);
  };
  const cache = new TailCache({ allocate }, LIMIT_BYTES);
  const handedOut: Uint8Array[] = [];
  const batches = Array.from({ length: count }, (_, offset) =>
    batchOf({ values: [`record ${offset}`], baseOffset: offset, leaderEpoch: 0 }),
  );
  for (const [offset, bytes] of batches.entries()) {
    cache.stage(bytes);
    cache.publish(offset, offset, bytes.length);
    handedOut.push(cache.read(offset, Number.MAX_SAFE_INTEGER, offset + 1, true)!);
  }
  return { cache, batches, handedOut, allocated };
}

describe('TailCache', () => {
  it('allocates little memory for a small log', () => {
    const { allocated } = filled(3);
    expect(allocated).toEqual([256]);
  });

  it('grows its first chunk while what was handed out stays as it is', () => {
    const { batches, handedOut, allocated, cache } = filled(40);
    expect(allocated.length).toBeGreaterThan(1);
    expect(Math.max(...allocated)).toBeLessThanOrEqual(4096);
    for (const [offset, bytes] of batches.entries()) expect(handedOut[offset]).toEqual(bytes);
    const all = cache.read(0, Number.MAX_SAFE_INTEGER, 40, true);
    expect(all).toEqual(Uint8Array.from(batches.flatMap((bytes) => [...bytes])));
  });

  it('holds the newest batches, within its limit, and knows what it does not hold', () => {
    const { cache, batches } = filled(1_000);
    expect(cache.read(0, 1_000, 1_000, true)).toBeUndefined();
    expect(cache.read(999, 1_000, 1_000, true)).toEqual(batches[999]);
    expect(cache.read(1_000, 1_000, 1_000, true)).toBeUndefined();
  });

  it('forgets truncated batches, and later batches do not change views already returned', () => {
    const { cache, handedOut, batches } = filled(10);
    cache.truncate(5);
    const other = batchOf({ values: ['another'], baseOffset: 5, leaderEpoch: 1 });
    cache.stage(other);
    cache.publish(5, 5, other.length);
    expect(cache.read(5, 1_000, 6, true)).toEqual(other);
    expect(cache.read(4, 1_000, 5, true)).toEqual(batches[4]);
    for (const [offset, bytes] of batches.entries()) expect(handedOut[offset]).toEqual(bytes);
  });
});
