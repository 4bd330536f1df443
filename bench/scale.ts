/**
 * How cost grows: two workers against one over the same seeds (the quickest turn of each), and CPU per event with more
 * partitions and brokers.
 */
import { runCampaign } from '../harness/runner/campaign.js';
import { workerPool } from '../harness/runner/worker-pool.js';
import { leaderCrash } from '../scenarios/leader-crash.js';
import { type BenchRow, median, row } from './bench-row.js';
import { costOfRun, leastCosts, variant } from './whole-stack.js';

/** As a campaign goes on: of the first hundred runs of a worker a tenth of the CPU time is compilation. */
const FULL = { seeds: 240, warmUp: 100, turns: 3, partitions: [10, 100, 1_000] };
const QUICK = { seeds: 12, warmUp: 4, turns: 1, partitions: [10, 100] };

export async function measureScale(workerUrl: URL, quick: boolean): Promise<BenchRow[]> {
  const size = quick ? QUICK : FULL;
  return [...(await workers(workerUrl, size)), ...partitions(size.partitions), ...brokers()];
}

async function workers(
  workerUrl: URL,
  size: { readonly seeds: number; readonly warmUp: number; readonly turns: number },
): Promise<BenchRow[]> {
  let [one, two] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < size.turns; turn++) {
    one = Math.min(one, await campaignSeconds(workerUrl, 1, size));
    two = Math.min(two, await campaignSeconds(workerUrl, 2, size));
  }
  const speedUp = one / two;
  return [row('scale: 2 workers against 1', speedUp, '×', { floor: 1, aim: 1.95, holds: speedUp >= 1.85 })];
}

async function campaignSeconds(
  workerUrl: URL,
  count: number,
  size: { readonly seeds: number; readonly warmUp: number },
): Promise<number> {
  const executor = workerPool({ workerUrl, workers: count });
  const run = (firstSeed: number, seeds: number) =>
    runCampaign({
      scenario: leaderCrash,
      firstSeed,
      seeds,
      wallMillis: null,
      stopAtFailure: false,
      executor,
      signal: new AbortController().signal,
    });
  try {
    await run(1_000, size.warmUp * count);
    return (await run(0, size.seeds)).wallSeconds;
  } finally {
    await executor.close();
  }
}

/** CPU microseconds per event, warm: the median over a few seeds of the quickest run of each. */
function perEvent(subject: Parameters<typeof costOfRun>[0]): number {
  for (let seed = 0; seed < 8; seed++) costOfRun(subject, `warm-up ${seed}`);
  const costs = leastCosts(subject, ['scale 0', 'scale 1', 'scale 2'], 3);
  return median(costs.map(({ cpuMicros, result }) => cpuMicros / result.events));
}

function partitions(counts: readonly number[]): BenchRow[] {
  const with_ = (count: number) =>
    variant(`partitions-${count}`, ({ cluster }) => ({
      cluster: { ...cluster, topics: { orders: { ...cluster.topics.orders, partitions: count } } },
      durationSeconds: 15,
    }));
  return grown(
    'partitions',
    counts.map((count) => ({ count, cost: perEvent(with_(count)) })),
  );
}

function brokers(): BenchRow[] {
  const with_ = (count: number) =>
    variant(`brokers-${count}`, ({ cluster, workload }) => ({
      cluster: {
        ...cluster,
        brokers: count,
        topics: { orders: { ...cluster.topics.orders, partitions: count } },
      },
      workload: { ...workload },
      durationSeconds: 15,
    }));
  return grown(
    'brokers',
    [3, 9, 27].map((count) => ({ count, cost: perEvent(with_(count)) })),
  );
}

/** Each against the first: flat is 1. */
function grown(
  what: string,
  points: readonly { readonly count: number; readonly cost: number }[],
): BenchRow[] {
  const first = points[0]!.cost;
  return points.map(({ count, cost }) =>
    row(`scale: ${count} ${what}, CPU per event`, cost, 'µs', {
      floor: first,
      aim: first,
      holds: cost <= 2 * first,
    }),
  );
}
