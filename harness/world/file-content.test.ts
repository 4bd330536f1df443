import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RandomStream } from '../env.js';
import { RunMemory } from '../kernel/run-memory.js';
import { FileContent } from './file-content.js';

type Action =
  | { readonly do: 'append'; readonly bytes: Uint8Array }
  | { readonly do: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly do: 'truncate'; readonly to: number }
  | { readonly do: 'sync' };

/** A block whose bytes tell where they are from: cheap to draw, and as long as several chunks. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc
    .tuple(fc.nat({ max: 70_000 }), fc.integer({ min: 1, max: 250 }))
    .map(([length, start]) => Uint8Array.from({ length }, (_, index) => 1 + ((start + index) % 250))),
);
/** Positions are fractions of the size, in thousandths. */
const fraction = fc.nat({ max: 1_000 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: bytes.map((drawn) => ({ do: 'append' as const, bytes: drawn })) },
  fc.tuple(fraction, bytes).map(([at, drawn]) => ({ do: 'write' as const, at, bytes: drawn })),
  fc.nat({ max: 1_300 }).map((to) => ({ do: 'truncate' as const, to })),
  fc.constant({ do: 'sync' as const }),
);

/** The same file as one plain array. */
class PlainFile {
  bytes = new Uint8Array(0);
  synced = new Uint8Array(0);

  apply(next: Action, file: FileContent): void {
    const size = this.bytes.length;
    switch (next.do) {
      case 'append':
        this.#put(size, next.bytes);
        file.write(size, next.bytes);
        break;
      case 'write': {
        const position = Math.floor((size * next.at) / 1_000);
        this.#put(position, next.bytes);
        file.write(position, next.bytes);
        break;
      }
      case 'truncate': {
        const newSize = Math.floor((size * next.to) / 1_000);
        const truncated = new Uint8Array(newSize);
        truncated.set(this.bytes.subarray(0, newSize));
        this.bytes = truncated;
        file.truncate(newSize);
        break;
      }
      case 'sync':
        this.synced = this.bytes;
        file.sync();
        break;
      default:
        next satisfies never;
    }
  }

  #put(position: number, added: Uint8Array): void {
    const grown = new Uint8Array(Math.max(this.bytes.length, position + added.length));
    grown.set(this.bytes);
    grown.set(added, position);
    this.bytes = grown;
  }
}

/** Always draws this number, or as near as the bound allows. */
const always = (drawn: number): RandomStream => ({ nextInt: (bound) => Math.min(drawn, bound - 1) });
const ALL_KEPT = 0;
const ALL_LOST = 1;

function all(file: FileContent): Uint8Array {
  return file.read(0, file.sizeBytes);
}

const same = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

describe('FileContent', () => {
  it('reads what a plain array would, and at power loss falls back to what was synced or keeps everything', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), fc.boolean(), (actions, keep) => {
        const file = new FileContent(new RunMemory());
        const plain = new PlainFile();
        for (const next of actions) {
          plain.apply(next, file);
          expect(same(all(file), plain.bytes)).toBe(true);
        }
        file.losePower(always(keep ? ALL_KEPT : ALL_LOST));
        expect(same(all(file), keep ? plain.bytes : plain.synced)).toBe(true);
        // What came out of the power loss is durable now.
        const survived = all(file);
        file.losePower(always(ALL_LOST));
        expect(same(all(file), survived)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('does not copy what is there to append', () => {
    const file = new FileContent(new RunMemory());
    const block = new Uint8Array(1_000);
    for (let index = 0; index < 20_000; index++) {
      file.write(file.sizeBytes, block);
    }
    expect(file.sizeBytes).toBe(20_000_000);
    expect(file.read(19_999_990, 100)).toHaveLength(10);
  });
});
