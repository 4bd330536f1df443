import type { Operation } from '../../history/operation.js';

/** The error of an operation whose value has no form of the workload: its position in the history and the reason. */
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
