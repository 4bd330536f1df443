import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from './frame-decoder.js';

function framed(...payloads: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(payloads.flatMap((payload) => [0, 0, 0, payload.length, ...payload]));
}

function decoded(decoder: FrameDecoder): (number[] | 'invalid-length')[] {
  const frames: (number[] | 'invalid-length')[] = [];
  for (;;) {
    const { hasNext } = decoder;
    const frame = decoder.next();
    expect(hasNext).toBe(frame !== null);
    if (frame === null) return frames;
    if (frame === 'invalid-length') return [...frames, frame];
    frames.push([...frame]);
  }
}

describe('a stream of frames', () => {
  const payloads = [[1, 2, 3], [], [4], Array.from({ length: 40 }, (_, index) => index)];
  const stream = framed(...payloads);

  it('is cut into the same frames wherever its pieces end: two pieces, at every position', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const decoder = new FrameDecoder(100);
      decoder.push(stream.subarray(0, cut));
      const before = decoded(decoder);
      decoder.push(stream.subarray(cut));
      expect([...before, ...decoded(decoder)]).toEqual(payloads);
    }
  });

  it('is cut into the same frames however many pieces there are, whenever they are asked for', () => {
    const cuts = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 9 }), asks: fc.boolean() }));
    fc.assert(
      fc.property(cuts, (pieces) => {
        const decoder = new FrameDecoder(100);
        const frames: (number[] | 'invalid-length')[] = [];
        let from = 0;
        for (const { bytes, asks } of pieces) {
          decoder.push(stream.subarray(from, from + bytes));
          from = Math.min(stream.length, from + bytes);
          if (asks) frames.push(...decoded(decoder));
        }
        decoder.push(stream.subarray(from));
        expect([...frames, ...decoded(decoder)]).toEqual(payloads);
      }),
    );
  });

  it('leaves frames as they were when more bytes come', () => {
    const decoder = new FrameDecoder(100);
    decoder.push(stream.subarray(0, 5));
    decoder.push(stream.subarray(5, 9));
    const first = decoder.next();
    decoder.push(stream.subarray(9));
    decoded(decoder);
    decoder.push(framed([9, 9, 9]));
    expect(first).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('ends at a length above the maximum or below zero, before any of the frame has come', () => {
    const decoder = new FrameDecoder(100);
    decoder.push(framed([1]));
    decoder.push(Uint8Array.of(0, 0, 0, 101));
    expect(decoded(decoder)).toEqual([[1], 'invalid-length']);
    const negative = new FrameDecoder(100);
    negative.push(Uint8Array.of(255, 255, 255, 255));
    expect(decoded(negative)).toEqual(['invalid-length']);
  });

  it('takes a megabyte byte by byte in time that grows with the bytes alone', () => {
    const bytes = 1_000_000;
    const decoder = new FrameDecoder(bytes);
    decoder.push(Uint8Array.of(0, bytes >>> 16, (bytes >>> 8) & 255, bytes & 255));
    const began = performance.now();
    for (let index = 0; index < bytes; index += 1) decoder.push(Uint8Array.of(index & 255));
    const frame = decoder.next();
    expect(frame === null || frame === 'invalid-length' ? 0 : frame.length).toBe(bytes);
    // Copying what has come so far with each piece would take minutes.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
