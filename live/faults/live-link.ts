/** One direction between two hosts of a live cluster, and the faults on it. Faults of one kind stack: the most severe counts. */
import type { FaultedLink, LinkFault } from '../../harness/world/link-fault.js';

export class LiveLink implements FaultedLink {
  #faults: readonly LinkFault[] = [];
  readonly #onChange: () => void;
  /** The time at which the last bytes under a limit have left. */
  #busyUntilMillis = 0;

  /** @param onChange called when a fault begins or ends. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Nothing passes: the link is cut, or holds packets back. */
  get isBlocked(): boolean {
    return this.#faults.some(({ kind }) => kind === 'cut' || kind === 'hold');
  }

  addFault(fault: LinkFault): void {
    this.#faults = [...this.#faults, fault];
    this.#onChange();
  }

  removeFault(fault: LinkFault): void {
    this.#faults = this.#faults.filter((other) => other !== fault);
    this.#onChange();
  }

  /** The delay of bytes that are sent now. Counts an effect of every fault of the link. */
  transitMillis(sizeBytes: number): number {
    if (this.#faults.length === 0) return 0;
    let extraMicros = 0;
    let bytesPerSecond = Number.POSITIVE_INFINITY;
    for (const fault of this.#faults) {
      fault.affected += 1;
      if (fault.kind === 'delay') extraMicros = Math.max(extraMicros, fault.amount);
      if (fault.kind === 'limit') bytesPerSecond = Math.min(bytesPerSecond, fault.amount);
    }
    const now = performance.now();
    const departsAt = Math.max(now, this.#busyUntilMillis) + (sizeBytes * 1_000) / bytesPerSecond;
    if (bytesPerSecond !== Number.POSITIVE_INFINITY) this.#busyUntilMillis = departsAt;
    return extraMicros / 1_000 + (departsAt - now);
  }
}
