import { describe, expect, it } from 'vitest';
import { HarnessBug } from './harness-bug.js';
import { RunMemory } from './run-memory.js';

const MEBIBYTE = 1 << 20;

function dirty(piece: Uint8Array): Uint8Array {
  return piece.fill(0xff);
}

describe('RunMemory', () => {
  it('gives zeros, at least as many as asked, and rounds up to a power of two', () => {
    const memory = new RunMemory();
    for (const [asked, given] of [
      [0, 64],
      [1, 64],
      [64, 64],
      [65, 128],
      [4096, 4096],
      [MEBIBYTE, MEBIBYTE],
      [MEBIBYTE + 1, 2 * MEBIBYTE],
    ] as const) {
      const piece = memory.take(asked);
      expect(piece).toHaveLength(given);
      expect(piece.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('never gives the same bytes twice while they are taken', () => {
    const memory = new RunMemory();
    const pieces = [100, 3000, 64, 70_000, 200, MEBIBYTE, 5].map((size, index) =>
      memory.take(size).fill(index + 1),
    );
    for (const [index, piece] of pieces.entries()) {
      expect(piece.every((byte) => byte === index + 1)).toBe(true);
    }
  });

  it('hands out again what was given back, as zeros', () => {
    const memory = new RunMemory();
    const first = dirty(memory.take(300));
    memory.giveBack(first);
    const second = memory.take(512);
    expect(second.byteOffset).toBe(first.byteOffset);
    expect(second.buffer).toBe(first.buffer);
    expect(second.every((byte) => byte === 0)).toBe(true);
  });

  it('passes the slabs of a run that is over on to later ones, as zeros, and to nobody before', () => {
    const over = new RunMemory();
    const old = dirty(over.take(1000));
    const meanwhile = new RunMemory();
    expect(meanwhile.take(1000).buffer).not.toBe(old.buffer);
    over.release();
    const later = new RunMemory();
    const again = later.take(1000);
    expect(again.buffer).toBe(old.buffer);
    expect(again.every((byte) => byte === 0)).toBe(true);
  });

  it('refuses to serve a run that is over', () => {
    const memory = new RunMemory();
    memory.release();
    expect(memory.isReleased).toBe(true);
    expect(() => memory.take(1)).toThrow(HarnessBug);
  });

  it('keeps 16 MiB for later runs; what a long run takes beyond is the collector’s', () => {
    const memory = new RunMemory();
    const buffers = Array.from({ length: 20 }, () => memory.take(MEBIBYTE).buffer);
    expect(new Set(buffers).size).toBe(20);
    const small = memory.take(100);
    expect(small).toHaveLength(128);
    expect(small.buffer.byteLength).toBe(128);
    memory.giveBack(small);
    memory.release();
    const later = new RunMemory();
    const reused = Array.from({ length: 20 }, () => later.take(MEBIBYTE).buffer);
    expect(reused.filter((buffer) => buffers.includes(buffer))).toHaveLength(16);
  });
});
