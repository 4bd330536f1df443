/** One fault on one simulated disk. */
import type { FaultHandle } from './fault-handle.js';

export type DiskFaultKind = 'hang' | 'slow' | 'full' | 'fail' | 'short-write' | 'lie';
export type FailingOperation = 'read' | 'write' | 'sync';

export class DiskFault implements FaultHandle {
  affected = 0;
  readonly kind: DiskFaultKind;
  /** Extra microseconds (slow), or how many operations it affects at most (fail, short-write). */
  readonly amount: number;
  readonly operation: FailingOperation | null;
  #onHeal: ((fault: DiskFault) => void) | null;

  constructor(
    kind: DiskFaultKind,
    amount: number,
    operation: FailingOperation | null,
    onHeal: (fault: DiskFault) => void,
  ) {
    this.kind = kind;
    this.amount = amount;
    this.operation = operation;
    this.#onHeal = onHeal;
  }

  heal(): void {
    const onHeal = this.#onHeal;
    this.#onHeal = null;
    onHeal?.(this);
  }
}
