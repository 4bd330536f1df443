import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HarnessBug } from '../kernel/harness-bug.js';
import { rackLatency } from './simulated-network.js';
import { accepting, IdleWorld, type Line } from './testing/idle-world.js';

/** Hosts a and b, b serving, and an open connection from a. Links take 1 ms, so it is 2 ms now. */
function connected(): { world: IdleWorld; line: Line; served: Line[] } {
  const world = new IdleWorld(['a', 'b', 'c']);
  const served = world.serve('b');
  const line = world.connect('a', 'b');
  world.run(2_000);
  expect(line.seen).toEqual(['open@2000']);
  line.seen.length = 0;
  return { world, line, served };
}

describe('links', () => {
  it('take their latency, one way', () => {
    const { world, line, served } = connected();
    line.send('x');
    world.run(10_000);
    expect(served[0]?.seen).toEqual(['open@1000', 'x@3000']);
    expect(line.seen).toEqual(['x!@4000']);
  });

  it('keep a stream in order, whatever latency each packet draws', () => {
    const world = new IdleWorld(['a', 'b'], { latency: { kind: 'uniform', min: 0, max: 100_000 } });
    world.serve('b');
    const line = world.connect('a', 'b');
    for (let index = 0; index < 100; index++) {
      line.send(`${index}`);
      world.run(100);
    }
    world.run(1_000_000);
    expect(line.story).toEqual(['open', ...Array.from({ length: 100 }, (_, index) => `${index}!`)]);
  });

  it('may each be different', () => {
    const far = { latency: { kind: 'constant', value: 30_000 } } as const;
    const world = new IdleWorld(['a', 'b', 'c'], {
      link: (from, to) => (from === 'a' && to === 'c' ? far : {}),
    });
    for (const host of ['b', 'c']) {
      world.serve(host);
      const line = world.connect('a', host);
      world.run(100_000);
      expect(line.seen).toEqual([host === 'b' ? 'open@2000' : 'open@131000']);
    }
  });

  it('have a bandwidth that all connections share', () => {
    const world = new IdleWorld(['a', 'b'], { bytesPerSecond: 1_000_000 });
    const served = world.serve('b');
    const [first, second] = [world.connect('a', 'b'), world.connect('a', 'b')];
    world.run(10_000);
    first.send('x', 5_000);
    second.send('y', 1_000);
    world.run(100_000);
    expect(served[0]?.seen[1]).toBe('x@16000');
    expect(served[1]?.seen[1]).toBe('y@17000');
  });

  it('are slower under a delay; of two the longer counts, and healing one leaves the other', () => {
    const { world, line, served } = connected();
    const long = world.world.network.delay('a', 'b', 4_000);
    const short = world.world.network.delay('a', 'b', 500);
    line.send('x');
    world.run(10_000);
    long.heal();
    long.heal();
    line.send('y');
    world.run(10_000);
    short.heal();
    line.send('z');
    world.run(10_000);
    expect(served[0]?.seen.slice(1)).toEqual(['x@7000', 'y@13500', 'z@23000']);
    expect(short.affected).toBe(2);
    expect(long.affected).toBe(1);
  });

  it('are slower under a limit', () => {
    const { world, line, served } = connected();
    const limit = world.world.network.limit('a', 'b', 10_000);
    line.send('x', 1_000);
    line.send('y', 1_000);
    world.run(1_000_000);
    expect(served[0]?.seen.slice(1)).toEqual(['x@103000', 'y@203000']);
    expect(limit.affected).toBe(2);
  });

  it('are as slow as the lowest of two limits, and healing it leaves the other', () => {
    const { world, line, served } = connected();
    const low = world.world.network.limit('a', 'b', 10_000);
    world.world.network.limit('a', 'b', 100_000);
    line.send('x', 1_000);
    world.run(1_000_000);
    low.heal();
    line.send('y', 1_000);
    world.run(1_000_000);
    expect(served[0]?.seen.slice(1)).toEqual(['x@103000', 'y@1013000']);
  });
});

describe('a cut', () => {
  it('stalls a connection, which goes on after healing with nothing lost and nothing out of order', () => {
    const { world, line } = connected();
    line.send('in flight');
    const cut = world.world.network.cut('a', 'b');
    line.send('sent meanwhile');
    world.run(300_000);
    expect(line.seen).toEqual([]);
    cut.heal();
    line.send('sent after');
    world.run(10_000);
    expect(line.seen).toEqual([]);
    world.run(1_000_000);
    expect(line.story).toEqual(['in flight!', 'sent meanwhile!', 'sent after!']);
    expect(cut.affected).toBeGreaterThan(1);
  });

  it('one way lets the other way through', () => {
    const { world, line, served } = connected();
    const cut = world.world.network.cutOneWay('b', 'a');
    line.send('x');
    world.run(100_000);
    expect(served[0]?.story).toEqual(['open', 'x']);
    expect(line.story).toEqual([]);
    cut.heal();
    world.run(1_000_000);
    expect(line.story).toEqual(['x!']);
  });

  it('does not touch other links', () => {
    const { world } = connected();
    world.world.network.cut('a', 'b');
    const line = world.connect('c', 'b');
    world.run(3_000);
    expect(line.story).toEqual(['open']);
  });

  it('makes a connection attempt time out, or late when it heals in time', () => {
    const world = new IdleWorld(['a', 'b'], { timing: { connectTimeoutMicros: 10_000_000 } });
    world.serve('b');
    const cut = world.world.network.cut('a', 'b');
    const doomed = world.connect('a', 'b');
    world.run(9_000_000);
    const late = world.connect('a', 'b');
    world.run(1_500_000);
    expect(doomed.seen).toEqual(['timed-out@10000000']);
    cut.heal();
    world.run(2_000_000);
    expect(late.story).toEqual(['open']);
  });

  it('of the way back alone leaves an attempt unanswered, and nobody at the far end', () => {
    const world = new IdleWorld(['a', 'b'], { timing: { connectTimeoutMicros: 10_000_000 } });
    const served = world.serve('b');
    const cut = world.world.network.cutOneWay('b', 'a');
    const line = world.connect('a', 'b');
    world.run(9_000_000);
    expect(line.story).toEqual([]);
    expect(served).toEqual([]);
    expect(cut.affected).toBeGreaterThan(0);
    world.run(2_000_000);
    expect(line.story).toEqual(['timed-out']);
  });

  it('ends a connection that gets nothing through for long enough', () => {
    const world = new IdleWorld(['a', 'b'], { timing: { giveUpMicros: 5_000_000 } });
    world.serve('b');
    const line = world.connect('a', 'b');
    world.run(10_000);
    world.world.network.cut('a', 'b');
    line.send('x');
    world.run(20_000_000);
    expect(line.story).toEqual(['open', 'timed-out']);
  });

  it('of two must both heal', () => {
    const { world, line } = connected();
    const first = world.world.network.cut('a', 'b');
    const second = world.world.network.cutOneWay('a', 'b');
    first.heal();
    line.send('x');
    world.run(2_000_000);
    expect(line.story).toEqual([]);
    second.heal();
    world.run(3_000_000);
    expect(line.story).toEqual(['x!']);
  });

  it('loses and reorders nothing under any mixture of faults that heal', () => {
    const fault = fc.record({
      kind: fc.constantFrom('cut', 'cutOneWay', 'back', 'hold', 'kind', 'delay', 'limit', 'pause'),
      startMicros: fc.nat({ max: 3_000_000 }),
      durationMicros: fc.nat({ max: 2_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 6 }), fc.string(), (faults, seed) => {
        const world = new IdleWorld(['a', 'b'], { seed, latency: rackLatency });
        const { simulation, network } = world.world;
        world.serve('b');
        const line = world.connect('a', 'b');
        for (let index = 0; index < 100; index++) {
          simulation.schedule(index * 50_000, () =>
            line.send(`${index}`, 100, index % 2 === 0 ? 'Even' : 'Odd'),
          );
        }
        for (const { kind, startMicros, durationMicros } of faults) {
          simulation.schedule(startMicros, () => {
            const heal = {
              cut: () => network.cut('a', 'b'),
              cutOneWay: () => network.cutOneWay('a', 'b'),
              back: () => network.cutOneWay('b', 'a'),
              hold: () => network.hold('b', 'a'),
              kind: () => network.holdKind('a', 'Even'),
              delay: () => network.delay('a', 'b', 70_000),
              limit: () => network.limit('a', 'b', 5_000),
              pause: () => {
                world.host('b').pause();
                return { heal: () => world.host('b').resume() };
              },
            }[kind]();
            simulation.schedule(durationMicros, () => heal.heal());
          });
        }
        world.run(60_000_000);
        expect(line.story).toEqual(['open', ...Array.from({ length: 100 }, (_, index) => `${index}!`)]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a hold', () => {
  it('keeps packets back, in order, and lets them go at healing', () => {
    const { world, line, served } = connected();
    const hold = world.world.network.hold('a', 'b');
    line.send('x');
    line.send('y');
    world.run(500_000);
    expect(served[0]?.story).toEqual(['open']);
    hold.heal();
    line.send('z');
    world.run(1_000);
    expect(served[0]?.seen.slice(1)).toEqual(['x@502000', 'y@502000', 'z@503000']);
    expect(hold.affected).toBe(2);
  });

  it('of two must both heal', () => {
    const { world, line, served } = connected();
    const first = world.world.network.hold('a', 'b');
    const second = world.world.network.hold('a', 'b');
    line.send('x');
    world.run(10_000);
    first.heal();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open']);
    second.heal();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'x']);
  });

  it('keeps a connection attempt waiting, which succeeds when the hold is over in time', () => {
    const world = new IdleWorld(['a', 'b']);
    world.serve('b');
    const hold = world.world.network.hold('b', 'a');
    const line = world.connect('a', 'b');
    world.run(500_000);
    expect(line.story).toEqual([]);
    expect(hold.affected).toBeGreaterThan(0);
    hold.heal();
    world.run(2_000_000);
    expect(line.story).toEqual(['open']);
  });

  it('of one kind holds on links that nobody had used when it began', () => {
    const world = new IdleWorld(['a', 'b']);
    const served = world.serve('b');
    const hold = world.world.network.holdKind('a', 'Produce');
    const line = world.connect('a', 'b');
    line.send('x', 100, 'Produce');
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open']);
    hold.heal();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'x']);
  });

  it('of one kind lets the machine open and close connections, whatever the kind is called', () => {
    const world = new IdleWorld(['a', 'b']);
    world.serve('b');
    world.world.network.holdKind('b', 'open');
    const line = world.connect('a', 'b');
    world.run(10_000);
    expect(line.story).toEqual(['open']);
  });

  it('of one kind keeps back what follows on the same connection, in order, and lets other connections go on', () => {
    const { world, line, served } = connected();
    const other = world.connect('a', 'b');
    world.run(2_000);
    const hold = world.world.network.holdKind('a', 'AlterPartition');
    line.send('before', 100, 'Fetch');
    line.send('held 1', 100, 'AlterPartition');
    line.send('behind', 100, 'Fetch');
    line.send('held 2', 100, 'AlterPartition');
    other.send('elsewhere', 100, 'Fetch');
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'before']);
    expect(served[1]?.story).toEqual(['open', 'elsewhere']);
    expect(hold.affected).toBe(1);
    hold.heal();
    line.send('after', 100, 'AlterPartition');
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'before', 'held 1', 'behind', 'held 2', 'after']);
  });

  it('of one kind keeps back the end of the connection too', () => {
    const { world, line, served } = connected();
    const hold = world.world.network.holdKind('a', 'AlterPartition');
    line.send('held', 100, 'AlterPartition');
    world.host('a').crash();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open']);
    hold.heal();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'held', 'reset']);
  });

  it('of another kind goes on holding what the first lets go', () => {
    const { world, line, served } = connected();
    const first = world.world.network.holdKind('a', 'Fetch');
    const second = world.world.network.holdKind('a', 'Produce');
    for (const kind of ['Fetch', 'Produce', 'Fetch']) {
      line.send(kind, 100, kind);
    }
    world.run(10_000);
    first.heal();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'Fetch']);
    second.heal();
    world.run(10_000);
    expect(served[0]?.story).toEqual(['open', 'Fetch', 'Produce', 'Fetch']);
  });
});

describe('resets and half-open connections', () => {
  it('a reset is heard at both ends, once, and what was in flight is lost', () => {
    const { world, line, served } = connected();
    line.send('lost');
    expect(world.world.network.resetConnections('a', 'b')).toBe(1);
    world.run(1_000_000);
    expect(line.story).toEqual(['reset']);
    expect(served[0]?.story).toEqual(['open', 'reset']);
    expect(world.world.network.openConnectionCount('a')).toBe(0);
    expect(world.world.network.resetConnections('a', 'b')).toBe(0);
  });

  it('the near end of a half-open connection hears nothing until it sends', () => {
    const { world, line, served } = connected();
    expect(world.world.network.halfOpen('a', 'b')).toBe(1);
    world.run(60_000_000);
    expect(line.story).toEqual([]);
    expect(served[0]?.story).toEqual(['open', 'reset']);
    line.send('anybody there?');
    world.run(2_000);
    expect(line.story).toEqual(['reset']);
  });
});

describe('connections and the lives of hosts', () => {
  it('a crash resets connections after what was sent before, and takes the listener along', () => {
    const { world, line } = connected();
    line.send('x');
    world.run(1_000);
    world.host('b').crash();
    world.run(10_000);
    expect(line.seen).toEqual(['x!@4000', 'reset@4000']);
    const next = world.connect('a', 'b');
    world.run(10_000);
    expect(next.story).toEqual(['refused']);
  });

  it('an exit closes connections', () => {
    const { world, line } = connected();
    world.host('b').requestShutdown();
    world.run(10_000);
    expect(line.story).toEqual(['closed']);
  });

  it('a power loss is silent; the machine answers with a reset once it runs again', () => {
    const { world, line } = connected();
    world.host('b').powerLoss();
    line.send('into the dark');
    world.run(5_000_000);
    expect(line.story).toEqual([]);
    world.restart('b');
    world.run(7_000_000);
    expect(line.story).toEqual(['reset']);
  });

  it('nobody answers a connection attempt to a machine without power', () => {
    const { world } = connected();
    world.host('b').powerLoss();
    const line = world.connect('a', 'b');
    world.run(130_000_000);
    expect(line.story).toEqual(['timed-out']);
  });

  it('a paused host is reachable and silent; what was sent waits for it', () => {
    const { world, line } = connected();
    world.host('b').pause();
    line.send('x');
    const second = world.connect('c', 'b');
    second.send('y');
    world.run(5_000_000);
    expect(line.story).toEqual([]);
    expect(second.story).toEqual(['open']);
    world.host('b').resume();
    world.run(10_000);
    expect(line.story).toEqual(['x!']);
    expect(second.story).toEqual(['open', 'y!']);
  });

  it('an attempt that was given up after it was accepted leaves nobody waiting', () => {
    const { world, served } = connected();
    const line = world.connect('a', 'b');
    world.run(1_500);
    line.connection?.close();
    world.run(10_000);
    expect(line.story).toEqual([]);
    expect(served[1]?.story).toEqual(['open', 'reset']);
    expect(world.world.network.openConnectionCount('b')).toBe(1);
  });

  it('a message that a machine took in while its process was paused is lost with its power, and not sent again', () => {
    const { world, line } = connected();
    world.host('b').pause();
    line.send('x');
    world.run(10_000);
    world.host('b').powerLoss();
    world.restart('b');
    world.run(10_000_000);
    expect(line.story).toEqual([]);
    line.send('y');
    world.run(10_000);
    expect(line.story).toEqual(['reset']);
  });

  it('the environment of a program that ended is inert', () => {
    const { world, line } = connected();
    const old = world.env('a');
    world.host('a').crash();
    world.restart('a');
    line.send('from the grave');
    const again: string[] = [];
    old.network.connect({ host: 'b', port: 9092 }, line);
    old.network.listen(
      { port: 1 },
      accepting(() => line),
    );
    old.timers.schedule(1, () => again.push('timer'));
    old.disk.append('f', new Uint8Array(1), () => again.push('disk'));
    old.halt('again');
    world.run(1_000_000);
    expect(again).toEqual([]);
    expect(line.story).toEqual([]);
    expect(world.host('a').state).toBe('up');
    expect(world.host('a').disk.peek('f')).toBeNull();
  });

  it('a host can talk to itself', () => {
    const { world } = connected();
    const line = world.connect('b', 'b');
    line.send('x');
    world.run(1_000);
    expect(line.story).toEqual(['open', 'x!']);
  });

  it('a host that does not exist is a mistake of the scenario', () => {
    const { world } = connected();
    expect(() => world.connect('a', 'nobody')).toThrow(HarnessBug);
    expect(() => world.world.network.cut('a', 'nobody')).toThrow('no host named nobody');
  });
});
