import type { CampaignOptions } from '../harness/runner/campaign.js';
import type { Scenario } from '../harness/runner/experiment.js';
import type { SeedExecutor } from '../harness/runner/seed-executor.js';

/** How many seeds, and the first of them. */
export interface CampaignSeeds {
  readonly seeds: number;
  readonly seedBase: number;
}

/** A campaign that goes through all of its seeds, whatever they show. */
export function wholeCampaign(
  scenario: Scenario,
  firstSeed: number,
  seeds: number,
  executor: SeedExecutor,
): CampaignOptions {
  const { signal } = new AbortController();
  return { scenario, firstSeed, seeds, wallMillis: null, stopAtFailure: false, executor, signal };
}
