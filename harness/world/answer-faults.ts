/**
 * The errors with which the server of one host answers requests that it does not carry out. The server asks for each
 * request. The system under test defines the names of APIs, errors and partitions.
 */
import type { FaultHandle } from './fault-handle.js';

export interface AnswerRule {
  readonly api: string;
  readonly error: string | number;
  /** The number of requests that get the error. */
  readonly count: number;
  /** Requests that do not name this partition are carried out; null: every request of the API gets the error. */
  readonly partition: string | null;
}

interface AnswerFault extends FaultHandle {
  affected: number;
  readonly rule: AnswerRule;
}

export class AnswerFaults {
  #faults: readonly AnswerFault[] = [];

  /** True when a rule stands. Hot paths check it first. */
  get some(): boolean {
    return this.#faults.length > 0;
  }

  fail(rule: AnswerRule): FaultHandle {
    const fault: AnswerFault = {
      affected: 0,
      rule,
      heal: () => {
        this.#faults = this.#faults.filter((other) => other !== fault);
      },
    };
    this.#faults = [...this.#faults, fault];
    return fault;
  }

  /**
   * The first rule that applies to a request; null: the request is carried out. Uses up one of the errors of the rule.
   *
   * @param names true when the request names the partition.
   */
  take(api: string, names: (partition: string) => boolean): AnswerRule | null {
    for (const fault of this.#faults) {
      const { rule } = fault;
      if (rule.api !== api || fault.affected >= rule.count) continue;
      if (rule.partition !== null && !names(rule.partition)) continue;
      fault.affected++;
      return rule;
    }
    return null;
  }
}
