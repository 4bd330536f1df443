import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.js';
import { KernelEvent } from './kernel-event.js';

/** What is asked of a queue: something due after a delay, a cancellation, or to run on for a while. */
type Step =
  | { readonly do: 'insert'; readonly delayMicros: number }
  | { readonly do: 'insertFirst' }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'run'; readonly micros: number };

/** Delays at every scale of the wheel, and at its borders. */
const delay = fc.oneof(
  fc.nat({ max: 3 }),
  fc.nat({ max: 2_000 }),
  fc.nat({ max: 3_000_000 }),
  fc.nat({ max: 3_000_000_000 }),
  fc.constantFrom(1_023, 1_024, 1_025, 1_048_575, 1_048_576, 1_073_741_823, 1_073_741_824, 1_073_741_825),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: delay.map((delayMicros) => ({ do: 'insert' as const, delayMicros })) },
  { weight: 1, arbitrary: fc.constant({ do: 'insertFirst' as const }) },
  { weight: 2, arbitrary: fc.nat().map((which) => ({ do: 'cancel' as const, which })) },
  { weight: 3, arbitrary: delay.map((micros) => ({ do: 'run' as const, micros })) },
);

interface Expected {
  readonly event: KernelEvent;
  readonly dueMicros: number;
  /** Order among what is due at one instant. */
  readonly order: number;
}

/** Drives a queue and a sorted list side by side. */
class Pair {
  readonly queue = new EventQueue();
  expected: Expected[] = [];
  now = 0;
  #order = 0;
  #firstOrder = 0;

  insert(delayMicros: number, first: boolean): void {
    const event = new KernelEvent(this.queue);
    event.dueMicros = this.now + delayMicros;
    event.callback = () => undefined;
    if (first) {
      this.queue.insertFirst(event);
    } else {
      this.queue.insert(event);
    }
    const order = first ? --this.#firstOrder : ++this.#order;
    this.expected.push({ event, dueMicros: event.dueMicros, order });
  }

  cancel(which: number): void {
    const [chosen] = this.expected.splice(which % Math.max(1, this.expected.length), 1);
    chosen?.event.cancel();
  }

  run(micros: number): void {
    const until = this.now + micros;
    this.expected.sort((left, right) => left.dueMicros - right.dueMicros || left.order - right.order);
    for (let event = this.queue.pop(until); event !== null; event = this.queue.pop(until)) {
      const next = this.expected.shift();
      expect(event).toBe(next?.event);
      expect(event.dueMicros).toBeGreaterThanOrEqual(this.now);
      this.now = event.dueMicros;
    }
    expect(this.expected[0]?.dueMicros ?? Number.POSITIVE_INFINITY).toBeGreaterThan(until);
    this.now = until;
  }
}

describe('EventQueue', () => {
  it('keeps the total order (dueAt, order of insertion) under every mix of insertions, cancellations and pauses', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const pair = new Pair();
        for (const action of steps) {
          if (action.do === 'insert') {
            pair.insert(action.delayMicros, false);
          } else if (action.do === 'insertFirst') {
            pair.insert(0, true);
          } else if (action.do === 'cancel') {
            pair.cancel(action.which);
          } else {
            pair.run(action.micros);
          }
          expect(pair.queue.size).toBe(pair.expected.length);
        }
        pair.run(10_000_000_000);
        expect(pair.queue.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps nothing of what was cancelled', () => {
    const queue = new EventQueue();
    for (let index = 0; index < 10_000; index++) {
      const event = new KernelEvent(queue);
      event.dueMicros = index * 997;
      queue.insert(event);
      event.cancel();
    }
    expect(queue.size).toBe(0);
    expect(queue.pop(Number.MAX_SAFE_INTEGER)).toBeNull();
  });

  it('takes chosen events out in the order they would have fired', () => {
    const queue = new EventQueue();
    const dues = [5_000_000, 3, 70_000, 3, 2_000_000_000, 70_000];
    dues.forEach((dueMicros, sequence) => {
      queue.insert(Object.assign(new KernelEvent(queue), { dueMicros, sequence }));
    });
    const chosen = queue.extract((event) => event.sequence !== 2);
    expect(chosen.map((event) => event.sequence)).toEqual([1, 3, 5, 0, 4]);
    expect(queue.pop(Number.MAX_SAFE_INTEGER)?.sequence).toBe(2);
  });
});
