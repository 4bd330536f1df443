/** A builder for small hand-written histories, one operation per line. The time of an operation is its index. */

import { History } from '../../../history/history.js';
import type { CompletionType, Key, Operation, RebalanceEvent, Value } from '../../../history/operation.js';
import { type CheckOptions, checkHistory, type QueueAnalysis } from '../check.js';
import type { Evidence } from '../finding.js';

/** Key, value, and the offset where it is known. */
export type Sent = readonly [Key, Value, number?];
export type Polled = Readonly<Record<string, readonly (readonly [number | null, Value])[]>>;

export class Story {
  readonly history = new History();

  get operations(): readonly Operation[] {
    return this.history.operations;
  }

  invoke(process: number, f: string, value: unknown): Operation {
    return this.history.invoke(this.operations.length, process, f, value);
  }

  complete(
    invocation: Operation,
    type: CompletionType,
    value: unknown,
    log?: readonly RebalanceEvent[],
  ): Operation {
    return this.history.complete(invocation, this.operations.length, type, value, undefined, log);
  }

  sends(process: number, ...sent: readonly Sent[]): Operation {
    return this.sendsAs('ok', process, ...sent);
  }

  sendsAs(type: CompletionType, process: number, ...sent: readonly Sent[]): Operation {
    const asked = sent.map(([key, value]) => ['send', key, value]);
    return this.complete(this.invoke(process, 'send', asked), type, sent.map(sendOf));
  }

  /** One poll per answer. */
  polls(process: number, ...answers: readonly Polled[]): Operation {
    return this.pollsAs('ok', process, ...answers);
  }

  pollsAs(type: CompletionType, process: number, ...answers: readonly Polled[]): Operation {
    const invocation = this.invoke(
      process,
      'poll',
      answers.map(() => ['poll']),
    );
    return this.complete(
      invocation,
      type,
      answers.map((answer) => ['poll', answer]),
    );
  }

  assigns(process: number, keys: readonly Key[], f: 'assign' | 'subscribe' = 'assign'): Operation {
    return this.complete(this.invoke(process, f, keys), 'ok', keys);
  }

  check(options?: CheckOptions): QueueAnalysis {
    return checkHistory(this.operations, options);
  }

  /** The witnesses of one anomaly; [] when it was not found. */
  witnesses(name: string, options?: CheckOptions): readonly Evidence[] {
    return this.check(options).anomalies.find((anomaly) => anomaly.name === name)?.witnesses ?? [];
  }

  /** Names and counts of all anomalies found. */
  counts(options?: CheckOptions): Readonly<Record<string, number>> {
    return Object.fromEntries(this.check(options).anomalies.map(({ name, count }) => [name, count]));
  }
}

function sendOf([key, value, offset]: Sent): readonly unknown[] {
  return ['send', key, [offset ?? null, value]];
}
