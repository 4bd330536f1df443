/**
 * A campaign runs many seeds of one scenario. Seeds are consecutive integers. An executor runs them in chunks, and the
 * outcomes are tallied in the order of the seeds. The result for given seeds therefore does not depend on the number of
 * workers, and a campaign that stops early (first failure, Ctrl-C, time) has a complete prefix of its seeds.
 */
import { CampaignTally } from './campaign-tally.js';
import type { Scenario } from './experiment.js';
import type { SeedExecutor, SeedOutcome } from './seed-executor.js';

export interface CampaignOptions {
  readonly scenario: Scenario;
  readonly firstSeed: number;
  /** The number of seeds; null: as many as fit into `wallMillis`. */
  readonly seeds: number | null;
  /** The wall time after which no further seeds are begun; null: no limit. */
  readonly wallMillis: number | null;
  /** Ends at the first run that is not valid. A scenario with `expect: 'invalid'` always ends at the run that breaks as promised. */
  readonly stopAtFailure: boolean;
  readonly executor: SeedExecutor;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onProgress?: (tally: CampaignTally) => void;
}

export interface CampaignOutcome {
  readonly tally: CampaignTally;
  readonly wallSeconds: number;
  readonly interrupted: boolean;
  /** The first seed that was not run. */
  readonly nextSeed: number;
}

/** The duration of a chunk: long enough that the transfer to a worker is cheap, short enough to react to Ctrl-C soon. */
const CHUNK_MILLIS = 400;
const CHUNK_SEEDS_MAX = 64;

export async function runCampaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const campaign = new Campaign(options);
  await Promise.all(Array.from({ length: options.executor.concurrency }, () => campaign.work()));
  return campaign.outcome();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #tally: CampaignTally;
  readonly #startedAt = performance.now();
  readonly #endSeed: number;
  /** Outcomes that wait for the outcomes of smaller seeds. */
  readonly #waiting = new Map<number, SeedOutcome>();
  #nextToRun: number;
  #nextToTally: number;
  #millisPerSeed: number | null = null;
  #stopped = false;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#tally = new CampaignTally(options.scenario);
    this.#nextToRun = options.firstSeed;
    this.#nextToTally = options.firstSeed;
    this.#endSeed = options.seeds === null ? Number.MAX_SAFE_INTEGER : options.firstSeed + options.seeds;
  }

  /** Runs chunk after chunk. The executor's concurrency is the number of these loops that run at once. */
  async work(): Promise<void> {
    const { executor, scenario, signal } = this.#options;
    while (this.#mayGoOn()) {
      const first = this.#nextToRun;
      const seeds = Array.from({ length: this.#chunkLength() }, (_, index) => String(first + index));
      this.#nextToRun += seeds.length;
      const begun = performance.now();
      let outcomes: readonly SeedOutcome[];
      try {
        outcomes = await executor.run(scenario, seeds, signal);
      } catch (error) {
        this.#stopped = true;
        throw error;
      }
      this.#millisPerSeed = (performance.now() - begun) / seeds.length;
      for (const [index, outcome] of outcomes.entries()) this.#waiting.set(first + index, outcome);
      this.#tallyInOrder();
    }
  }

  outcome(): CampaignOutcome {
    return {
      tally: this.#tally,
      wallSeconds: (performance.now() - this.#startedAt) / 1000,
      interrupted: this.#options.signal.aborted && this.#nextToTally < this.#endSeed,
      nextSeed: this.#nextToTally,
    };
  }

  #mayGoOn(): boolean {
    if (this.#stopped || this.#options.signal.aborted || this.#nextToRun >= this.#endSeed) return false;
    const { wallMillis } = this.#options;
    return wallMillis === null || performance.now() - this.#startedAt < wallMillis;
  }

  #chunkLength(): number {
    const left = this.#endSeed - this.#nextToRun;
    const fair = Math.ceil(left / (2 * this.#options.executor.concurrency));
    const quick =
      this.#millisPerSeed === null ? 1 : Math.max(1, Math.round(CHUNK_MILLIS / this.#millisPerSeed));
    return Math.min(left, fair, quick, CHUNK_SEEDS_MAX);
  }

  #tallyInOrder(): void {
    for (;;) {
      const outcome = this.#waiting.get(this.#nextToTally);
      if (outcome === undefined || this.#stopped) break;
      this.#waiting.delete(this.#nextToTally);
      this.#nextToTally++;
      this.#enter(outcome);
    }
    this.#options.onProgress?.(this.#tally);
  }

  #enter(outcome: SeedOutcome): void {
    if (outcome.kind === 'incident') {
      this.#tally.addIncident({ seed: outcome.seed, message: outcome.message });
      return;
    }
    this.#tally.add(outcome.summary);
    const failed = this.#options.stopAtFailure && outcome.summary.verdict !== 'valid';
    if (failed || this.#tally.found !== null) this.#stopped = true;
  }
}
