import { describe, expect, it } from 'vitest';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import type { Fault } from '../../harness/faults/fault.js';
import { executeRun, type RunResult } from '../../harness/runner/execute-run.js';
import { cluster } from '../cluster/cluster-spec.js';
import { scenario } from '../experiment/scenario.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';

/** Both followers fall behind one after the other, the leader crashes, and the follower that lacks more is elected. */
const faults: readonly Fault[] = [
  {
    kind: 'isolate',
    atMicros: 3_000_000,
    target: 'follower #0 of t-0',
    scope: 'servers',
    oneWay: false,
    durationMicros: 9_000_000,
  },
  {
    kind: 'isolate',
    atMicros: 5_000_000,
    target: 'follower #1 of t-0',
    scope: 'servers',
    oneWay: false,
    durationMicros: 12_000_000,
  },
  { kind: 'crash', atMicros: 11_000_000, target: 'leader of t-0', durationMicros: 6_000_000 },
];

function uncleanRun(acks: string, minInsyncReplicas: string): RunResult {
  const config = { 'min.insync.replicas': minInsyncReplicas, 'unclean.leader.election.enable': 'true' };
  const lossy = scenario(`unclean-acks-${acks}`, {
    promise: 'what an unclean election takes is counted',
    cluster: cluster({ brokers: 3, topics: { t: { partitions: 1, replicationFactor: 3, config } } }),
    workload: produceAndConsume({
      producers: 1,
      consumers: 1,
      recordsPerSecond: 20,
      producerConfig: { acks, 'enable.idempotence': 'false', retries: '0' },
    }),
    faults: [],
    budget: UNLIMITED_BUDGET,
    durationSeconds: 20,
  });
  return executeRun(lossy, { seed: '1', plan: { version: 1, faults } });
}

/** Nothing is read: there is no consumer, and the run ends before the final read. */
function unreadRun(): RunResult {
  const unread = scenario('unread', {
    promise: 'no acknowledged record is lost',
    cluster: cluster({ brokers: 3, topics: { t: { partitions: 1 } } }),
    workload: produceAndConsume({ producers: 1, consumers: 0, recordsPerSecond: 50 }),
    faults: [],
    budget: UNLIMITED_BUDGET,
    durationSeconds: 5,
    livenessSeconds: 0.05,
  });
  return executeRun(unread, { seed: '1', plan: { version: 1, faults: [] } });
}

describe('acknowledged records that are gone', () => {
  it('are counted where the settings permit the loss, with the election and the first offset', () => {
    const { verdict, losses, story, summary } = uncleanRun('1', '1');
    const reason = 'leader epoch 1: b3 led without offsets from 61, elected uncleanly from outside the ISR';
    expect(verdict).toBe('valid');
    expect(losses).toEqual([
      {
        key: 't-0',
        records: 163,
        fromOffset: 61,
        timeMicros: losses[0]?.timeMicros,
        cause: 'unclean-election',
        reason,
        allowed: true,
      },
    ]);
    const gone = '163 acknowledged records are gone from t-0, from offset 61 (permitted)';
    expect(story.map(({ text }) => text)).toEqual(['b2 crashes', reason, gone]);
    expect(summary).toContain(`${gone}: ${reason}.`);
  });

  it('are fewer where acks=all and min.insync.replicas=2 refuse what no second replica holds', () => {
    const [loss] = uncleanRun('all', '2').losses;
    expect(loss?.records).toBeLessThan(163);
    expect(loss).toMatchObject({ key: 't-0', cause: 'unclean-election', allowed: true });
  });

  it('are not those that no reader has read', () => {
    const { records, anomalies, losses, story, summary } = unreadRun();
    expect(records).toBeGreaterThan(100);
    expect(losses).toEqual([]);
    expect(anomalies.map(({ name }) => name)).toEqual(['not-converged']);
    expect(story).toEqual([]);
    expect(summary).toBe(`${records} records were acknowledged, and not all of them were read back.`);
  });
});
