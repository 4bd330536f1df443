/** How long a system stood still for its clients, as lines that a person reads. */
import type { AvailabilityAccount, CampaignAvailability, Standstill } from '../runner/run-data.js';

const WORDS = {
  writes: 'without acknowledged writes',
  reads: 'without reads',
  processing: 'without processing',
} as const;
const WHATS = ['writes', 'reads', 'processing'] as const;

/** Shorter standstills are the pace of the clients. */
const SHOWN_MICROS_MIN = 1_000_000;

/** Of one run: the longest standstill of each sort that lasted a second or more, over all logs. */
export function availabilityLines(accounts: readonly AvailabilityAccount[]): readonly string[] {
  return WHATS.flatMap((what) => {
    let longest: { readonly key: string; readonly standstill: Standstill } | null = null;
    for (const { key, [what]: standstill } of accounts) {
      if (standstill === null) continue;
      if (longest === null || standstill.longestMicros > longest.standstill.longestMicros)
        longest = { key, standstill };
    }
    if (longest === null || longest.standstill.longestMicros < SHOWN_MICROS_MIN) return [];
    const { longestMicros, endedAtMicros, endedBy } = longest.standstill;
    const until = `until ${seconds(endedAtMicros)} s${endedBy === null ? '' : `, ended by ${endedBy}`}`;
    return [`    still    ${longest.key} ${seconds(longestMicros)} s ${WORDS[what]}, ${until}`];
  });
}

/** Of a campaign: the same, with the seed. */
export function campaignAvailabilityLines(availability: CampaignAvailability): readonly string[] {
  return WHATS.flatMap((what) => {
    const longest = availability[what];
    if (longest === null || longest.longestMicros < SHOWN_MICROS_MIN) return [];
    const { longestMicros, seed, key, endedBy } = longest;
    const end = endedBy === null ? '' : `, ended by ${endedBy}`;
    return [`    still    ${key} ${seconds(longestMicros)} s ${WORDS[what]} (seed ${seed})${end}`];
  });
}

function seconds(micros: number): string {
  return (micros / 1e6).toFixed(1);
}
