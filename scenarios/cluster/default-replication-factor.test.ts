import { expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import { KafkaExperiment } from '../experiment/kafka-experiment.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { cluster } from './cluster-spec.js';

function replicasWith(config: Properties, replicationFactor?: number): number {
  const experiment = new KafkaExperiment(
    {
      cluster: cluster({
        brokers: 3,
        config,
        topics: {
          orders: { partitions: 1, ...(replicationFactor === undefined ? {} : { replicationFactor }) },
        },
      }),
      workload: produceAndConsume({ producers: 1, consumers: 1 }),
      strict: false,
    },
    {
      seed: '1',
      limits: { durationMicros: 2_000_000, operationsMax: null, without: [] },
      trace: false,
      onlooker: null,
    },
  );
  experiment.start();
  experiment.world.simulation.runUntil(2_000_000);
  return experiment.checker.partitions.get('orders-0')?.assigned.length ?? 0;
}

it('a topic without a replication factor has that of the brokers; without theirs, one replica on each of up to three brokers', () => {
  expect(replicasWith({})).toBe(3);
  expect(replicasWith({ 'default.replication.factor': '2' })).toBe(2);
  expect(replicasWith({ 'default.replication.factor': '1' })).toBe(1);
  expect(replicasWith({ 'default.replication.factor': '1' }, 2)).toBe(2);
});
