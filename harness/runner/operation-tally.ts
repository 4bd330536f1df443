/** How the operations of a run or a campaign completed, by type and by error name. */
import type { CompletionType } from '../history/operation.js';
import type { OperationCount } from './run-data.js';

export class OperationTally {
  #ok = 0;
  #fail = 0;
  #info = 0;
  /** Null until an operation fails. */
  #failedBy: Map<string, number> | null = null;
  #unknownBy: Map<string, number> | null = null;

  /** An operation completed; `error`: the name of what it failed with, or of why its outcome is unknown. */
  add(outcome: CompletionType, error?: string): void {
    if (outcome === 'ok') {
      this.#ok++;
      return;
    }
    if (outcome === 'fail') {
      this.#fail++;
      this.#failedBy ??= new Map();
      addTo(this.#failedBy, error ?? NO_ERROR, 1);
      return;
    }
    this.#info++;
    this.#unknownBy ??= new Map();
    addTo(this.#unknownBy, error ?? NO_ERROR, 1);
  }

  addCount({ ok, fail, info, failedBy, unknownBy }: OperationCount): void {
    this.#ok += ok;
    this.#fail += fail;
    this.#info += info;
    this.#failedBy = merged(this.#failedBy, failedBy);
    this.#unknownBy = merged(this.#unknownBy, unknownBy);
  }

  get isEmpty(): boolean {
    return this.#ok + this.#fail + this.#info === 0;
  }

  count(): OperationCount {
    return {
      ok: this.#ok,
      fail: this.#fail,
      info: this.#info,
      ...(this.#failedBy === null ? {} : { failedBy: mostFirst(this.#failedBy) }),
      ...(this.#unknownBy === null ? {} : { unknownBy: mostFirst(this.#unknownBy) }),
    };
  }
}

const NO_ERROR = 'no error was given';

function addTo(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function merged(
  counts: Map<string, number> | null,
  more: Readonly<Record<string, number>> | undefined,
): Map<string, number> | null {
  if (more === undefined) return counts;
  const sum = counts ?? new Map<string, number>();
  for (const [name, count] of Object.entries(more)) addTo(sum, name, count);
  return sum;
}

/** The most frequent error first; of two equally frequent ones the first by name. */
function mostFirst(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1)));
}
