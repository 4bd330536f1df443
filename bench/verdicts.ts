/** Whether verdicts can be trusted: no false alarm on the right broker, and every canary found. */
import { runCampaign } from '../harness/runner/campaign.js';
import { workerPool } from '../harness/runner/worker-pool.js';
import { scenarios } from '../scenarios/index.js';
import { exhibits } from '../scenarios/museum/index.js';
import { type BenchRow, median, row } from './bench-row.js';
import { type CampaignSeeds, wholeCampaign } from './campaign-options.js';

const SEEDS_MAX = 200;

export async function measureFalseAlarms(
  workerUrl: URL,
  { seeds, seedBase }: CampaignSeeds,
): Promise<BenchRow[]> {
  const executor = workerPool({ workerUrl, workers: 2 });
  const rows: BenchRow[] = [];
  try {
    for (const subject of scenarios.filter((each) => each.expect === 'valid')) {
      const { tally } = await runCampaign(wholeCampaign(subject, seedBase, seeds, executor));
      const alarms = tally.verdicts.invalid + tally.verdicts.unknown;
      rows.push(
        row(`no false alarm: ${subject.name}, ${seeds} seeds`, alarms, 'alarms', {
          aim: 0,
          holds: alarms === 0,
        }),
      );
    }
  } finally {
    await executor.close();
  }
  return rows;
}

/** Seeds until the exhibit is found, from several first seeds: the median and the worst. */
export async function measureTeeth(
  workerUrl: URL,
  { starts, seedBase }: { readonly starts: number; readonly seedBase: number },
): Promise<BenchRow[]> {
  const executor = workerPool({ workerUrl, workers: 2 });
  const rows: BenchRow[] = [];
  try {
    for (const exhibit of exhibits) {
      const needed: number[] = [];
      for (let start = 0; start < starts; start++) {
        const firstSeed = seedBase + start * 10_000;
        const { tally, nextSeed } = await runCampaign({
          ...wholeCampaign(exhibit.scenario, firstSeed, SEEDS_MAX, executor),
          stopAtFailure: true,
        });
        needed.push(tally.verdicts.invalid > 0 ? nextSeed - firstSeed : Number.POSITIVE_INFINITY);
      }
      const worst = Math.max(...needed);
      rows.push(
        row(`teeth: ${exhibit.id}, median of ${starts}`, median(needed), 'seeds', {
          aim: 30,
          holds: worst <= SEEDS_MAX,
        }),
      );
      rows.push(
        row(`teeth: ${exhibit.id}, worst of ${starts}`, worst, 'seeds', {
          aim: 30,
          holds: worst <= SEEDS_MAX,
        }),
      );
    }
  } finally {
    await executor.close();
  }
  return rows;
}
