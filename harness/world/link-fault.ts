/**
 * A fault on one or more links, simulated or live. Each link that the fault is on reads its kind and amount, and counts
 * the effects of the fault.
 */
import type { FaultHandle } from './fault-handle.js';

export type LinkFaultKind = 'cut' | 'hold' | 'delay' | 'limit';

/** One direction between two hosts. */
export interface FaultedLink {
  addFault(fault: LinkFault): void;
  removeFault(fault: LinkFault): void;
}

export class LinkFault implements FaultHandle {
  affected = 0;
  readonly kind: LinkFaultKind;
  /** Extra microseconds of a delay, bytes per second of a limit; else 0. */
  readonly amount: number;
  readonly #links: readonly FaultedLink[];

  constructor(kind: LinkFaultKind, amount: number, links: readonly FaultedLink[]) {
    this.kind = kind;
    this.amount = amount;
    this.#links = links;
    for (const link of links) {
      link.addFault(this);
    }
  }

  heal(): void {
    for (const link of this.#links) {
      link.removeFault(this);
    }
  }
}
