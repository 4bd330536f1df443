/** The names in a plan that only the system under test knows: targets, kinds of messages, actions of an operator. */
import type { AnswerFault, ClusterAction, Fault, FaultPlan } from './fault.js';
import { FAULT_FIELDS, type Field } from './fault-fields.js';
import { PlanError } from './plan.js';

/** Each method says why its argument can never name anything, or returns null. An absent method knows every name. */
export interface PlanNames {
  /** For example `no host "b9"; hosts are b1, b2, b3`. */
  rejectTarget?(target: string): string | null;
  /** For example `did you mean "Produce response"?`. */
  rejectMessageKind?(kind: string): string | null;
  /** Asked about an action in place of `rejectTarget`, because the action says what its target is. */
  rejectAction?(action: ClusterAction): ActionObjection | null;
  /** Asked about `api`, `error` and `partition`. */
  rejectAnswerError?(fault: AnswerFault): ActionObjection | null;
}

/** `place`: the field of the action or fault that is wrong (`name`, `target`, `args.count`). */
export interface ActionObjection {
  readonly place: string;
  readonly reason: string;
}

/** @throws PlanError for the first unknown name. */
export function rejectUnknownNames(names: PlanNames, plan: FaultPlan): void {
  for (const [index, fault] of plan.faults.entries()) rejectUnknownNamesOf(names, fault, `faults[${index}]`);
}

/** @throws PlanError */
export function rejectUnknownNamesOf(names: PlanNames, fault: Fault, path: string): void {
  if (fault.kind === 'action' && names.rejectAction !== undefined) {
    const objection = names.rejectAction(fault);
    if (objection !== null) throw new PlanError(`${path}.${objection.place}`, objection.reason);
    return;
  }
  if (fault.kind === 'answer-error') {
    const objection = names.rejectAnswerError?.(fault) ?? null;
    if (objection !== null) throw new PlanError(`${path}.${objection.place}`, objection.reason);
  }
  const values = new Map<string, unknown>(Object.entries(fault));
  for (const field of FAULT_FIELDS[fault.kind]) {
    const value = values.get(field.name);
    if (typeof value !== 'string') continue;
    const reason = objectionTo(names, field, value);
    if (reason !== null) throw new PlanError(`${path}.${field.name}`, reason);
  }
}

function objectionTo(names: PlanNames, field: Field, value: string): string | null {
  if (field.type === 'target') return names.rejectTarget?.(value) ?? null;
  if (field.name === 'messageKind') return names.rejectMessageKind?.(value) ?? null;
  return null;
}
