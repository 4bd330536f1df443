/**
 * unclean.leader.election.enable, true and false, under faults that empty the ISR: brokers crash while others lag.
 * With `true`, records may be lost, but only those that the replica elected from outside the ISR lacked. With
 * `false`, the partition waits instead. The third scenario shows the price: a user who sets `true` and expects no
 * loss is wrong, and the scenario must find that.
 */
import { anyOf, crash, cut, hold, isolate, type MicrosRange, pause } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { type TopicSpec, threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

/** Longer than replica.lag.time.max.ms and a broker session: a broker away this long leaves the ISR. */
const LONG: MicrosRange = { min: 2_000_000, max: 8_000_000 };

const THREE_REPLICAS = { minInsyncReplicas: 1, replicationFactor: 3 };
/** With two replicas the ISR empties soon. With three, some replicas are in it and others are not. */
const TWO_REPLICAS = { minInsyncReplicas: 1, replicationFactor: 2 };

const TOPICS = ['orders', 'payments'];

function electing(
  unclean: boolean,
  ...kinds: { minInsyncReplicas: number; replicationFactor: number }[]
): Omit<ScenarioSpec, 'promise'> {
  const topics: Record<string, TopicSpec> = {};
  for (const [index, { minInsyncReplicas, replicationFactor }] of kinds.entries()) {
    const config = {
      'min.insync.replicas': `${minInsyncReplicas}`,
      'unclean.leader.election.enable': `${unclean}`,
    };
    topics[TOPICS[index]!] = { partitions: 1, replicationFactor, config };
  }
  return {
    cluster: threeBrokers({ topics }),
    workload: produceAndConsume({
      producers: 2,
      consumers: 3,
      readAll: true,
      recordsPerSecond: 25,
      quietEnd: true,
      producerConfig: { acks: 'all' },
    }),
    faults: [
      crash(leaderOf('orders', 0), LONG),
      crash(leaderOf('orders', 0)),
      crash(anyOf('broker'), LONG),
      isolate(leaderOf('orders', 0), 'brokers', LONG),
      isolate(followerOf('orders', 0), 'brokers', LONG),
      cut(anyOf('broker'), anyOf('broker')),
      hold(anyOf('broker'), anyOf('broker')),
      // Consumers that are away while the log changes. The log that they return to may be as long as the one they
      // read.
      pause(anyOf('consumer'), LONG),
      cut(anyOf('consumer'), anyOf('broker'), LONG),
    ],
    faultsMax: 24,
    budget: UNLIMITED_BUDGET,
    requiredFaults: ['crash', 'isolate'],
  };
}

export const uncleanElection = scenario('unclean-election', {
  promise:
    'unclean.leader.election.enable=true: records are lost only where the election of a replica from outside the ISR explains it',
  ...electing(true, TWO_REPLICAS, THREE_REPLICAS),
  requiredMarks: ['unclean election'],
});

export const uncleanElectionForbidden = scenario('unclean-election-forbidden', {
  promise:
    'unclean.leader.election.enable=false: whatever crashes and is cut off, nothing acknowledged is lost',
  ...electing(false, THREE_REPLICAS),
});

export const uncleanElectionLoses = scenario('unclean-election-loses', {
  promise: 'unclean.leader.election.enable=true, min.insync.replicas=1: acknowledged records are lost',
  ...electing(true, THREE_REPLICAS),
  strict: true,
  breaks: { anomalies: ['lost-write', 'unseen', 'inconsistent-offsets'], withinSeeds: 50 },
});
