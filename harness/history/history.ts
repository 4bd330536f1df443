/**
 * The history of one run in memory: one object per operation and nothing else, so that recording costs only the append.
 * Times are in the unit of the caller (virtual microseconds in Seismolog's runs).
 *
 * A process is sequential: it completes an operation before it invokes the next. The caller ensures this. An operation that
 * never completes has no completion in the history.
 */

import type { CompletionType, HistoryHeader, Operation, RebalanceEvent } from './operation.js';

export class History {
  readonly #operations: Operation[] = [];

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  invoke(time: number, process: number | string, f: string, value: unknown): Operation {
    const operation: Operation = { index: this.#operations.length, time, process, type: 'invoke', f, value };
    this.#operations.push(operation);
    return operation;
  }

  complete(
    invocation: Operation,
    time: number,
    type: CompletionType,
    value: unknown,
    error?: string,
    rebalanceLog?: readonly RebalanceEvent[],
  ): Operation {
    const index = this.#operations.length;
    const { process, f } = invocation;
    let operation: Operation =
      error === undefined
        ? { index, time, process, type, f, value }
        : { index, time, process, type, f, value, error };
    if (rebalanceLog !== undefined) operation = { ...operation, rebalanceLog };
    this.#operations.push(operation);
    return operation;
  }

  /** JSON Lines, ending in a newline; the header, if given, is the first line. */
  toJsonLines(header?: HistoryHeader): string {
    const lines = this.#operations.map((operation) => JSON.stringify(operation));
    if (header !== undefined) lines.unshift(JSON.stringify(header));
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }
}
