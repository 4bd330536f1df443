/**
 * The witnesses of an anomaly that are shown. The list counts all occurrences and keeps those with the smallest (or largest)
 * scores, in ascending order. Among equal scores it keeps the earliest (smallest) or the latest (largest), as if a stably
 * sorted list were cut. Evidence is built only for kept witnesses.
 */

import { type Evidence, type Finding, findingsOf } from './finding.js';

interface Entry {
  readonly score: number;
  readonly evidence: () => Evidence;
}

export class Shortlist {
  readonly #name: string;
  readonly #size: number;
  readonly #keep: 'smallest' | 'largest';
  readonly #entries: Entry[] = [];
  #count = 0;

  /** An infinite size keeps everything. */
  constructor(name: string, size: number, keep: 'smallest' | 'largest') {
    this.#name = name;
    this.#size = size;
    this.#keep = keep;
  }

  /** Counts an occurrence. True: the caller must pass its evidence to `add`. */
  counts(score: number): boolean {
    this.#count++;
    if (this.#entries.length < this.#size) return true;
    if (this.#keep === 'smallest') return score < this.#entries[this.#entries.length - 1]!.score;
    return score >= this.#entries[0]!.score;
  }

  add(score: number, evidence: () => Evidence): void {
    if (this.#size === Number.POSITIVE_INFINITY) {
      this.#entries.push({ score, evidence });
      return;
    }
    let at = this.#entries.length;
    while (at > 0 && this.#entries[at - 1]!.score > score) at--;
    this.#entries.splice(at, 0, { score, evidence });
    if (this.#entries.length <= this.#size) return;
    if (this.#keep === 'smallest') this.#entries.pop();
    else this.#entries.shift();
  }

  findings(): readonly Finding[] {
    const sorted = [...this.#entries].sort((a, b) => a.score - b.score);
    return findingsOf(
      this.#name,
      this.#count,
      sorted.map((entry) => entry.evidence()),
    );
  }
}
