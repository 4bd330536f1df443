import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUtf8, utf8Length, writeUtf8 } from './utf8.js';

/** Strings of few letters come again, and many of them share a place among the texts read last. */
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('text', () => {
  it('is read as it was written, whatever was read before', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 20 }), (written) => {
        for (const text of written) {
          const bytes = new Uint8Array(utf8Length(text) + 2);
          expect(writeUtf8(bytes, 1, text)).toBe(bytes.length - 1);
          expect(readUtf8(bytes, 1, bytes.length - 1)).toBe(Buffer.from(text).toString());
        }
      }),
      { seed: 42, numRuns: 2_000 },
    );
  });
});
