import { describe, expect, it } from 'vitest';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import type { ClusterAction } from '../../harness/faults/fault.js';
import { PlanError } from '../../harness/faults/plan.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { scenario } from '../experiment/scenario.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { cluster } from './cluster-spec.js';

const oneBroker = scenario('one-broker', {
  promise: 'the operator is heard',
  cluster: cluster({ brokers: 1, topics: { orders: { partitions: 1 } } }),
  workload: produceAndConsume({ recordsPerSecond: 20 }),
  faults: [],
  budget: UNLIMITED_BUDGET,
  durationSeconds: 6,
});

const election = {
  kind: 'action',
  atMicros: 1_000_000,
  name: 'preferred-election',
  target: 'orders-0',
} as const;
const growth = {
  kind: 'action',
  atMicros: 3_000_000,
  name: 'create-partitions',
  target: 'orders',
  args: { count: 3 },
} as const;

function objectionTo(action: ClusterAction): string {
  try {
    executeRun(oneBroker, { seed: '1', plan: { version: 1, faults: [action] } });
  } catch (error) {
    if (error instanceof PlanError) return error.message;
    throw error;
  }
  return 'none';
}

describe("an operator's action", () => {
  it.each([{}, { wire: 'bytes' }] as const)('is carried out with its arguments: %j', (wire) => {
    const { marks, verdict, faults } = executeRun(oneBroker, {
      seed: '1',
      plan: { version: 1, faults: [growth] },
      limits: { durationMicros: 6_000_000, operationsMax: null, without: [], ...wire },
    });
    expect(faults).toMatchObject([{ kind: 'action:create-partitions', fired: 1 }]);
    expect(marks).toMatchObject({ 'create-partitions': 1 });
    expect(verdict).toBe('valid');
  });

  it('is refused before the run when its name, its target or an argument is impossible', () => {
    expect(objectionTo(election)).toBe('none');
    expect(objectionTo({ ...election, name: 'preferd-election' })).toBe(
      'faults[0].name: no action "preferd-election"; did you mean "preferred-election"?',
    );
    expect(objectionTo({ ...election, target: 'leader of orders-0' })).toBe(
      'faults[0].target: no partition "leader of orders-0"; partitions are orders-0',
    );
    expect(objectionTo({ ...growth, target: 'orders-0' })).toBe(
      'faults[0].target: no topic "orders-0"; topics are orders',
    );
    expect(objectionTo({ ...election, args: { count: 3 } })).toBe(
      'faults[0].args.count: no argument "count"; preferred-election has none',
    );
    expect(objectionTo({ ...growth, args: { cuont: 3 } })).toBe(
      'faults[0].args.cuont: no argument "cuont"; did you mean "count"?',
    );
    expect(objectionTo({ ...growth, args: {} })).toBe(
      'faults[0].args.count: is missing; create-partitions needs it',
    );
    expect(objectionTo({ ...growth, args: { count: '3' } })).toBe(
      'faults[0].args.count: must be an integer from 1 to 2147483647, not "3"',
    );
  });
});
