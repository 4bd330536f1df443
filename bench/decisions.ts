/** Which rules the safe scenarios put to the test: those never asked, and those always answered alike, by name. */
import { runCampaign } from '../harness/runner/campaign.js';
import { DecisionTally, decisionGaps } from '../harness/runner/decision-tally.js';
import { workerPool } from '../harness/runner/worker-pool.js';
import { scenarios } from '../scenarios/index.js';
import { type BenchRow, row } from './bench-row.js';
import { type CampaignSeeds, wholeCampaign } from './campaign-options.js';

/** Rules that no run here can ask, each with its reason. One that is asked all the same leaves the list. */
const UNASKED: Readonly<Record<string, string>> = {
  outOfRangeAction:
    'a follower is out of range only behind a leader whose log begins above 0 (retention, DeleteRecords), which no broker here has; ahead of the leader the diverging epoch answers first (KIP-595)',
};

export async function measureDecisions(
  workerUrl: URL,
  { seeds, seedBase }: CampaignSeeds,
): Promise<BenchRow[]> {
  const executor = workerPool({ workerUrl, workers: 2, countsDecisions: true });
  const sum = new DecisionTally();
  try {
    for (const subject of scenarios.filter((each) => each.expect === 'valid')) {
      const { tally } = await runCampaign(wholeCampaign(subject, seedBase, seeds, executor));
      if (tally.decisions !== null) sum.add(tally.decisions);
    }
  } finally {
    await executor.close();
  }
  const { neverAsked: unasked, alwaysAlike } = decisionGaps(sum.counts() ?? {});
  const neverAsked = unasked.filter((rule) => !Object.hasOwn(UNASKED, rule));
  const askedAllTheSame = Object.keys(UNASKED).filter((rule) => !unasked.includes(rule));
  return [
    row('rules never asked', neverAsked.length, 'rules', { aim: 0, holds: neverAsked.length === 0 }),
    ...neverAsked.map((rule) => row(`never asked: ${rule}`, 0, 'times', { aim: 1, holds: false })),
    ...Object.entries(UNASKED).map(([rule, reason]) =>
      row(`never asked: ${rule}, for ${reason}`, 0, 'times', {
        aim: 0,
        holds: !askedAllTheSame.includes(rule),
      }),
    ),
    row('rules always answered alike', alwaysAlike.length, 'rules', { aim: 0, holds: true }),
    ...alwaysAlike.map(({ decision, answer, asked }) =>
      row(`always '${answer}': ${decision}`, asked, 'times', { aim: asked, holds: true }),
    ),
  ];
}
