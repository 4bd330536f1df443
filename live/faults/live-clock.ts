/**
 * The clocks of one host of a live cluster: those of this machine, with steps of the wall clock and drift of both.
 * Timers that wait when a drift begins or ends keep their instant.
 */
import type { Clock } from '../../broker/env.js';
import type { FaultyClock } from '../../harness/faults/faulty-world.js';
import type { FaultHandle } from '../../harness/world/fault-handle.js';

const MILLION = 1_000_000;

interface ActiveFault {
  affected: number;
  readonly partsPerMillion: number;
}

export class LiveClock implements Clock, FaultyClock {
  readonly #faults = new Set<ActiveFault>();
  #stepMillis = 0;
  #driftMicros = 0;
  #sinceMicros = nowMicros();
  #partsPerMillion = 0;

  monotonicMicros(): number {
    return nowMicros() + this.#drifted();
  }

  wallMillis(): number {
    this.#count();
    return Date.now() + this.#stepMillis + Math.floor(this.#drifted() / 1_000);
  }

  /** The real time that `delayMicros` of this clock take. */
  realMicros(delayMicros: number): number {
    if (this.#partsPerMillion === 0) return delayMicros;
    this.#count();
    return Math.ceil((delayMicros * MILLION) / (MILLION + this.#partsPerMillion));
  }

  step(millis: number): FaultHandle {
    this.#stepMillis += millis;
    return this.#add(0, () => {
      this.#stepMillis -= millis;
    });
  }

  drift(partsPerMillion: number): FaultHandle {
    return this.#add(partsPerMillion, () => undefined);
  }

  #drifted(): number {
    if (this.#partsPerMillion === 0) return this.#driftMicros;
    const elapsed = nowMicros() - this.#sinceMicros;
    return this.#driftMicros + Math.floor((elapsed * this.#partsPerMillion) / MILLION);
  }

  #count(): void {
    for (const fault of this.#faults) fault.affected += 1;
  }

  #add(partsPerMillion: number, onHeal: () => void): FaultHandle {
    const fault: ActiveFault = { affected: 0, partsPerMillion };
    this.#faults.add(fault);
    this.#applyDrift();
    return {
      get affected() {
        return fault.affected;
      },
      heal: () => {
        if (!this.#faults.delete(fault)) return;
        onHeal();
        this.#applyDrift();
      },
    };
  }

  /** The strongest drift counts. Time that has drifted stays drifted: a monotonic clock never goes back. */
  #applyDrift(): void {
    this.#driftMicros = this.#drifted();
    this.#sinceMicros = nowMicros();
    let strongest = 0;
    for (const { partsPerMillion } of this.#faults) {
      if (Math.abs(partsPerMillion) > Math.abs(strongest)) strongest = partsPerMillion;
    }
    this.#partsPerMillion = strongest;
  }
}

function nowMicros(): number {
  return Math.floor(performance.now() * 1_000);
}
