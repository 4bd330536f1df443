/**
 * Time for tests. Due callbacks run in the order of (time, sequence), each to its end, and only as far as the test
 * asks.
 */
import type { TimerHandle } from '../env.js';

interface Event {
  readonly at: number;
  readonly sequence: number;
  /** Null: cancelled, or already run. */
  callback: (() => void) | null;
}

export class VirtualTime {
  now = 0;
  readonly #heap: Event[] = [];
  #sequence = 0;

  at(delayMicros: number, callback: () => void): TimerHandle {
    if (!Number.isInteger(delayMicros) || delayMicros < 0) throw new Error(`bad delay ${delayMicros}`);
    const event: Event = { at: this.now + delayMicros, sequence: this.#sequence++, callback };
    push(this.#heap, event);
    return {
      cancel: () => {
        event.callback = null;
      },
    };
  }

  /** Runs everything due within `micros` from now, then sets the clock to the end of that span. */
  run(micros: number): void {
    const until = this.now + micros;
    while (this.#heap.length > 0 && this.#heap[0]!.at <= until) this.#fire(pop(this.#heap));
    this.now = until;
  }

  /** Runs until `isDone`, at most `limitMicros`; fails the test otherwise. */
  runUntil(what: string, isDone: () => boolean, limitMicros = 60_000_000): void {
    const until = this.now + limitMicros;
    while (!isDone()) {
      if (this.#heap.length === 0 || this.#heap[0]!.at > until) throw new Error(`never: ${what}`);
      this.#fire(pop(this.#heap));
    }
  }

  #fire(event: Event): void {
    this.now = event.at;
    const { callback } = event;
    event.callback = null;
    callback?.();
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}
