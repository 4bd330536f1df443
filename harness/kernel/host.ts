/**
 * A simulated machine and the one process on it, as the kernel sees them.
 *
 *   down ──start──▶ up ──pause──▶ paused ──resume──▶ up
 *   up, paused ──crash, exit, powerLoss──▶ down;  down ──powerLoss──▶ down (a machine whose process is dead loses power)
 *
 * Each start and each end begins a new generation. An event of an earlier generation is dropped when it comes due. Time goes
 * on while a host is paused: events that come due are deferred, and run in their order at the instant of `resume`, before
 * all other events due at that instant. A verb returns false when the host's state does not allow it.
 */
import type { KernelEvent } from './kernel-event.js';

export type HostState = 'up' | 'down' | 'paused';

export type HostChange =
  | { readonly kind: 'started' }
  /** The process died; the machine and its page cache live. */
  | { readonly kind: 'crashed'; readonly reason: string }
  /** The process exited by itself. */
  | { readonly kind: 'exited' }
  | { readonly kind: 'power-lost' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' };

export const DOWN = 0;
export const UP = 1;
export const PAUSED = 2;

/** The part of the simulation that a host uses. */
export interface HostKeeper {
  /** Puts deferred events back into the queue: they fire now, in order, before all other events. */
  requeue(events: readonly KernelEvent[]): void;
  /** The events will never fire. */
  discard(events: readonly KernelEvent[]): void;
}

export class Host {
  readonly name: string;
  /** Hosts are numbered from 1 in the order in which they were added; 0 is the world itself. */
  readonly index: number;
  /** DOWN, UP or PAUSED, as a number for the event loop. Other code reads `state`. */
  phase = DOWN;
  generation = 0;
  /** False from a power loss to the next start: the machine answers no packet. */
  powered = true;
  /** Called after each event of the host; null: nothing follows an event. */
  afterEvent: (() => void) | null = null;
  /** The events that came due while the host was paused. */
  deferred: KernelEvent[] = [];
  readonly #keeper: HostKeeper;
  readonly #listeners: ((change: HostChange) => void)[] = [];

  constructor(name: string, index: number, keeper: HostKeeper) {
    this.name = name;
    this.index = index;
    this.#keeper = keeper;
  }

  get state(): HostState {
    return this.phase === UP ? 'up' : this.phase === PAUSED ? 'paused' : 'down';
  }

  /** Listeners are called synchronously at each change, in the order in which they were added. */
  onStateChange(listener: (change: HostChange) => void): void {
    this.#listeners.push(listener);
  }

  start(): boolean {
    if (this.phase !== DOWN) {
      return false;
    }
    this.phase = UP;
    this.powered = true;
    this.generation++;
    this.#tell({ kind: 'started' });
    return true;
  }

  crash(reason: string): boolean {
    return this.phase !== DOWN && this.#end({ kind: 'crashed', reason });
  }

  exit(): boolean {
    return this.phase !== DOWN && this.#end({ kind: 'exited' });
  }

  powerLoss(): boolean {
    if (!this.powered) {
      return false;
    }
    this.powered = false;
    return this.#end({ kind: 'power-lost' });
  }

  pause(): boolean {
    if (this.phase !== UP) {
      return false;
    }
    this.phase = PAUSED;
    this.#tell({ kind: 'paused' });
    return true;
  }

  resume(): boolean {
    if (this.phase !== PAUSED) {
      return false;
    }
    this.phase = UP;
    const deferred = this.deferred;
    this.deferred = [];
    this.#keeper.requeue(deferred);
    this.#tell({ kind: 'resumed' });
    return true;
  }

  #end(change: HostChange): boolean {
    this.phase = DOWN;
    this.generation++;
    const deferred = this.deferred;
    this.deferred = [];
    this.#keeper.discard(deferred);
    this.#tell(change);
    return true;
  }

  #tell(change: HostChange): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }
}
