import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HarnessBug } from '../kernel/harness-bug.js';
import { WALL_START_MILLIS } from './simulated-clock.js';
import { IdleWorld } from './testing/idle-world.js';
import { World } from './world.js';

function newClock() {
  const world = new IdleWorld(['h']);
  return { world, clock: world.host('h').clock, env: world.env('h') };
}

describe('SimulatedClock', () => {
  it('shows virtual time, and the wall time that began with it', () => {
    const { world, clock } = newClock();
    world.run(2_500_000);
    expect(clock.monotonicMicros()).toBe(2_500_000);
    expect(clock.wallMillis()).toBe(WALL_START_MILLIS + 2_500);
  });

  it('may be off from the start', () => {
    const world = new World({ seed: 'clock' });
    const host = world.addHost('h', { start: () => undefined }, { wallSkewMillis: -250 });
    expect(host.clock.wallMillis()).toBe(WALL_START_MILLIS - 250);
    expect(host.clock.monotonicMicros()).toBe(0);
  });

  it('steps the wall clock alone, either way; healing takes the step back', () => {
    const { world, clock, env } = newClock();
    const step = clock.step(-60_000);
    world.run(1_000_000);
    expect(env.clock.wallMillis()).toBe(WALL_START_MILLIS - 59_000);
    expect(env.clock.monotonicMicros()).toBe(1_000_000);
    expect(step.affected).toBe(1);
    step.heal();
    step.heal();
    expect(env.clock.wallMillis()).toBe(WALL_START_MILLIS + 1_000);
  });

  it('drifts: both clocks run fast or slow, of two drifts the stronger counts, and monotonic time never goes back', () => {
    const { world, clock } = newClock();
    const fast = clock.drift(100_000);
    world.run(1_000_000);
    expect(clock.monotonicMicros()).toBe(1_100_000);
    expect(clock.wallMillis()).toBe(WALL_START_MILLIS + 1_100);
    const slow = clock.drift(-200_000);
    world.run(1_000_000);
    expect(clock.monotonicMicros()).toBe(1_900_000);
    slow.heal();
    world.run(1_000_000);
    expect(clock.monotonicMicros()).toBe(3_000_000);
    fast.heal();
    world.run(1_000_000);
    expect(clock.monotonicMicros()).toBe(4_000_000);
  });

  it('measures timers in monotonic time, also those that wait when the drift changes', () => {
    const { world, clock, env } = newClock();
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${world.now}/${env.clock.monotonicMicros()}`);
    env.timers.schedule(2_000_000, note('waiting'));
    const cancelled = env.timers.schedule(2_000_000, note('cancelled'));
    world.run(1_000_000);
    const drift = clock.drift(-500_000);
    env.timers.schedule(500_000, note('set under drift'));
    cancelled.cancel();
    world.run(1_500_000);
    drift.heal();
    expect(fired).toEqual(['set under drift@2000000/1500000']);
    world.run(1_000_000);
    expect(fired[1]).toBe('waiting@2750000/2000000');
    expect(drift.affected).toBeGreaterThan(0);
  });

  it('never lets a timer fire before its time by the host', () => {
    const { world, clock, env } = newClock();
    for (const partsPerMillion of [1, -1, 333, -777_777, 999_999, 17]) {
      const drift = clock.drift(partsPerMillion);
      const due = env.clock.monotonicMicros() + 12_347;
      let firedAt = -1;
      env.timers.schedule(12_347, () => {
        firedAt = env.clock.monotonicMicros();
      });
      world.run(100_000);
      expect(firedAt).toBeGreaterThanOrEqual(due);
      expect(firedAt).toBeLessThanOrEqual(due + 2);
      drift.heal();
    }
  });

  it('moves timers alone, and leaves those that stay at their instant in their place', () => {
    const { world, clock, env } = newClock();
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    world.world.simulation.schedule(1_000, () => {
      env.timers.schedule(0, note('first'));
      world.host('h').requestShutdown();
      world.world.simulation.schedule(0, note('last'));
      clock.drift(500_000);
      env.timers.schedule(0, note('set under drift'));
    });
    world.host('h').onStateChange((change) => order.push(change.kind));
    world.run(1_000);
    expect(order).toEqual(['first', 'exited', 'last']);
  });

  it('lets no packet reach a program before its connection, whenever clocks drift and hosts pause', () => {
    const happening = fc.record({
      atMillis: fc.nat({ max: 10 }),
      what: fc.constantFrom('pause', 'resume', 'fast', 'slow', 'heal', 'connect'),
    });
    fc.assert(
      fc.property(fc.array(happening, { minLength: 3, maxLength: 20 }), (plan) => {
        const world = new IdleWorld(['a', 'b']);
        const served = world.serve('b');
        const { clock } = world.host('b');
        const drifts = [clock.drift(1)];
        let connections = 0;
        const connect = (): void => {
          connections++;
          world.connect('a', 'b').send('hello');
        };
        const verbs: Readonly<Record<string, () => unknown>> = {
          connect,
          pause: () => world.host('b').pause(),
          resume: () => world.host('b').resume(),
          fast: () => drifts.push(clock.drift(300_000)),
          slow: () => drifts.push(clock.drift(-400_000)),
          heal: () => drifts.pop()?.heal(),
        };
        connect();
        // All of one instant in one event, as when the safety phase ends and everything heals.
        for (const atMillis of new Set(plan.map((each) => each.atMillis))) {
          world.world.simulation.schedule(atMillis * 1_000, () => {
            for (const each of plan) if (each.atMillis === atMillis) verbs[each.what]?.();
          });
        }
        world.run(30_000);
        world.host('b').resume();
        world.run(30_000);
        expect(served.map((line) => line.story)).toEqual(Array(connections).fill(['open', 'hello']));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses drifts that would stop time', () => {
    const { clock } = newClock();
    expect(() => clock.drift(-1_000_000)).toThrow(HarnessBug);
    expect(() => clock.step(0.5)).toThrow(HarnessBug);
  });
});
