/**
 * One direction between two hosts: its latency, its bandwidth, and the faults on it.
 *
 * Fault model: no packet passes (cut), packets wait (hold), take longer (delay) or queue for bandwidth (limit).
 * Not covered: loss of single packets, packets that overtake one another on one connection, latency that grows with load.
 *
 * Faults of one kind stack: the most severe counts (the longest delay, the lowest rate), and healing one leaves the others. A
 * cut takes precedence over a hold.
 */
import type { RandomStream } from '../env.js';
import { drawFrom, type IntegerDistribution } from '../kernel/distribution.js';
import type { KernelEvent } from '../kernel/kernel-event.js';
import type { FaultedLink, LinkFault, LinkFaultKind } from './link-fault.js';

/** Messages of one kind from one host wait before their receivers while this lasts. */
export interface KindHold {
  readonly kind: string;
  keep(event: KernelEvent): void;
}

export class Link implements FaultedLink {
  readonly from: string;
  readonly to: string;
  /** No fault and no limit: every packet passes after the plain latency. */
  clear = true;
  /** The latency when it is constant, else −1. */
  readonly constantLatencyMicros: number;
  /** The packets that arrived during a hold, in order. */
  readonly #held: KernelEvent[] = [];
  readonly #latency: IntegerDistribution;
  readonly #random: RandomStream;
  readonly #baseBytesPerSecond: number | null;
  readonly #makeSegmentation: () => RandomStream;
  #segmentation: RandomStream | null = null;
  readonly #releaseHeld: (events: readonly KernelEvent[]) => void;
  #faults: readonly LinkFault[] = [];
  #kindHolds: readonly KindHold[] = [];
  #extraMicros = 0;
  #bytesPerSecond: number | null;
  /** The time at which the last packet under a limit has left. */
  #busyUntilMicros = 0;
  isCut = false;
  isHeld = false;

  constructor(options: {
    readonly from: string;
    readonly to: string;
    readonly latency: IntegerDistribution;
    readonly bytesPerSecond: number | null;
    readonly random: RandomStream;
    /** Where streams of bytes are cut. */
    readonly segmentation: () => RandomStream;
    readonly releaseHeld: (events: readonly KernelEvent[]) => void;
  }) {
    this.from = options.from;
    this.to = options.to;
    this.#latency = options.latency;
    this.constantLatencyMicros = options.latency.kind === 'constant' ? options.latency.value : -1;
    this.#baseBytesPerSecond = options.bytesPerSecond;
    this.#bytesPerSecond = options.bytesPerSecond;
    this.#random = options.random;
    this.#makeSegmentation = options.segmentation;
    this.#releaseHeld = options.releaseHeld;
    this.#refresh();
  }

  /** Latency alone, for a clear link. */
  drawLatency(): number {
    return this.constantLatencyMicros >= 0
      ? this.constantLatencyMicros
      : drawFrom(this.#latency, this.#random);
  }

  /** The random stream for the places at which bytes on this link are cut. */
  segmentation(): RandomStream {
    this.#segmentation ??= this.#makeSegmentation();
    return this.#segmentation;
  }

  /** Latency of a packet of `sizeBytes` sent now, with delays and bandwidth. */
  transitMicros(sizeBytes: number, nowMicros: number): number {
    let transit = this.drawLatency();
    if (this.#extraMicros > 0) {
      transit += this.#extraMicros;
      this.count('delay');
    }
    if (this.#bytesPerSecond !== null) {
      const departs =
        Math.max(nowMicros, this.#busyUntilMicros) +
        Math.ceil((sizeBytes * 1_000_000) / this.#bytesPerSecond);
      this.#busyUntilMicros = departs;
      transit += departs - nowMicros;
      this.count('limit');
    }
    return transit;
  }

  /** Counts an effect of every fault of this kind. */
  count(kind: LinkFaultKind): void {
    for (const fault of this.#faults) {
      if (fault.kind === kind) {
        fault.affected++;
      }
    }
  }

  keepHeld(event: KernelEvent): void {
    this.count('hold');
    this.#held.push(event);
  }

  /** True when a hold on its kind keeps the packet. Packets without a message (open, close, reset) have no kind. */
  keepKind(event: KernelEvent): boolean {
    for (const hold of this.#kindHolds) {
      if (event.position >= 0 && hold.kind === event.label) {
        hold.keep(event);
        return true;
      }
    }
    return false;
  }

  setKindHolds(holds: readonly KindHold[]): void {
    this.#kindHolds = holds;
    this.#refresh();
  }

  addFault(fault: LinkFault): void {
    this.#faults = [...this.#faults, fault];
    this.#refresh();
  }

  removeFault(fault: LinkFault): void {
    this.#faults = this.#faults.filter((other) => other !== fault);
    this.#refresh();
    if (!this.isHeld && this.#held.length > 0) {
      this.#releaseHeld(this.#held.splice(0));
    }
  }

  #refresh(): void {
    this.isCut = false;
    this.isHeld = false;
    this.#extraMicros = 0;
    this.#bytesPerSecond = this.#baseBytesPerSecond;
    for (const fault of this.#faults) {
      switch (fault.kind) {
        case 'cut':
          this.isCut = true;
          break;
        case 'hold':
          this.isHeld = true;
          break;
        case 'delay':
          this.#extraMicros = Math.max(this.#extraMicros, fault.amount);
          break;
        case 'limit':
          this.#bytesPerSecond = Math.min(this.#bytesPerSecond ?? fault.amount, fault.amount);
          break;
        default:
          fault.kind satisfies never;
      }
    }
    this.clear = this.#faults.length === 0 && this.#kindHolds.length === 0 && this.#bytesPerSecond === null;
  }
}
