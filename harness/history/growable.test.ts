import { describe, expect, it } from 'vitest';
import { type ColumnMemory, Float64List, Int32List } from './growable.js';
import { tellTape } from './testing/taped-story.js';

/** Hands what comes back to the next who asks, spoilt, so that whoever still looks at it sees nonsense. */
class SpoilingMemory implements ColumnMemory {
  isReleased = false;
  readonly #spare: Uint8Array[] = [];
  reused = 0;

  take(sizeBytes: number): Uint8Array {
    const at = this.#spare.findIndex((piece) => piece.length === sizeBytes);
    if (at < 0) return new Uint8Array(sizeBytes);
    this.reused++;
    return this.#spare.splice(at, 1)[0]!;
  }

  giveBack(piece: Uint8Array): void {
    this.#spare.push(piece.fill(0xff));
  }
}

describe('growable lists', () => {
  it('keep what was pushed though the memory they grew out of is used again', () => {
    const memory = new SpoilingMemory();
    const counts = Array.from({ length: 5000 }, (_, at) => at);
    const filled = [0, 1, 2].map((round) => {
      const integers = new Int32List(memory);
      const offsets = new Float64List(memory);
      for (const count of counts) integers.push(count + round);
      for (const count of counts) offsets.push(2 ** 40 + count + round);
      return { round, integers, offsets };
    });
    expect(memory.reused).toBeGreaterThan(0);
    for (const { round, integers, offsets } of filled) {
      expect([...integers.view()]).toEqual(counts.map((count) => count + round));
      expect([...offsets.view()]).toEqual(counts.map((count) => 2 ** 40 + count + round));
    }
  });
});

describe('a history in the memory of a run', () => {
  it('is not to be looked at after the run gave its memory to others', () => {
    const memory = new SpoilingMemory();
    const tape = tellTape(memory);
    expect(tape.operations).toEqual(tellTape().operations);
    memory.isReleased = true;
    expect(() => tape.operations).toThrow('after its run had ended');
  });
});
