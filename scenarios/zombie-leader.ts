/**
 * A leader is paused (a long garbage collection, a suspended virtual machine) and resumes without knowing that
 * another broker leads. Leader epochs must fence it before it acknowledges, serves or replicates records of its own
 * (KIP-320).
 */
import { anyOf, delay, holdKind, isolate, pause } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

export const zombieLeader = scenario('zombie-leader', {
  promise:
    'acks=all, min.insync.replicas=2: a leader is paused or cut off and returns as a zombie; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all' },
  }),
  faults: [
    pause(leaderOf('orders', 0), { min: 500_000, max: 6_000_000 }),
    pause(anyOf('broker')),
    pause('controller'),
    isolate(leaderOf('orders', 0), 'servers'),
    holdKind(leaderOf('orders', 0), ['Fetch of __cluster_metadata', 'Fetch response', 'BrokerHeartbeat']),
    delay(anyOf('broker'), anyOf('broker')),
  ],
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['pause', 'isolate'],
  requiredMarks: ['zombie leader fenced'],
});
