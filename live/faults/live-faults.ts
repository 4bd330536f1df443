/**
 * Faults on a live cluster: the plans, kinds and targets of the simulation, in real time. Each fault is accounted for:
 * configured, fired, mattered.
 */

import { messageKinds } from '../../broker/protocol/message-kinds.js';
import type { AnswerFault, Fault, FaultKind, FaultPlan } from '../../harness/faults/fault.js';
import type { FaultAccount } from '../../harness/faults/fault-account.js';
import { FAULT_FIELDS } from '../../harness/faults/fault-fields.js';
import { nearest } from '../../harness/faults/nearest.js';
import { type FaultPhase, type FaultState, Nemesis } from '../../harness/faults/nemesis.js';
import { PlanError, validateFault, validatePlan } from '../../harness/faults/plan.js';
import {
  type ActionObjection,
  type PlanNames,
  rejectUnknownNamesOf,
} from '../../harness/faults/plan-names.js';
import { rejectAnswerError } from '../../scenarios/cluster/answer-error-names.js';
import { ClusterTargets, type PartitionDirectory } from '../../scenarios/cluster/targets.js';
import { isTrogdor, planFromTrogdor } from '../../scenarios/cluster/trogdor-plan.js';
import type { FaultToInject, InjectedFault } from '../kafka-cluster.js';
import { OUTSIDE } from './live-network.js';
import type { LiveWorld } from './live-world.js';

/** Kinds that a process on a real machine cannot be subject to, and why. */
const IMPOSSIBLE: Partial<Readonly<Record<FaultKind, string>>> = {
  'power-loss': 'the page cache of this machine survives; use crash, or power-loss in the simulation',
  'lying-sync': 'it has an effect only at a power loss; use the simulation',
  action: 'use a client of Kafka, for example kafka-leader-election.sh',
};

export interface LiveFaultsOptions {
  readonly world: LiveWorld;
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  readonly partitions: PartitionDirectory;
  readonly onPhase: ((phase: FaultPhase) => void) | null;
}

function hasKind(given: unknown): given is FaultToInject {
  return typeof given === 'object' && given !== null && 'kind' in given;
}

export class LiveFaults implements PlanNames {
  readonly #nemesis: Nemesis;
  readonly #targets: ClusterTargets;
  readonly #partitions: PartitionDirectory;
  readonly #plan: FaultPlan | null;

  /** @throws PlanError when the plan is malformed or names what cannot exist in this cluster. */
  constructor(options: LiveFaultsOptions, plan: unknown) {
    const { world, brokers, controllers, partitions, onPhase } = options;
    const clients = [{ host: OUTSIDE, group: OUTSIDE }];
    this.#targets = new ClusterTargets({ brokers, controllers, clients }, partitions);
    this.#partitions = partitions;
    this.#plan = plan === null ? null : this.#checked(planOf(plan));
    this.#nemesis = new Nemesis({
      world,
      plan: this.#plan ?? { version: 1, faults: [] },
      resolveTarget: (target) => this.#targets.resolve(target),
      perform: () => false,
      onPhase,
    });
  }

  /** Starts the plan, whose times count from now. */
  start(): void {
    this.#nemesis.start();
  }

  /** @throws PlanError when the fault is malformed or names what cannot exist in this cluster. */
  inject(given: unknown, path = 'the fault'): InjectedFault {
    const fault = validateFault(withDefaults(given), path);
    this.#check(fault, path);
    const id = this.#nemesis.inject(fault);
    return {
      id,
      state: () => this.#stateOf(id),
      heal: () => this.#nemesis.heal(id),
    };
  }

  /** False: there is no such fault, or it does not stand. */
  heal(id: number): boolean {
    return this.#nemesis.heal(id);
  }

  /** Heals every fault; no further one of the plan begins. */
  stop(): void {
    this.#nemesis.stop();
    for (const { id } of this.#nemesis.states()) this.#nemesis.heal(id);
  }

  states(): readonly FaultState[] {
    return this.#nemesis.states();
  }

  account(): readonly FaultAccount[] {
    return this.#nemesis.account();
  }

  rejectTarget(target: string): string | null {
    return this.#targets.reject(target);
  }

  rejectAnswerError(fault: AnswerFault): ActionObjection | null {
    return rejectAnswerError(fault, this.#partitions.names());
  }

  rejectMessageKind(kind: string): string | null {
    if (messageKinds.includes(kind)) return null;
    const near = nearest(kind, messageKinds);
    return near === null ? `no message kind "${kind}"` : `did you mean "${near}"?`;
  }

  #stateOf(id: number): FaultState {
    const state = this.#nemesis.states()[id];
    if (state === undefined) throw new RangeError(`no fault ${id}`);
    return state;
  }

  #checked(plan: FaultPlan): FaultPlan {
    for (const [index, fault] of plan.faults.entries()) this.#check(fault, `faults[${index}]`);
    return plan;
  }

  #check(fault: Fault, path: string): void {
    const reason = IMPOSSIBLE[fault.kind];
    if (reason !== undefined) {
      throw new PlanError(`${path}.kind`, `${fault.kind} cannot be injected into a live cluster: ${reason}`);
    }
    const strikesHosts = FAULT_FIELDS[fault.kind].every(
      ({ name }) => name !== 'peer' && name !== 'messageKind',
    );
    if (strikesHosts && 'target' in fault && this.#targets.resolve(fault.target).includes(OUTSIDE)) {
      throw new PlanError(`${path}.target`, `${fault.kind} strikes nodes of the cluster, not its clients`);
    }
    rejectUnknownNamesOf(this, fault, path);
  }
}

/** @param document a fault plan, or specifications of Trogdor. */
function planOf(document: unknown): FaultPlan {
  return isTrogdor(document) ? planFromTrogdor(document) : validatePlan(document);
}

function withDefaults(given: unknown): unknown {
  if (!hasKind(given)) return given;
  const fields: readonly { name: string }[] | undefined = FAULT_FIELDS[given.kind];
  const lasts = fields?.some(({ name }) => name === 'durationMicros');
  return {
    ...(lasts === true ? { durationMicros: Number.MAX_SAFE_INTEGER } : {}),
    atMicros: 0,
    ...given,
  };
}
