import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from './record-value.js';

describe('a record value', () => {
  it('comes back as it was, whatever its size', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 8, max: 300 }), (value, sizeBytes) => {
        const bytes = encodeValue(value, sizeBytes);
        expect(bytes).toHaveLength(sizeBytes);
        expect(decodeValue(bytes)).toBe(value);
      }),
    );
  });

  it('is NaN if the bytes are not a value of the workload', () => {
    expect(decodeValue(null)).toBeNaN();
    expect(decodeValue(new Uint8Array(7))).toBeNaN();
  });
});
