/** What each fault does to a world: who still hears whom, what a disk keeps, who brings a host back. */
import { describe, expect, it } from 'vitest';
import { IdleWorld, type Line } from '../world/testing/idle-world.js';
import type { AppliedFault, FaultScope } from './applied-fault.js';
import { applyFault } from './apply-fault.js';
import type { Fault } from './fault.js';
import { HostOwnership } from './host-ownership.js';

const HOSTS = ['b1', 'b2', 'b3', 'b4'] as const;
const LINK_MICROS = 1_000;
/** Long enough for a packet, too short for one that was lost to be sent again. */
const SOON_MICROS = 50_000;

/** Four hosts, each with a connection to each other one. */
class Bench {
  readonly idle = new IdleWorld(HOSTS);
  readonly #scope: FaultScope = {
    world: this.idle.world,
    ownership: new HostOwnership(),
    resolveTarget: (target) => (target === 'servers' ? HOSTS : HOSTS.filter((host) => host === target)),
    perform: () => true,
  };
  readonly #lines = new Map<string, Line>();
  readonly #served = new Map<string, Line[]>();
  #faults = 0;

  constructor() {
    for (const host of HOSTS) this.#served.set(host, this.idle.serve(host));
    for (const from of HOSTS) {
      for (const to of HOSTS) if (from !== to) this.#lines.set(`${from}→${to}`, this.idle.connect(from, to));
    }
    this.idle.run(SOON_MICROS);
  }

  apply(fault: Fault): AppliedFault {
    const applied = applyFault(fault, this.#faults++, this.#scope);
    if (applied === null) throw new Error(`${fault.kind} did not fire`);
    return applied;
  }

  /** Which way a message does not get through at once. */
  unheard(): string[] {
    return [...this.journeys()].filter(([, micros]) => micros === null).map(([way]) => way);
  }

  /** How long a message takes, each way; null when it does not arrive soon. */
  journeys(sizeBytes = 100): Map<string, number | null> {
    const sentAt = this.idle.now;
    for (const [way, line] of this.#lines) line.send(way, sizeBytes);
    this.idle.run(SOON_MICROS);
    const heard = [...this.#served.values()].flat().flatMap((line) => line.seen);
    return new Map(
      [...this.#lines.keys()].map((way) => {
        const entry = heard.findLast((each) => each.startsWith(`${way}@`));
        const micros = entry === undefined ? -1 : Number(entry.split('@')[1]) - sentAt;
        return [way, micros < 0 ? null : micros];
      }),
    );
  }
}

const lasting = { atMicros: 0, durationMicros: 1 };
const bothWays = (...pairs: readonly (readonly [string, string])[]): string[] =>
  pairs.flatMap(([a, b]) => [`${a}→${b}`, `${b}→${a}`]).sort();

describe('shapes of a cut network', () => {
  it.each<[Fault, readonly string[]]>([
    [{ kind: 'cut', ...lasting, target: 'b1', peer: 'b2', oneWay: false }, bothWays(['b1', 'b2'])],
    [{ kind: 'cut', ...lasting, target: 'b1', peer: 'b2', oneWay: true }, ['b1→b2']],
    [
      { kind: 'isolate', ...lasting, target: 'b1', scope: 'servers', oneWay: false },
      bothWays(['b1', 'b2'], ['b1', 'b3'], ['b1', 'b4']),
    ],
    [
      { kind: 'isolate', ...lasting, target: 'b1', scope: 'servers', oneWay: true },
      ['b1→b2', 'b1→b3', 'b1→b4'],
    ],
    [{ kind: 'bridge', ...lasting, target: 'b1' }, bothWays(['b2', 'b4'], ['b3', 'b4'])],
    [{ kind: 'ring', ...lasting }, bothWays(['b1', 'b3'], ['b2', 'b4'])],
    [{ kind: 'hold', ...lasting, target: 'b1', peer: 'b2' }, ['b1→b2']],
    [{ kind: 'hold-kind', ...lasting, target: 'b1', messageKind: 'Test' }, ['b1→b2', 'b1→b3', 'b1→b4']],
  ])('$kind %#: nobody else is cut off, and healing ends it', (fault, unheard) => {
    const bench = new Bench();
    expect(bench.unheard()).toEqual([]);
    const applied = bench.apply(fault);
    expect(bench.unheard().sort()).toEqual(unheard);
    expect(applied.affected()).toBeGreaterThan(0);
    applied.heal();
    bench.idle.run(10_000_000);
    expect(bench.unheard()).toEqual([]);
  });

  it.each<[Fault, number]>([
    [{ kind: 'delay', ...lasting, target: 'b1', peer: 'b2', extraMicros: 7_000 }, 7_000],
    [{ kind: 'slow-link', ...lasting, target: 'b1', peer: 'b2', bytesPerSecond: 100_000 }, 10_000],
  ])('$kind is felt both ways, and by nobody else', (fault, extraMicros) => {
    const bench = new Bench();
    bench.apply(fault);
    const slow = bothWays(['b1', 'b2']);
    for (const [way, micros] of bench.journeys(1_000)) {
      expect(micros, way).toBe(LINK_MICROS + (slow.includes(way) ? extraMicros : 0));
    }
  });

  it('each pair once, also when the two groups overlap', () => {
    const bench = new Bench();
    const applied = bench.apply({
      kind: 'cut',
      ...lasting,
      target: 'servers',
      peer: 'servers',
      oneWay: false,
    });
    expect(bench.unheard().length).toBe(12);
    expect(applied.affected()).toBe(12);
  });
});

describe('hosts', () => {
  it('come back from a crash with their disk, and from a replaced disk without', () => {
    for (const kind of ['crash', 'wipe-disk'] as const) {
      const { idle, ...bench } = withFile();
      const applied = bench.apply({ kind, ...lasting, target: 'b1' });
      applied.heal();
      idle.run(0);
      expect(idle.host('b1').state).toBe('up');
      expect(idle.host('b1').disk.peek('d/f')).toEqual(kind === 'crash' ? Uint8Array.of(1) : null);
    }
  });

  it('that do not stop when they are asked to are killed when they should be back', () => {
    const bench = new Bench();
    const { world } = bench.idle;
    world.addHost('stubborn', { start: () => undefined, stop: () => undefined }).start();
    bench.idle.run(0);
    const host = world.host('stubborn');
    const before = host.generation;
    const scope: FaultScope = {
      world,
      ownership: new HostOwnership(),
      resolveTarget: () => ['stubborn'],
      perform: () => true,
    };
    const applied = applyFault({ kind: 'clean-restart', ...lasting, target: 'stubborn' }, 0, scope);
    bench.idle.run(SOON_MICROS);
    expect(host.state).toBe('up');
    applied?.heal();
    bench.idle.run(0);
    expect(host.state).toBe('up');
    expect(host.generation).toBeGreaterThan(before);
  });

  it('that another fault holds down are not started because their disk is well again', () => {
    const bench = new Bench();
    const full = bench.apply({ kind: 'disk-full', ...lasting, target: 'b1' });
    const crash = bench.apply({ kind: 'crash', ...lasting, target: 'b1' });
    full.heal();
    expect(bench.idle.host('b1').state).toBe('down');
    crash.heal();
    expect(bench.idle.host('b1').state).toBe('up');
  });
});

/** b1 has one byte stored for good. */
function withFile() {
  const bench = new Bench();
  const { disk } = bench.idle.env('b1');
  disk.append('d/f', Uint8Array.of(1), () =>
    disk.sync('d/f', () => disk.syncDirectory('d', () => undefined)),
  );
  bench.idle.run(SOON_MICROS);
  return { idle: bench.idle, apply: (fault: Fault) => bench.apply(fault) };
}
