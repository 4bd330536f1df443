import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import { crash, isolate, powerLoss } from '../../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { cluster } from '../cluster/cluster-spec.js';
import { scenario } from '../experiment/scenario.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { guaranteeOf } from './guarantee.js';

/** Each setting under the name that topics use and under the name that brokers use. */
const SETTINGS = [
  { topic: 'min.insync.replicas', broker: 'min.insync.replicas', values: ['1', '2'] },
  {
    topic: 'unclean.leader.election.enable',
    broker: 'unclean.leader.election.enable',
    values: ['true', 'false'],
  },
  {
    topic: 'flush.messages',
    broker: 'log.flush.interval.messages',
    values: ['1', '3', '9223372036854775807'],
  },
  { topic: 'segment.bytes', broker: 'log.segment.bytes', values: ['2048', '65536'] },
] as const;

interface Placed {
  readonly brokers: Properties;
  readonly orders: Properties;
}

const placements = fc
  .tuple(
    ...SETTINGS.map(({ values }) => fc.record({ value: fc.constantFrom(...values), onTopic: fc.boolean() })),
  )
  .map((drawn) => {
    const brokers: Record<string, string> = {};
    const orders: Record<string, string> = {};
    const allOnTopic: Record<string, string> = {};
    for (const [index, { value, onTopic }] of drawn.entries()) {
      const setting = SETTINGS[index]!;
      allOnTopic[setting.topic] = value;
      if (onTopic) orders[setting.topic] = value;
      else brokers[setting.broker] = value;
    }
    return { here: { brokers, orders }, there: { brokers: {}, orders: allOnTopic } };
  });

const clusterOf = ({ brokers, orders }: Placed) =>
  cluster({ brokers: 3, config: brokers, topics: { orders: { partitions: 1, config: orders } } });

function runOf(placed: Placed, seed: string) {
  const mine = scenario('settings-at-levels', {
    promise: 'a setting means the same at every level',
    cluster: clusterOf(placed),
    workload: produceAndConsume({ producers: 1, consumers: 1, recordsPerSecond: 20 }),
    faults: [
      crash('leader of orders-0'),
      powerLoss('leader of orders-0'),
      isolate('leader of orders-0', 'brokers'),
    ],
    budget: UNLIMITED_BUDGET,
    durationSeconds: 6,
  });
  const { verdict, anomalies } = executeRun(mine, { seed });
  return { verdict, anomalies: anomalies.map(({ name }) => name) };
}

describe('a topic setting that is set for the brokers', () => {
  it('gives the same guarantee as for the topic', () => {
    fc.assert(
      fc.property(placements, ({ here, there }) => {
        const workload = produceAndConsume();
        // A setting of the brokers also applies to topics that the scenario does not name.
        const { otherTopics: _here, ...guarantee } = guaranteeOf(clusterOf(here), workload);
        const { otherTopics: _there, ...other } = guaranteeOf(clusterOf(there), workload);
        expect(guarantee).toEqual(other);
      }),
    );
  });

  it('gives the same verdict', () => {
    fc.assert(
      fc.property(placements, fc.nat(1_000_000), ({ here, there }, seed) => {
        const { verdict, anomalies } = runOf(here, String(seed));
        expect(runOf(there, String(seed))).toMatchObject({ verdict, anomalies });
      }),
      { numRuns: 6 },
    );
  });
});
