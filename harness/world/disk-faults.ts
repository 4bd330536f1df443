/** The faults on one simulated disk. Several of a kind stack: the most severe counts, and healing one leaves the others. */
import type { FaultHandle } from './fault-handle.js';

type DiskFaultKind = 'hang' | 'slow' | 'full' | 'fail' | 'short-write' | 'lie';
/** A truncation is a write too; `rename` is what puts a new checkpoint in the place of the old one. */
export type FailingOperation = 'read' | 'write' | 'sync' | 'truncate' | 'rename';

interface DiskFault extends FaultHandle {
  affected: number;
  readonly kind: DiskFaultKind;
  /** Extra microseconds (slow), or how many operations it affects at most (fail, short-write). */
  readonly amount: number;
  readonly operation: FailingOperation | null;
}

export class DiskFaults {
  #faults: readonly DiskFault[] = [];

  /** Any at all: asked first where it must be cheap. */
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

  /** Faults of the kind had an effect. */
  count(kind: DiskFaultKind): void {
    for (const fault of this.#faults) {
      if (fault.kind === kind) {
        fault.affected++;
      }
    }
  }

  /** How much longer an operation takes that is asked now. */
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

  /** Whether the operation is to fail; uses up one failure. */
  fails(operation: FailingOperation): boolean {
    return this.#use((fault) => fault.kind === 'fail' && fault.operation === operation);
  }

  /** Uses up one fault of a kind that happens only so often. */
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
