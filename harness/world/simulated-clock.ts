/**
 * The two clocks of a simulated host.
 *
 * Fault model: the monotonic clock runs fast or slow (drift, in parts per million) and never goes back. It goes on while the
 * process is paused or down. The wall clock is the monotonic clock plus an offset: the offset may be wrong from the start
 * (skew) and may step either way. Timers are measured in monotonic time: when the drift changes, waiting timers move.
 *
 * Not covered: a monotonic clock that stands still during suspend, leap seconds and smearing, slewing by NTP (a step takes
 * effect at once), clocks that differ between the processors of one machine.
 */
import type { HostClock } from '../env.js';
import { insist } from '../kernel/harness-bug.js';
import type { Host } from '../kernel/host.js';
import type { Simulation } from '../kernel/simulation.js';
import type { FaultHandle } from './fault-handle.js';

/** 1 January 2026, 00:00 UTC: the wall-clock time at the start of every run. */
export const WALL_START_MILLIS = 1_767_225_600_000;

const MILLION = 1_000_000;

class ClockFault implements FaultHandle {
  affected = 0;
  #heal: (() => void) | null;

  constructor(heal: () => void) {
    this.#heal = heal;
  }

  heal(): void {
    const heal = this.#heal;
    this.#heal = null;
    heal?.();
  }
}

/** Monotonic time was `monotonicMicros` at virtual time `sinceMicros`, and has drifted by `partsPerMillion` since. */
interface Course {
  readonly sinceMicros: number;
  readonly monotonicMicros: number;
  readonly partsPerMillion: number;
}

export class SimulatedClock implements HostClock {
  readonly #simulation: Simulation;
  readonly #host: Host;
  #course: Course = { sinceMicros: 0, monotonicMicros: 0, partsPerMillion: 0 };
  #wallOffsetMillis: number;
  /** The unhealed faults with their drift; 0 for steps. */
  readonly #faults = new Map<ClockFault, number>();

  /** `skewMillis`: the error of the wall clock at the start. */
  constructor(simulation: Simulation, host: Host, skewMillis = 0) {
    insist(Number.isSafeInteger(skewMillis), `a clock is off by whole milliseconds, not ${skewMillis}`);
    this.#simulation = simulation;
    this.#host = host;
    this.#wallOffsetMillis = WALL_START_MILLIS + skewMillis;
  }

  monotonicMicros(): number {
    return monotonicOn(this.#course, this.#simulation.nowMicros);
  }

  wallMillis(): number {
    if (this.#faults.size > 0) {
      for (const fault of this.#faults.keys()) {
        fault.affected++;
      }
    }
    return this.#wallOffsetMillis + Math.floor(this.monotonicMicros() / 1000);
  }

  /** The wall clock jumps by `millis`; healing reverts the jump. */
  step(millis: number): FaultHandle {
    insist(Number.isSafeInteger(millis), `a clock steps by whole milliseconds, not ${millis}`);
    this.#wallOffsetMillis += millis;
    const fault = new ClockFault(() => {
      this.#wallOffsetMillis -= millis;
      this.#faults.delete(fault);
    });
    this.#faults.set(fault, 0);
    return fault;
  }

  /** Both clocks run fast by this much (slow when negative). When several drifts are active, the largest magnitude counts. */
  drift(partsPerMillion: number): FaultHandle {
    insist(
      Number.isSafeInteger(partsPerMillion) && partsPerMillion > -MILLION && partsPerMillion <= MILLION,
      `a drift of ${partsPerMillion} ppm`,
    );
    const fault = new ClockFault(() => {
      this.#faults.delete(fault);
      this.#applyDrift();
    });
    this.#faults.set(fault, partsPerMillion);
    this.#applyDrift();
    return fault;
  }

  /** The virtual time, from now, that `delayMicros` of monotonic time take. */
  virtualDelay(delayMicros: number): number {
    if (this.#course.partsPerMillion === 0) {
      return delayMicros;
    }
    for (const [fault, drift] of this.#faults) {
      fault.affected += drift === 0 ? 0 : 1;
    }
    return this.#virtualAt(this.monotonicMicros() + delayMicros) - this.#simulation.nowMicros;
  }

  /** The first instant, no earlier than now, at which the monotonic clock shows at least `monotonicMicros`. */
  #virtualAt(monotonicMicros: number): number {
    const course = this.#course;
    const ahead = monotonicMicros - course.monotonicMicros;
    let virtual = course.sinceMicros + Math.floor((ahead * MILLION) / (MILLION + course.partsPerMillion));
    while (monotonicOn(course, virtual) >= monotonicMicros) {
      virtual--;
    }
    while (monotonicOn(course, virtual) < monotonicMicros) {
      virtual++;
    }
    return Math.max(virtual, this.#simulation.nowMicros);
  }

  #applyDrift(): void {
    let strongest = 0;
    for (const drift of this.#faults.values()) {
      if (Math.abs(drift) > Math.abs(strongest)) {
        strongest = drift;
      }
    }
    if (strongest === this.#course.partsPerMillion) {
      return;
    }
    const now = this.#simulation.nowMicros;
    const before = this.#course;
    this.#course = {
      sinceMicros: now,
      monotonicMicros: monotonicOn(before, now),
      partsPerMillion: strongest,
    };
    this.#simulation.moveTimers(this.#host, (dueMicros) => this.#virtualAt(monotonicOn(before, dueMicros)));
  }
}

function monotonicOn(course: Course, virtualMicros: number): number {
  const elapsed = virtualMicros - course.sinceMicros;
  return course.monotonicMicros + elapsed + Math.floor((elapsed * course.partsPerMillion) / MILLION);
}
