/** The faults on one simulated disk. Faults of one kind stack: the most severe counts, and healing one leaves the others. */
import type { FaultHandle } from './fault-handle.js';

type DiskFaultKind = 'hang' | 'slow' | 'full' | 'fail' | 'short-write' | 'lie';
/** A truncation counts as a write too. A rename replaces an old checkpoint with a new one. */
export type FailingOperation = 'read' | 'write' | 'sync' | 'truncate' | 'rename';

interface DiskFault extends FaultHandle {
  affected: number;
  readonly kind: DiskFaultKind;
  /** Extra microseconds (slow), or the largest number of affected operations (fail, short-write). */
  readonly amount: number;
  readonly operation: FailingOperation | null;
}

export class DiskFaults {
  #faults: readonly DiskFault[] = [];

  /** True when the disk has any fault. Hot paths check it first. */
  get some(): boolean {
    return this.#faults.length > 0;
  }

  add(
    kind: DiskFaultKind,
    amount: number,
    operation: FailingOperation | null,
    onHeal: () => void = () => undefined,
  ): FaultHandle {
    const fault: DiskFault = {
      affected: 0,
      kind,
      amount,
      operation,
      heal: () => {
        if (this.#faults.includes(fault)) {
          this.#faults = this.#faults.filter((other) => other !== fault);
          onHeal();
        }
      },
    };
    this.#faults = [...this.#faults, fault];
    return fault;
  }

  has(kind: DiskFaultKind): boolean {
    for (const fault of this.#faults) {
      if (fault.kind === kind) {
        return true;
      }
    }
    return false;
  }

  /** Counts one effect of every fault of the kind. */
  count(kind: DiskFaultKind): void {
    for (const fault of this.#faults) {
      if (fault.kind === kind) {
        fault.affected++;
      }
    }
  }

  /** The extra time of an operation that is requested now. */
  slownessMicros(): number {
    let extraMicros = 0;
    for (const fault of this.#faults) {
      if (fault.kind === 'slow') {
        extraMicros = Math.max(extraMicros, fault.amount);
        fault.affected++;
      }
    }
    return extraMicros;
  }

  /** True when the operation must fail; uses up one failure. */
  fails(operation: FailingOperation): boolean {
    return this.#use((fault) => fault.kind === 'fail' && fault.operation === operation);
  }

  /** Uses up one effect of a fault with a limited number of effects; false when none is left. */
  take(kind: DiskFaultKind): boolean {
    return this.#use((fault) => fault.kind === kind);
  }

  #use(matches: (fault: DiskFault) => boolean): boolean {
    const fault = this.#faults.find(
      (candidate) => matches(candidate) && candidate.affected < candidate.amount,
    );
    if (fault === undefined) {
      return false;
    }
    fault.affected++;
    return true;
  }
}
