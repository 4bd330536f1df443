import type { Operation } from '../../history/operation.js';

/** An operation whose value is in no shape of the workload: which one (position in what was checked) and why. */
export class MalformedOperation extends Error {
  readonly position: number;
  readonly operation: Operation;
  readonly problem: string;

  constructor(position: number, operation: Operation, problem: string) {
    super(`operation ${position} (${operation.type} ${operation.f}): ${problem}`);
    this.name = 'MalformedOperation';
    this.position = position;
    this.operation = operation;
    this.problem = problem;
  }
}
