import type { EpochEnd, EpochEntry } from '../rules/log/epoch-end-offset.js';
import type { LogRules } from '../rules/log/index.js';

/**
 * The start offset of each leader epoch of one log (KIP-101, KIP-279). Entries ascend strictly in both
 * fields. Changes take effect in memory at once. The log uses `onChange` to write `leader-epoch-checkpoint`
 * before it writes any later batch.
 */
export class LeaderEpochCache {
  readonly #rules: LogRules;
  readonly #onChange: (reason: 'assign' | 'truncate') => void;
  #entries: readonly EpochEntry[];

  constructor(
    rules: LogRules,
    entries: readonly EpochEntry[],
    onChange: (reason: 'assign' | 'truncate') => void,
  ) {
    this.#rules = rules;
    this.#entries = entries;
    this.#onChange = onChange;
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries;
  }

  /** −1: none. */
  get latestEpoch(): number {
    const entries = this.#entries;
    return entries.length === 0 ? -1 : entries[entries.length - 1]!.leaderEpoch;
  }

  assign(leaderEpoch: number, startOffset: number): void {
    this.#replace(this.#rules.assignEpoch({ entries: this.#entries, leaderEpoch, startOffset }), 'assign');
  }

  /** A leader's answer to an epoch lookup; both −1: undefined. */
  endOffsetFor(requestedEpoch: number, logEndOffset: number): EpochEnd {
    return this.#rules.epochEndOffset({ entries: this.#entries, requestedEpoch, logEndOffset });
  }

  /** The leader epoch of the record at `offset`; −1: no entry covers the offset. */
  epochForOffset(offset: number): number {
    const entries = this.#entries;
    for (let at = entries.length - 1; at >= 0; at--) {
      if (entries[at]!.startOffset <= offset) return entries[at]!.leaderEpoch;
    }
    return -1;
  }

  truncateFromEnd(targetOffset: number, logEndOffset: number): void {
    const kept = this.#rules.truncateEpochs({ entries: this.#entries, targetOffset, logEndOffset });
    if (kept.length !== this.#entries.length) this.#replace(kept, 'truncate');
  }

  /**
   * Removes entries that lie wholly below `logStartOffset`. The epoch that covers `logStartOffset` then
   * begins there.
   */
  truncateFromStart(logStartOffset: number): void {
    this.#replace(this.#rules.trimEpochs({ entries: this.#entries, logStartOffset }), 'truncate');
  }

  clear(): void {
    if (this.#entries.length > 0) this.#replace([], 'truncate');
  }

  #replace(entries: readonly EpochEntry[], reason: 'assign' | 'truncate'): void {
    if (entries === this.#entries) return;
    this.#entries = entries;
    this.#onChange(reason);
  }
}
