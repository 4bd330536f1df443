/**
 * Waiting operations, each with a deadline for its answer: Kafka's purgatory without the timing wheel. Operations
 * with equal timeouts expire in the order of arrival, so each timeout has a lane, a doubly linked list. Adding and
 * removing cost O(1). One timer, armed for the earliest head, serves all lanes. The timer is not armed again when the
 * head leaves early; it then fires once more than necessary.
 */
import type { Env } from '../env.js';

export abstract class Deadline {
  /** The queue alone uses the rest of this class. */
  dueMicros = 0;
  lane: Lane | null = null;
  earlier: Deadline | null = null;
  later: Deadline | null = null;

  abstract expire(): void;
}

interface Lane {
  readonly durationMicros: number;
  head: Deadline | null;
  tail: Deadline | null;
}

const IDLE_LANES_MAX = 32;

export class DeadlineQueue {
  readonly #env: Env;
  readonly #lanes: Lane[] = [];
  /** −1: no timer runs. */
  #armedForMicros = -1;

  constructor(env: Env) {
    this.#env = env;
  }

  add(entry: Deadline, durationMicros: number): void {
    const lane = this.#laneOf(durationMicros);
    entry.dueMicros = this.#env.clock.monotonicMicros() + durationMicros;
    entry.lane = lane;
    entry.later = null;
    entry.earlier = lane.tail;
    if (lane.tail === null) lane.head = entry;
    else lane.tail.later = entry;
    lane.tail = entry;
    if (this.#armedForMicros === -1 || entry.dueMicros < this.#armedForMicros) this.#arm(entry.dueMicros);
  }

  /** Does nothing for an entry that is not waiting. */
  remove(entry: Deadline): void {
    const { lane, earlier, later } = entry;
    if (lane === null) return;
    if (earlier === null) lane.head = later;
    else earlier.later = later;
    if (later === null) lane.tail = earlier;
    else later.earlier = earlier;
    entry.lane = null;
    entry.earlier = null;
    entry.later = null;
  }

  #laneOf(durationMicros: number): Lane {
    for (const lane of this.#lanes) if (lane.durationMicros === durationMicros) return lane;
    if (this.#lanes.length >= IDLE_LANES_MAX) {
      const idle = this.#lanes.findIndex((lane) => lane.head === null);
      if (idle >= 0) this.#lanes.splice(idle, 1);
    }
    const lane: Lane = { durationMicros, head: null, tail: null };
    this.#lanes.push(lane);
    return lane;
  }

  #arm(dueMicros: number): void {
    this.#armedForMicros = dueMicros;
    const delayMicros = Math.max(0, dueMicros - this.#env.clock.monotonicMicros());
    this.#env.timers.schedule(delayMicros, this.#fire.bind(this, dueMicros));
  }

  #fire(dueMicros: number): void {
    // The timer was replaced by one that fires earlier.
    if (this.#armedForMicros !== dueMicros) return;
    this.#armedForMicros = -1;
    const now = this.#env.clock.monotonicMicros();
    let next = this.#earliest();
    while (next !== null && next.dueMicros <= now) {
      this.remove(next);
      next.expire();
      next = this.#earliest();
    }
    if (next !== null && this.#armedForMicros === -1) this.#arm(next.dueMicros);
  }

  #earliest(): Deadline | null {
    let earliest: Deadline | null = null;
    for (const { head } of this.#lanes) {
      if (head !== null && (earliest === null || head.dueMicros < earliest.dueMicros)) earliest = head;
    }
    return earliest;
  }
}
