import { describe, expect, it } from 'vitest';
import type { TimerHandle } from '../env.js';
import { HarnessBug } from './harness-bug.js';
import { Simulation } from './simulation.js';
import type { FiredEvent } from './trace.js';

function newSimulation(): Simulation {
  return new Simulation({ seed: 'simulation' });
}

describe('Simulation', () => {
  it('fires events by due time, then in the order they were scheduled, and stands at the time asked for', () => {
    const simulation = newSimulation();
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${simulation.nowMicros}`);
    simulation.schedule(20, note('c'));
    simulation.schedule(10, note('a'));
    simulation.schedule(10, note('b'));
    simulation.schedule(21, note('later'));
    simulation.runUntil(20);
    expect(fired).toEqual(['a@10', 'b@10', 'c@20']);
    expect(simulation.nowMicros).toBe(20);
    expect(simulation.eventCount).toBe(3);
    expect(simulation.step()).toBe(true);
    expect(simulation.nowMicros).toBe(21);
    expect(simulation.step()).toBe(false);
  });

  it('never fires a callback from inside the call that scheduled it', () => {
    const simulation = newSimulation();
    let inside = true;
    simulation.schedule(0, () => {
      expect(inside).toBe(false);
    });
    inside = false;
    simulation.runUntil(0);
    expect(simulation.eventCount).toBe(1);
  });

  it('never fires a cancelled timer, and takes a second cancel or a late one', () => {
    const simulation = newSimulation();
    let fired = 0;
    const early: TimerHandle = simulation.schedule(1, () => fired++);
    const late = simulation.schedule(5, () => fired++);
    late.cancel();
    late.cancel();
    simulation.runUntil(10);
    early.cancel();
    expect(fired).toBe(1);
  });

  it('refuses delays that are no whole number of microseconds ≥ 0', () => {
    const simulation = newSimulation();
    for (const delayMicros of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => simulation.schedule(delayMicros, () => undefined)).toThrow(HarnessBug);
    }
    simulation.runUntil(5);
    expect(() => simulation.runUntil(4)).toThrow(HarnessBug);
  });

  it('is not run from inside its own events, and can go on after one that threw', () => {
    const simulation = newSimulation();
    let fired = 0;
    simulation.schedule(1, () => simulation.runUntil(5));
    simulation.schedule(2, () => fired++);
    expect(() => simulation.runUntil(10)).toThrow('from inside one of its own events');
    simulation.runUntil(10);
    expect(fired).toBe(1);
  });

  it('says so when events at one instant have no end, and which they are', () => {
    const simulation = new Simulation({ seed: '1' });
    const host = simulation.addHost('b1');
    host.start();
    const again = (): void => void simulation.scheduleOn(host, 0, again);
    simulation.scheduleOn(host, 5, again);
    expect(() => simulation.runUntil(1_000)).toThrow(
      'more than 1048576 events at one instant: virtual time stands still; the last was a timer event on b1',
    );
    expect(simulation.nowMicros).toBe(5);
  });

  it('fires as many events as somebody likes when time goes on, up to the number it was given', () => {
    const simulation = new Simulation({ seed: '1' });
    const again = (): void => void simulation.schedule(simulation.eventCount % 3 === 0 ? 1 : 0, again);
    simulation.schedule(0, again);
    simulation.runUntil(1_000_000);
    expect(simulation.eventCount).toBeGreaterThan(2_900_000);
    simulation.eventsMax = 4_000_000;
    expect(() => simulation.runUntil(9_000_000)).toThrow(
      'more than 4000000 events and the run has not ended',
    );
  });

  it('counts marks, and mixes notes and marks into the digest', () => {
    const digests = new Set<string>();
    for (const act of [
      (simulation: Simulation) => simulation.note(1),
      (simulation: Simulation) => simulation.note(2),
      (simulation: Simulation) => simulation.mark('one'),
      (simulation: Simulation) => simulation.mark('two'),
      (simulation: Simulation) => simulation.schedule(1, () => undefined),
      () => undefined,
    ]) {
      const simulation = newSimulation();
      act(simulation);
      simulation.runUntil(10);
      digests.add(simulation.digest());
      expect(simulation.digest()).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(digests.size).toBe(6);
    const simulation = newSimulation();
    simulation.mark('one');
    simulation.mark('one');
    expect([...simulation.marks]).toEqual([['one', 2]]);
  });

  it('tells a trace sink every event, and has the same digest with it and without', () => {
    const fired: FiredEvent[] = [];
    const traced = new Simulation({ seed: 'simulation', trace: { fired: (event) => fired.push(event) } });
    const plain = newSimulation();
    for (const simulation of [traced, plain]) {
      const host = simulation.addHost('h');
      host.start();
      simulation.scheduleOn(host, 3, () => undefined);
      simulation.schedule(1, () => undefined);
      simulation.runUntil(5);
    }
    expect(fired).toMatchObject([
      { timeMicros: 1, index: 0, sequence: 1, kind: 'world', host: null },
      { timeMicros: 3, index: 1, sequence: 0, kind: 'timer', host: 'h' },
    ]);
    expect(traced.digest()).toBe(plain.digest());
  });
});

describe('Host', () => {
  it('drops what was scheduled for an earlier generation', () => {
    const simulation = newSimulation();
    const host = simulation.addHost('h');
    const fired: string[] = [];
    host.start();
    simulation.scheduleOn(host, 10, () => fired.push('before the crash'));
    host.crash('test');
    simulation.scheduleOn(host, 10, () => fired.push('while down'));
    host.start();
    simulation.scheduleOn(host, 10, () => fired.push('after the start'));
    simulation.runUntil(20);
    expect(fired).toEqual(['after the start']);
  });

  it('defers events while paused and runs them in order at resume, before what is due then', () => {
    const simulation = newSimulation();
    const host = simulation.addHost('h');
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${simulation.nowMicros}`);
    host.start();
    simulation.scheduleOn(host, 10, note('first'));
    simulation.scheduleOn(host, 12, note('second'));
    const cancelled = simulation.scheduleOn(host, 13, note('cancelled while deferred'));
    simulation.scheduleOn(host, 3_000, note('due at resume'));
    simulation.schedule(5, () => host.pause());
    simulation.schedule(11, note('world'));
    simulation.schedule(20, () => cancelled.cancel());
    // Scheduled last: 'due at resume' is in the queue for that instant already.
    simulation.schedule(3_000, () => undefined);
    simulation.runUntil(2_999);
    expect(fired).toEqual(['world@11']);
    simulation.schedule(0, () => host.resume());
    simulation.runUntil(4_000);
    expect(fired).toEqual(['world@11', 'first@2999', 'second@2999', 'due at resume@3000']);
  });

  it('runs deferred events before others that are due at the very instant of resume', () => {
    const simulation = newSimulation();
    const host = simulation.addHost('h');
    const fired: string[] = [];
    host.start();
    host.pause();
    simulation.scheduleOn(host, 10, () => fired.push('deferred'));
    simulation.schedule(50, () => host.resume());
    simulation.scheduleOn(host, 50, () => fired.push('on time'));
    simulation.runUntil(50);
    expect(fired).toEqual(['deferred', 'on time']);
  });

  it('forgets deferred events when it crashes in its sleep', () => {
    const simulation = newSimulation();
    const host = simulation.addHost('h');
    let fired = 0;
    host.start();
    simulation.scheduleOn(host, 10, () => fired++);
    host.pause();
    simulation.runUntil(20);
    host.crash('test');
    host.start();
    simulation.runUntil(30);
    expect(fired).toBe(0);
  });

  it('says no to verbs that do not fit its state, and tells listeners of those that do', () => {
    const simulation = newSimulation();
    const host = simulation.addHost('h');
    const changes: string[] = [];
    host.onStateChange((change) => changes.push(change.kind));
    const verbs = [
      'crash',
      'pause',
      'start',
      'start',
      'resume',
      'pause',
      'pause',
      'resume',
      'crash',
      'powerLoss',
      'powerLoss',
      'start',
    ] as const;
    const answers = verbs.map((verb) => host[verb]('test'));
    expect(answers).toEqual([false, false, true, false, false, true, false, true, true, true, false, true]);
    expect(changes).toEqual(['started', 'paused', 'resumed', 'crashed', 'power-lost', 'started']);
    expect(host.state).toBe('up');
  });

  it('has a name of its own', () => {
    const simulation = newSimulation();
    simulation.addHost('h');
    expect(() => simulation.addHost('h')).toThrow('two hosts named h');
  });
});
