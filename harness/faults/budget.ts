/**
 * The fault budget. Within the budget a correct system must be safe and live; beyond the budget a loss proves nothing. The
 * budget is data: limits on the number of faults of some kinds that stand at once, each with its reason. The same limits trim
 * drawn plans and judge plans that a person wrote.
 *
 * A fault stands from its instant until `recoveryMicros` after its healing. A replica that has just restarted has not caught
 * up yet: losing another replica at that time is losing two at once.
 *
 * Not covered: targets are resolved when faults fire, so two faults on the same host count as two. The budget is therefore
 * stricter than necessary.
 */
import type { Fault, FaultKind, FaultPlan } from './fault.js';

export interface BudgetLimit {
  readonly kinds: readonly FaultKind[];
  /** The largest number of faults of these kinds that may stand at the same time. */
  readonly atOnce: number;
  readonly recoveryMicros: number;
  /** The largest number of faults of these kinds in one run; null: no limit. */
  readonly total: number | null;
  /** The reason of the limit; completes a sentence that ends with "because". */
  readonly because: string;
}

export interface FaultBudget {
  readonly name: string;
  readonly limits: readonly BudgetLimit[];
}

export interface BudgetViolation {
  /** The index in `plan.faults` of the fault beyond the limit. */
  readonly index: number;
  readonly limit: BudgetLimit;
  readonly words: string;
}

/** Kinds that make a host unavailable while they stand. */
const UNAVAILABLE_KINDS: readonly FaultKind[] = [
  'crash',
  'power-loss',
  'pause',
  'clean-restart',
  'wipe-disk',
  'isolate',
  'disk-hang',
  'disk-full',
  'disk-error',
];

/** Kinds that may take acknowledged data from one replica. */
const DATA_LOSING_KINDS: readonly FaultKind[] = ['power-loss', 'wipe-disk', 'lying-sync', 'bit-rot'];

/**
 * One host at a time may be unavailable, and at most one replica of three may lose stored data. A server that answers errors
 * (`answer-error`) stays a replica and loses nothing, so those faults are within the budget in any number.
 */
export function oneHostAtATime(options: { readonly recoveryMicros: number }): FaultBudget {
  return {
    name: 'one host at a time',
    limits: [
      {
        kinds: UNAVAILABLE_KINDS,
        atOnce: 1,
        recoveryMicros: options.recoveryMicros,
        total: null,
        because:
          'with one of three replicas away two are left, which is what min.insync.replicas=2 needs to go on',
      },
      {
        kinds: DATA_LOSING_KINDS,
        atOnce: 1,
        recoveryMicros: 2 * options.recoveryMicros,
        total: null,
        because: 'what one replica lost it must be able to fetch again before the next replica loses its own',
      },
    ],
  };
}

/** No limits: for scenarios that judge the remaining guarantees, and for settings that guarantee nothing. */
export const UNLIMITED_BUDGET: FaultBudget = { name: 'unlimited', limits: [] };

/** Every fault beyond the budget, in the order of the plan's faults. */
export function budgetViolations(plan: FaultPlan, budget: FaultBudget): readonly BudgetViolation[] {
  return judgeFaults(plan.faults, budget).violations;
}

/** The plan without the faults beyond the budget. Earlier faults take precedence, so the result is a function of the input. */
export function trimToBudget(plan: FaultPlan, budget: FaultBudget): FaultPlan {
  return { version: 1, faults: judgeFaults(plan.faults, budget).kept };
}

export function durationOf(fault: Fault): number {
  return 'durationMicros' in fault ? fault.durationMicros : 0;
}

function judgeFaults(
  faults: readonly Fault[],
  budget: FaultBudget,
): { kept: readonly Fault[]; violations: readonly BudgetViolation[] } {
  const inTime = faults.map((fault, index) => ({ fault, index }));
  inTime.sort((a, b) => a.fault.atMicros - b.fault.atMicros || a.index - b.index);
  const kept: { fault: Fault; index: number }[] = [];
  const violations: BudgetViolation[] = [];
  for (const entry of inTime) {
    const broken = budget.limits.find((limit) => exceeds(limit, entry.fault, kept));
    if (broken === undefined) kept.push(entry);
    else violations.push({ index: entry.index, limit: broken, words: describeViolation(entry, broken) });
  }
  kept.sort((a, b) => a.index - b.index);
  violations.sort((a, b) => a.index - b.index);
  return { kept: kept.map((entry) => entry.fault), violations };
}

/** The faults in `kept` begin no later than `fault`: a fault overlaps it exactly when it stands at the begin of `fault`. */
function exceeds(limit: BudgetLimit, fault: Fault, kept: readonly { readonly fault: Fault }[]): boolean {
  if (!limit.kinds.includes(fault.kind)) return false;
  let standing = 0;
  let total = 0;
  for (const earlier of kept) {
    if (!limit.kinds.includes(earlier.fault.kind)) continue;
    total++;
    const standsUntil = earlier.fault.atMicros + durationOf(earlier.fault) + limit.recoveryMicros;
    if (standsUntil >= fault.atMicros) standing++;
  }
  return standing >= limit.atOnce || (limit.total !== null && total >= limit.total);
}

function describeViolation(
  entry: { readonly fault: Fault; readonly index: number },
  limit: BudgetLimit,
): string {
  const most =
    limit.total === null || limit.atOnce < limit.total
      ? `at most ${limit.atOnce} at once`
      : `at most ${limit.total} in a run`;
  return `faults[${entry.index}] (${entry.fault.kind} at ${entry.fault.atMicros} µs) is beyond the budget: of ${limit.kinds.join(', ')} ${most}, because ${limit.because}`;
}
