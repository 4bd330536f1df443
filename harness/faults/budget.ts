/**
 * The fault budget: within it a correct system must be safe and live; beyond it a loss proves nothing. It is data:
 * limits on how many faults of some kinds may stand at once, each with its reason. The same limits trim plans when
 * they are drawn and judge plans that a person wrote.
 *
 * A fault stands from its instant until `recoveryMicros` after its healing: a replica that is up again has not yet
 * caught up, and losing the next one meanwhile is losing two at once.
 *
 * Not covered: a plan names targets that are resolved when they fire, so two faults that fall on the same host count
 * as two. The budget errs on the careful side.
 */
import type { Fault, FaultKind, FaultPlan } from './fault.js';

export interface BudgetLimit {
  readonly kinds: readonly FaultKind[];
  /** At most so many of these kinds stand at the same time. */
  readonly atOnce: number;
  readonly recoveryMicros: number;
  /** At most so many in one run; null: no limit. */
  readonly total: number | null;
  /** Completes "… because". */
  readonly because: string;
}

export interface FaultBudget {
  readonly name: string;
  readonly limits: readonly BudgetLimit[];
}

export interface BudgetViolation {
  /** Index into `plan.faults` of the fault that is one too many. */
  readonly index: number;
  readonly limit: BudgetLimit;
  readonly words: string;
}

/** Kinds that take a host away while they stand. */
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

/** One host at a time may be away, and at most one replica of three may lose what it stored. */
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

/** Anything goes: for scenarios that judge what still holds, and for settings that promise nothing. */
export const UNLIMITED_BUDGET: FaultBudget = { name: 'unlimited', limits: [] };

/** Every fault that is one too many, in the order of the plan's faults. */
export function budgetViolations(plan: FaultPlan, budget: FaultBudget): readonly BudgetViolation[] {
  return judgeFaults(plan.faults, budget).violations;
}

/** The plan without the faults that are one too many; earlier faults win, so the result is a function of the input. */
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

/** `kept` begin no later than `fault`, so those that stand when it begins are those that overlap it. */
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
