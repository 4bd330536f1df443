/**
 * The lost packets of one direction of a connection. A packet is lost at a cut or at a machine without power. As in TCP, lost
 * packets are sent again after a doubling delay until they arrive or the connection times out.
 */
import type { KernelEvent } from '../kernel/kernel-event.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Link } from './link.js';
import type { NetworkTiming } from './network-timing.js';

export interface LostPacketsOptions {
  readonly simulation: Simulation;
  readonly timing: NetworkTiming;
  readonly out: Link;
  /** The machine that sends has power. */
  readonly isPowered: () => boolean;
  readonly resend: (event: KernelEvent) => void;
  readonly giveUp: () => void;
}

export class LostPackets {
  readonly #options: LostPacketsOptions;
  /** In order of loss. */
  #lost: KernelEvent[] = [];
  #lossStartMicros = 0;
  #lastRetransmissionMicros = 0;
  #attempts = 0;

  constructor(options: LostPacketsOptions) {
    this.#options = options;
  }

  add(event: KernelEvent): void {
    const { simulation, isPowered } = this.#options;
    const now = simulation.nowMicros;
    if (!isPowered()) {
      simulation.release(event);
      return;
    }
    this.#lost.push(event);
    if (this.#lost.length > 1) {
      return;
    }
    if (this.#attempts === 0 || now - this.#lastRetransmissionMicros > 2 * this.#delayMicros()) {
      this.#attempts = 0;
      this.#lossStartMicros = now;
    }
    this.#arm();
  }

  clear(): void {
    this.#lost = [];
  }

  #delayMicros(): number {
    const { retransmissionMicros, retransmissionMaxMicros } = this.#options.timing;
    return Math.min(retransmissionMaxMicros, retransmissionMicros * (1 << Math.min(this.#attempts, 20)));
  }

  #arm(): void {
    this.#options.simulation.schedule(this.#delayMicros(), () => this.#retransmit());
  }

  #retransmit(): void {
    const { simulation, timing, out, isPowered, resend, giveUp } = this.#options;
    if (this.#lost.length === 0 || !isPowered()) {
      this.#lost = [];
      return;
    }
    const now = simulation.nowMicros;
    if (now - this.#lossStartMicros >= timing.giveUpMicros) {
      giveUp();
      this.#lost = [];
      return;
    }
    this.#attempts++;
    if (out.isCut) {
      out.count('cut');
      this.#arm();
      return;
    }
    this.#lastRetransmissionMicros = now;
    for (const event of this.#lost.splice(0)) {
      resend(event);
    }
  }
}
