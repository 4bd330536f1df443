/** Sums over the documents of several campaigns, or of the shards of one. */
import { AvailabilityTally } from '../runner/availability-tally.js';
import { DecisionTally } from '../runner/decision-tally.js';
import { OperationTally } from '../runner/operation-tally.js';
import type {
  CampaignAvailability,
  CampaignDocument,
  DecisionCounts,
  FaultAccount,
  OperationCount,
  SourceAccount,
} from '../runner/run-data.js';

export function sumFaults(accounts: readonly FaultAccount[]): readonly FaultAccount[] {
  const sums = new Map<string, FaultAccount>();
  for (const account of accounts) {
    const sum = sums.get(account.kind) ?? { kind: account.kind, configured: 0, fired: 0, mattered: 0 };
    sums.set(account.kind, {
      kind: account.kind,
      configured: sum.configured + account.configured,
      fired: sum.fired + account.fired,
      mattered: sum.mattered + account.mattered,
    });
  }
  return [...sums.values()];
}

export function sumSources(accounts: readonly SourceAccount[]): readonly SourceAccount[] {
  const asFaults = accounts.map(({ source, ...counts }) => ({ kind: source, ...counts }));
  return sumFaults(asFaults).map(({ kind, ...counts }) => ({ source: kind, ...counts }));
}

export function sumOperations(parts: readonly CampaignDocument[]): Readonly<Record<string, OperationCount>> {
  const sums = new Map<string, OperationTally>();
  for (const { operations } of parts) {
    for (const [f, count] of Object.entries(operations)) {
      const sum = sums.get(f) ?? new OperationTally();
      sum.addCount(count);
      sums.set(f, sum);
    }
  }
  return Object.fromEntries([...sums].map(([f, tally]) => [f, tally.count()]));
}

export function sumMarks(parts: readonly CampaignDocument[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { marks } of parts)
    for (const [name, count] of Object.entries(marks)) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sumDecisions(parts: readonly CampaignDocument[]): { readonly decisions?: DecisionCounts } {
  const sum = new DecisionTally();
  for (const { decisions } of parts) if (decisions !== undefined) sum.add(decisions);
  const decisions = sum.counts();
  return decisions === null ? {} : { decisions };
}

export function longestOf(parts: readonly CampaignDocument[]): CampaignAvailability {
  const longest = new AvailabilityTally();
  for (const { availability } of parts) longest.merge(availability);
  return longest.result();
}
