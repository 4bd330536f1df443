import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disk, DiskError } from '../env.js';
import { SeededStream } from '../kernel/random-stream.js';
import { IdleWorld } from './testing/idle-world.js';

type Outcome = string | number | readonly number[] | readonly string[] | null;

/** One host with a disk, and what its operations came to, in order. */
class DiskBench {
  readonly world: IdleWorld;
  readonly outcomes: Outcome[] = [];

  constructor(seed = 'disk') {
    this.world = new IdleWorld(['h'], { seed });
  }

  get host() {
    return this.world.host('h');
  }

  get faults() {
    return this.host.disk;
  }

  ask(operation: (disk: Disk, done: (error: DiskError | null, value?: unknown) => void) => void): void {
    operation(this.world.env('h').disk, (error, value) => {
      this.outcomes.push(
        error?.code ?? (value instanceof Uint8Array ? [...value] : ((value ?? null) as Outcome)),
      );
    });
  }

  append(path: string, ...bytes: number[]): void {
    this.ask((disk, done) => disk.append(path, Uint8Array.from(bytes), done));
  }

  sync(path: string): void {
    this.ask((disk, done) => disk.sync(path, done));
  }

  syncDirectory(path: string): void {
    this.ask((disk, done) => disk.syncDirectory(path, done));
  }

  /** Lets everything complete, and returns what it came to. */
  settle(micros = 1_000_000): readonly Outcome[] {
    this.world.run(micros);
    return this.outcomes.splice(0);
  }

  losePower(): void {
    this.host.powerLoss();
    this.world.restart('h');
  }

  contents(path: string): readonly number[] | null {
    const bytes = this.faults.peek(path);
    return bytes === null ? null : [...bytes];
  }
}

/** What `observe` sees over many seeds, each once. */
function over<T>(seeds: number, observe: (bench: DiskBench) => T): Set<string> {
  const seen = new Set<string>();
  for (let seed = 0; seed < seeds; seed++) {
    seen.add(JSON.stringify(observe(new DiskBench(`${seed}`))));
  }
  return seen;
}

describe('a crash of the process', () => {
  it('keeps what was written, synced or not', () => {
    const bench = new DiskBench();
    bench.append('d/f', 1, 2, 3);
    bench.settle();
    bench.host.crash();
    bench.world.restart('h');
    expect(bench.contents('d/f')).toEqual([1, 2, 3]);
  });

  it('carries out the first few operations in flight, and completes none', () => {
    const seen = over(50, (bench) => {
      bench.append('f', 1);
      bench.append('f', 2);
      bench.append('f', 3);
      bench.host.crash();
      bench.world.restart('h');
      expect(bench.settle()).toEqual([]);
      return bench.contents('f');
    });
    expect(seen).toEqual(new Set(['null', '[1]', '[1,2]', '[1,2,3]']));
  });
});

describe('a power loss', () => {
  it('meets operations in flight as a crash does: the first few were carried out, and no completion comes', () => {
    const seen = over(100, (bench) => {
      bench.append('d/f', 1);
      bench.settle();
      bench.sync('d/f');
      bench.syncDirectory('d');
      bench.settle();
      bench.append('d/f', 2);
      bench.append('d/f', 3);
      bench.losePower();
      expect(bench.settle()).toEqual([]);
      return bench.contents('d/f');
    });
    expect(seen.has('[1]') && seen.has('[1,2]') && seen.has('[1,2,3]')).toBe(true);
  });

  it('keeps what was synced, when its name was too', () => {
    const seen = over(50, (bench) => {
      bench.append('d/f', 1, 2, 3);
      bench.sync('d/f');
      bench.syncDirectory('d');
      bench.settle();
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(seen).toEqual(new Set(['[1,2,3]']));
  });

  it('may lose, tear or keep what was appended since', () => {
    const seen = over(200, (bench) => {
      bench.append('d/f', 1);
      bench.sync('d/f');
      bench.syncDirectory('d');
      bench.append('d/f', 2, 3, 4);
      bench.settle();
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(seen).toEqual(new Set(['[1]', '[1,2]', '[1,2,3]', '[1,2,3,4]']));
  });

  it('may lose a sector out of the middle, which reads as zeros', () => {
    const seen = over(100, (bench) => {
      bench.append('f', ...new Array<number>(1_536).fill(7));
      bench.syncDirectory('');
      bench.settle();
      bench.losePower();
      const contents = bench.contents('f') ?? [];
      return [0, 512, 1_024].map((position) => contents[position] ?? null);
    });
    expect(seen).toContain('[7,0,7]');
    expect(seen).toContain('[0,7,7]');
  });

  it('may lose a name that no directory sync made durable, however well its bytes were synced', () => {
    const seen = over(50, (bench) => {
      bench.append('d/f', 1);
      bench.sync('d/f');
      bench.settle();
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(seen).toEqual(new Set(['null', '[1]']));
  });

  it('leaves a rename whole or undone, and may bring back what was removed', () => {
    const seen = over(100, (bench) => {
      for (const [path, byte] of [
        ['d/old', 1],
        ['d/new', 2],
        ['d/gone', 3],
      ] as const) {
        bench.append(path, byte);
        bench.sync(path);
      }
      bench.settle();
      bench.syncDirectory('d');
      bench.settle();
      bench.ask((disk, done) => disk.rename('d/new', 'd/old', done));
      bench.settle();
      bench.ask((disk, done) => disk.remove('d/gone', done));
      bench.settle();
      bench.losePower();
      return [bench.contents('d/old'), bench.contents('d/new'), bench.contents('d/gone')];
    });
    expect(seen).toEqual(new Set(['[[1],[2],[3]]', '[[2],null,[3]]', '[[2],null,null]']));
  });

  it('may undo a truncation, or a write over synced bytes', () => {
    const start = (bench: DiskBench): void => {
      bench.append('d/f', 1, 2, 3);
      bench.sync('d/f');
      bench.syncDirectory('d');
      bench.settle();
    };
    const truncated = over(100, (bench) => {
      start(bench);
      bench.ask((disk, done) => disk.truncate('d/f', 1, done));
      bench.settle();
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(truncated).toEqual(new Set(['[1,2,3]', '[1]']));
    const overwritten = over(100, (bench) => {
      start(bench);
      bench.ask((disk, done) => disk.write('d/f', 1, Uint8Array.of(9, 9, 9), done));
      bench.settle();
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(overwritten).toEqual(new Set(['[1,2,3]', '[1,9,3]', '[1,9,9]', '[1,9,9,9]']));
  });

  it('never touches durable bytes, nor changes anything that was synced, whatever was done', () => {
    const path = fc.constantFrom('d/a', 'd/b', 'e/c');
    const operation = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.tuple(
          fc.constant('append' as const),
          path,
          fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        ),
      },
      fc.tuple(fc.constant('sync' as const), path, fc.constant(new Uint8Array(0))),
      fc.tuple(
        fc.constant('syncDirectory' as const),
        fc.constantFrom('d', 'e'),
        fc.constant(new Uint8Array(0)),
      ),
      fc.tuple(fc.constant('crash' as const), path, fc.constant(new Uint8Array(0))),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), fc.string(), (operations, seed) => {
        const bench = new DiskBench(seed);
        const synced = new Map<string, readonly number[]>();
        const named = new Set<string>();
        for (const [what, target, bytes] of operations) {
          if (what === 'append') {
            bench.append(target, ...bytes);
          } else if (what === 'sync') {
            bench.sync(target);
          } else if (what === 'syncDirectory') {
            bench.syncDirectory(target);
          } else {
            bench.host.crash();
            bench.world.restart('h');
          }
          bench.settle();
          if (what === 'sync') {
            synced.set(target, bench.contents(target) ?? []);
          } else if (what === 'syncDirectory') {
            for (const name of ['d/a', 'd/b', 'e/c']) {
              if (name.startsWith(target) && bench.contents(name) !== null) {
                named.add(name);
              }
            }
          }
        }
        const before = new Map([...named].map((name) => [name, bench.contents(name) ?? []]));
        bench.losePower();
        for (const name of named) {
          const durable = synced.get(name) ?? [];
          const contents = bench.contents(name) ?? [];
          expect(contents.slice(0, durable.length)).toEqual(durable);
          expect(contents.length).toBeLessThanOrEqual(before.get(name)?.length ?? 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a rename between directories', () => {
  function renamed(bench: DiskBench): void {
    bench.append('d/a', 1);
    bench.sync('d/a');
    bench.syncDirectory('d');
    bench.settle();
    bench.append('e/x', 2);
    bench.sync('e/x');
    bench.settle();
    bench.ask((disk, done) => disk.rename('d/a', 'e/b', done));
    bench.settle();
  }

  it('is durable when one of them is synced, and takes the names of the other along', () => {
    const seen = over(50, (bench) => {
      renamed(bench);
      bench.syncDirectory('d');
      bench.settle();
      bench.losePower();
      return [bench.contents('d/a'), bench.contents('e/b'), bench.contents('e/x')];
    });
    expect(seen).toEqual(new Set([JSON.stringify([null, [1], [2]])]));
  });

  it('that is lost takes what followed in both of them along', () => {
    const seen = over(200, (bench) => {
      renamed(bench);
      bench.append('d/c', 3);
      bench.sync('d/c');
      bench.settle();
      bench.losePower();
      const isRenamed = bench.contents('d/a') === null;
      expect(bench.contents('e/b')).toEqual(isRenamed ? [1] : null);
      return [isRenamed, bench.contents('d/c') !== null];
    });
    expect(seen).toEqual(new Set(['[true,true]', '[true,false]', '[false,false]']));
  });
});

describe('faults of a disk', () => {
  it('hang: nothing completes until healing, then everything does, in order', () => {
    const bench = new DiskBench();
    const hang = bench.faults.hang();
    bench.append('f', 1);
    bench.ask((disk, done) => disk.read('f', 0, 10, done));
    expect(bench.settle(60_000_000)).toEqual([]);
    expect(hang.affected).toBe(2);
    hang.heal();
    bench.append('f', 2, 3);
    expect(bench.settle()).toEqual([1, [1], 2]);
  });

  it('hang: what was asked meanwhile never reached the disk when the process dies', () => {
    for (let seed = 0; seed < 8; seed++) {
      const bench = new DiskBench(`hang ${seed}`);
      bench.faults.hang();
      bench.append('f', 1);
      bench.settle();
      bench.host.crash();
      expect(bench.contents('f')).toBeNull();
    }
  });

  it('slow: of two the slower counts', () => {
    const bench = new DiskBench();
    const slow = bench.faults.slow(5_000);
    bench.faults.slow(1_000);
    bench.append('f', 1);
    expect(bench.settle(4_999)).toEqual([]);
    expect(bench.settle(1_000)).toEqual([1]);
    expect(slow.affected).toBe(1);
  });

  it('full: nothing grows, nothing is created; what is there can be written over', () => {
    const bench = new DiskBench();
    bench.append('f', 1, 2);
    bench.settle();
    const full = bench.faults.full();
    bench.append('f', 3);
    expect(bench.settle()).toEqual(['ENOSPC']);
    bench.append('g', 3);
    expect(bench.settle()).toEqual(['ENOSPC']);
    bench.append('g');
    expect(bench.settle()).toEqual(['ENOSPC']);
    bench.ask((disk, done) => disk.write('f', 0, Uint8Array.of(9), done));
    expect(bench.settle()).toEqual([1]);
    expect(full.affected).toBe(3);
    full.heal();
    bench.append('f', 3);
    expect(bench.settle()).toEqual([1]);
    expect(bench.contents('f')).toEqual([9, 2, 3]);
  });

  it.each([
    ['read', ['EIO', 'EIO', [1]]],
    ['write', [[1], [1], [1]]],
  ] as const)('fail: the next two operations of the kind %s fail, others do not', (operation, reads) => {
    const bench = new DiskBench();
    bench.append('f', 1);
    bench.settle();
    const fault = bench.faults.fail(operation, 2);
    for (let index = 0; index < 3; index++) {
      bench.ask((disk, done) => disk.read('f', 0, 1, done));
    }
    expect(bench.settle()).toEqual(reads);
    for (let index = 0; index < 3; index++) {
      bench.append('f', 2);
    }
    expect(bench.settle()).toEqual(operation === 'write' ? ['EIO', 'EIO', 1] : [1, 1, 1]);
    expect(fault.affected).toBe(2);
  });

  it('fail: a sync of a directory fails too, and leaves its names unsynced', () => {
    const seen = over(50, (bench) => {
      bench.append('d/f', 1);
      bench.sync('d/f');
      bench.settle();
      bench.faults.fail('sync', 1);
      bench.syncDirectory('d');
      expect(bench.settle()).toEqual(['EIO']);
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(seen).toEqual(new Set(['null', '[1]']));
  });

  it('fail: a write that failed may have taken a first part of its bytes', () => {
    const seen = over(50, (bench) => {
      bench.append('f', 1);
      bench.settle();
      bench.faults.fail('write', 1);
      bench.append('f', 2, 3);
      expect(bench.settle()).toEqual(['EIO']);
      return bench.contents('f');
    });
    expect(seen).toEqual(new Set(['[1]', '[1,2]', '[1,2,3]']));
  });

  it('fail: a sync that failed is not made good by the next', () => {
    const seen = over(50, (bench) => {
      bench.append('d/f', 1);
      bench.settle();
      bench.syncDirectory('d');
      bench.settle();
      bench.faults.fail('sync', 1);
      bench.sync('d/f');
      bench.sync('d/f');
      expect(bench.settle()).toEqual(['EIO', null]);
      expect(bench.contents('d/f')).toEqual([1]);
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(seen).toEqual(new Set(['[0]', '[1]']));
  });

  it('fail: after it, what is written anew to the same page is durable with the next sync', () => {
    const seen = over(50, (bench) => {
      bench.append('f', 1);
      bench.settle();
      bench.syncDirectory('');
      bench.settle();
      bench.faults.fail('sync', 1);
      bench.sync('f');
      bench.settle();
      bench.ask((disk, done) => disk.write('f', 0, Uint8Array.of(2), done));
      bench.sync('f');
      bench.settle();
      bench.losePower();
      return bench.contents('f');
    });
    expect(seen).toEqual(new Set(['[2]']));
  });

  it('short write: the next write takes only part of its bytes, and says so', () => {
    const bench = new DiskBench();
    const fault = bench.faults.shortWrite();
    bench.append('e', 7);
    expect(bench.settle()).toEqual([1]);
    expect(fault.affected).toBe(0);
    bench.append('f', 1, 2, 3, 4);
    bench.append('f', 5, 6);
    const [written, whole] = bench.settle();
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(4);
    expect(whole).toBe(2);
    expect(bench.contents('f')).toEqual([...[1, 2, 3, 4].slice(0, Number(written)), 5, 6]);
    expect(fault.affected).toBe(1);
  });

  it('lie: a sync answers and does nothing', () => {
    const seen = over(50, (bench) => {
      const lie = bench.faults.lie();
      bench.append('d/f', 1);
      bench.sync('d/f');
      bench.syncDirectory('d');
      expect(new Set(bench.settle())).toEqual(new Set([1, null]));
      expect(lie.affected).toBe(2);
      lie.heal();
      bench.losePower();
      return bench.contents('d/f');
    });
    expect(seen).toContain('null');
  });

  it('rot: one bit of what is stored flips', () => {
    const bench = new DiskBench();
    const random = new SeededStream('rot', '');
    expect(bench.faults.rot(random)).toBe(false);
    bench.append('f', 0, 0);
    bench.append('g', 0, 0);
    bench.settle();
    expect(bench.faults.rot(random)).toBe(true);
    const bits = [...(bench.contents('f') ?? []), ...(bench.contents('g') ?? [])].filter(
      (byte) => byte !== 0,
    );
    expect(bits).toHaveLength(1);
    expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(bits[0]);
  });

  it('wipe: the disk is empty, and only a host that is down can have its disk replaced', () => {
    const bench = new DiskBench();
    bench.append('d/f', 1);
    bench.settle();
    expect(() => bench.host.wipeDisk()).toThrow('replaced while its host is down');
    bench.host.crash();
    bench.host.wipeDisk();
    bench.world.restart('h');
    bench.ask((disk, done) => disk.list('', done));
    expect(bench.settle()).toEqual([[]]);
  });
});
