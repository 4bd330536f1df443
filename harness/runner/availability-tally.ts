/** The longest standstills of a campaign. Its size does not depend on the number of runs. */
import type { AvailabilityAccount, CampaignAvailability, LongestStandstill } from './run-data.js';

const WHATS = ['writes', 'reads', 'processing'] as const;

export class AvailabilityTally {
  readonly #longest = new Map<(typeof WHATS)[number], LongestStandstill>();

  add(seed: string, accounts: readonly AvailabilityAccount[]): void {
    for (const account of accounts) {
      for (const what of WHATS) {
        const standstill = account[what];
        if (standstill === null) continue;
        const { longestMicros, endedBy } = standstill;
        this.#keep(what, { longestMicros, seed, key: account.key, endedBy });
      }
    }
  }

  /** The accounts of several campaigns over different seeds: of two equal standstills the first one stays. */
  merge(other: CampaignAvailability): void {
    for (const what of WHATS) {
      const standstill = other[what];
      if (standstill !== null) this.#keep(what, standstill);
    }
  }

  result(): CampaignAvailability {
    const of = (what: (typeof WHATS)[number]): LongestStandstill | null => this.#longest.get(what) ?? null;
    return { writes: of('writes'), reads: of('reads'), processing: of('processing') };
  }

  #keep(what: (typeof WHATS)[number], standstill: LongestStandstill): void {
    const longest = this.#longest.get(what);
    if (longest === undefined || standstill.longestMicros > longest.longestMicros)
      this.#longest.set(what, standstill);
  }
}
