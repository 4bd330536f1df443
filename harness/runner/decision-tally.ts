/** The counted answers to a system's decisions, summed over many runs, and the gaps in them. */
import type { DecisionCounts } from './run-data.js';

export class DecisionTally {
  readonly #counts = new Map<string, Map<string, number>>();

  add(decisions: DecisionCounts): void {
    for (const [decision, answers] of Object.entries(decisions)) {
      const sum = this.#counts.get(decision) ?? new Map<string, number>();
      this.#counts.set(decision, sum);
      for (const [answer, count] of Object.entries(answers)) sum.set(answer, (sum.get(answer) ?? 0) + count);
    }
  }

  /** Null when no counts were added. Decisions and answers are in the order of their names. */
  counts(): DecisionCounts | null {
    if (this.#counts.size === 0) return null;
    return Object.fromEntries(
      byName([...this.#counts]).map(([decision, answers]) => [
        decision,
        Object.fromEntries(byName([...answers])),
      ]),
    );
  }
}

export interface DecisionGaps {
  readonly neverAsked: readonly string[];
  /** The decisions that were asked for and always had the same answer. */
  readonly alwaysAlike: readonly {
    readonly decision: string;
    readonly answer: string;
    readonly asked: number;
  }[];
}

/** The decisions that were never asked for or always had the same answer. They were not tested: a wrong rule would pass. */
export function decisionGaps(decisions: DecisionCounts): DecisionGaps {
  const neverAsked: string[] = [];
  const alwaysAlike: { decision: string; answer: string; asked: number }[] = [];
  for (const [decision, answers] of Object.entries(decisions)) {
    const [first, ...others] = Object.entries(answers);
    if (first === undefined) neverAsked.push(decision);
    else if (others.length === 0) alwaysAlike.push({ decision, answer: first[0], asked: first[1] });
  }
  return { neverAsked, alwaysAlike };
}

function byName<V>(pairs: [string, V][]): [string, V][] {
  return pairs.sort(([left], [right]) => (left < right ? -1 : 1));
}
