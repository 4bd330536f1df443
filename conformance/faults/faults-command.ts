/** `npm run conformance -- faults`: the same disturbances of the leader on Apache Kafka and on this project's cluster, side by side. */
import { findDistribution, type KafkaDistribution } from '../apache-kafka/distribution.js';
import type { Outcome } from '../outcome.js';
import { type FaultRun, runFault } from './fault-run.js';
import {
  DISTURBANCES,
  type FaultyCluster,
  startFaultyKafka,
  startFaultySeismolog,
} from './faulty-cluster.js';

export interface FaultsOptions {
  readonly install: boolean;
  readonly print: (line: string) => void;
}

export async function faultsCommand({ install, print }: FaultsOptions): Promise<Outcome> {
  const found = findDistribution({ install });
  if (!found.ok) {
    print(`skipped: the same faults on Apache Kafka: ${found.missing} is missing`);
    return 'skipped';
  }
  const { distribution } = found;
  const kafka = await runAll(() => startFaultyKafka(distribution), distribution, print);
  const ours = await runAll(() => startFaultySeismolog(), distribution, print);
  return [...kafka, ...ours].every(({ verdict }) => verdict === 'valid') ? 'passed' : 'failed';
}

async function runAll(
  start: () => Promise<FaultyCluster>,
  distribution: KafkaDistribution,
  print: (line: string) => void,
): Promise<readonly FaultRun[]> {
  const cluster = await start();
  try {
    const runs: FaultRun[] = [];
    for (const disturbance of DISTURBANCES) {
      const run = await runFault(cluster, disturbance, distribution);
      runs.push(run);
      for (const line of shown(run)) print(line);
    }
    return runs;
  } finally {
    await cluster.close();
  }
}

function shown({ cluster, disturbance, timeline, ...run }: FaultRun): readonly string[] {
  const judged = run.anomalies.length === 0 ? run.verdict : `${run.verdict} (${run.anomalies.join(', ')})`;
  return [
    `${cluster}, ${disturbance} of the leader: ${run.acknowledged} acknowledged, ${run.sendErrors} errors, longest pause ${run.longestPauseMs} ms, ${judged}`,
    ...timeline.map((line) => `    ${line}`),
  ];
}
