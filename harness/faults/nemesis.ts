/**
 * The nemesis carries out a fault plan. At each fault's instant it resolves the targets and applies the fault; after the
 * fault's duration it heals the fault. At the end of the safety phase it heals all faults that still stand, and starts or
 * resumes every host, including hosts that stopped by themselves.
 *
 * The nemesis counts each fault as *configured* (it is in the plan), *fired* (its targets existed and the fault was possible
 * there) and *mattered* (a host died, packets were dropped or delayed, operations failed).
 *
 * When two faults take the same host down, only the first fires, and the host comes up when the first is healed.
 */
import type { TimerHandle } from '../env.js';
import type { AppliedFault, FaultScope } from './applied-fault.js';
import { applyFault } from './apply-fault.js';
import type { FaultSource } from './arbitrary.js';
import { durationOf } from './budget.js';
import type { Fault, FaultPlan } from './fault.js';
import type { FaultAccount, SourceAccount } from './fault-account.js';
import type { FaultyWorld } from './faulty-world.js';
import { HostOwnership } from './host-ownership.js';

export interface NemesisOptions {
  readonly world: FaultyWorld;
  readonly plan: FaultPlan;
  readonly resolveTarget: FaultScope['resolveTarget'];
  readonly perform: FaultScope['perform'];
  /** Called when a fault begins and when it is healed; null: no observer. */
  readonly onPhase: ((phase: FaultPhase) => void) | null;
}

export interface FaultPhase {
  readonly timeMicros: number;
  /** The index of the fault in the plan. */
  readonly id: number;
  readonly fault: Fault;
  readonly phase: 'start' | 'end';
  /** The hosts that the target resolved to. */
  readonly targets: readonly string[];
}

/** One fault and what has become of it. */
export interface FaultState {
  readonly id: number;
  readonly fault: Fault;
  readonly fired: boolean;
  /** The number of effects so far. */
  readonly affected: number;
  readonly healed: boolean;
  /** The hosts that the target resolved to. */
  readonly targets: readonly string[];
}

interface FaultCounts {
  configured: number;
  fired: number;
  mattered: number;
}

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  applied: AppliedFault | null;
  healed: boolean;
}

export class Nemesis {
  readonly #world: FaultyWorld;
  readonly #onPhase: ((phase: FaultPhase) => void) | null;
  readonly #scope: FaultScope;
  readonly #entries: Entry[];
  readonly #timers: TimerHandle[] = [];

  constructor(options: NemesisOptions) {
    this.#world = options.world;
    this.#onPhase = options.onPhase;
    this.#scope = {
      world: options.world,
      resolveTarget: options.resolveTarget,
      perform: options.perform,
      ownership: new HostOwnership(),
    };
    this.#entries = options.plan.faults.map((fault, id) => ({ id, fault, applied: null, healed: false }));
  }

  /** Schedules every fault; called once, at time 0. */
  start(): void {
    for (const entry of this.#entries) this.#schedule(entry);
  }

  /**
   * Adds a fault that is not in the plan; its `atMicros` counts from now, and a fault at 0 begins inside this call.
   *
   * @returns the id of the fault.
   */
  inject(fault: Fault): number {
    const entry: Entry = { id: this.#entries.length, fault, applied: null, healed: false };
    this.#entries.push(entry);
    if (fault.atMicros === 0) this.#fire(entry);
    else this.#schedule(entry);
    return entry.id;
  }

  /** Ends a fault before its time. False: there is no such fault, or it does not stand. */
  heal(id: number): boolean {
    const entry = this.#entries[id];
    if (entry === undefined || entry.applied === null || entry.healed) return false;
    this.#heal(entry);
    return true;
  }

  /** The faults of the plan and those that were injected, in order. */
  states(): readonly FaultState[] {
    return this.#entries.map(({ id, fault, applied, healed }) => ({
      id,
      fault,
      fired: applied !== null,
      affected: applied?.affected() ?? 0,
      healed,
      targets: applied?.targets ?? [],
    }));
  }

  /** No further fault begins or ends by itself. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  /**
   * Ends the safety phase: faults that have not fired never will, standing faults are healed, every host runs again. A clock that
   * stepped is set right, as NTP does sooner or later: until then a server may refuse what clients date by theirs.
   */
  healAll(): void {
    this.stop();
    for (const entry of this.#entries) this.#heal(entry);
    for (const host of this.#world.hosts) {
      if (host.state === 'paused') host.resume();
      if (host.state === 'down') host.start();
    }
  }

  /** One account per kind, in the order in which the kinds first appear in the plan. */
  account(): readonly FaultAccount[] {
    return [...this.#count(accountName)].map(([kind, counts]) => ({ kind, ...counts }));
  }

  /** One account per source, in the same order. A fault that no source can draw counts under its kind. */
  accountOfSources(sources: readonly FaultSource[]): readonly SourceAccount[] {
    const nameOf = (fault: Fault): string =>
      sources.find((source) => source.draws(fault))?.name ?? accountName(fault);
    return [...this.#count(nameOf)].map(([source, counts]) => ({ source, ...counts }));
  }

  #count(nameOf: (fault: Fault) => string): ReadonlyMap<string, FaultCounts> {
    const accounts = new Map<string, FaultCounts>();
    for (const { fault, applied } of this.#entries) {
      const name = nameOf(fault);
      let counts = accounts.get(name);
      if (counts === undefined) {
        counts = { configured: 0, fired: 0, mattered: 0 };
        accounts.set(name, counts);
      }
      counts.configured++;
      if (applied === null) continue;
      counts.fired++;
      if (applied.affected() > 0) counts.mattered++;
    }
    return accounts;
  }

  #schedule(entry: Entry): void {
    this.#timers.push(this.#world.schedule(entry.fault.atMicros, () => this.#fire(entry)));
  }

  #fire(entry: Entry): void {
    const applied = applyFault(entry.fault, entry.id, this.#scope);
    if (applied === null) return;
    entry.applied = applied;
    this.#tell(entry, 'start');
    const durationMicros = durationOf(entry.fault);
    if (durationMicros > 0) {
      this.#timers.push(this.#world.schedule(durationMicros, () => this.#heal(entry)));
    } else if ('durationMicros' in entry.fault) {
      this.#heal(entry);
    } else if (entry.fault.kind !== 'clock-step') {
      entry.healed = true;
    }
  }

  #heal(entry: Entry): void {
    if (entry.applied === null || entry.healed) return;
    entry.healed = true;
    entry.applied.heal();
    this.#tell(entry, 'end');
  }

  #tell(entry: Entry, phase: 'start' | 'end'): void {
    this.#onPhase?.({
      timeMicros: this.#world.nowMicros,
      id: entry.id,
      fault: entry.fault,
      phase,
      targets: entry.applied?.targets ?? [],
    });
  }
}

/** The name under which a fault is counted: its kind; for an operator's action also its name (`action:preferred-election`). */
function accountName(fault: Fault): string {
  return fault.kind === 'action' ? `action:${fault.name}` : fault.kind;
}
