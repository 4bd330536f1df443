import { scenario } from '../../experiment/scenario.js';
import { topicMadeAgain } from '../../topic-made-again.js';

const { cluster, workload, budget, promise } = topicMadeAgain.spec;

/** The topic is made again while one of its brokers is down. Drawn plans do that in about one run of a hundred. */
export const madeAgainWhileDown = scenario('topic-made-again-while-down', {
  promise,
  cluster,
  workload,
  budget,
  plan: {
    version: 1,
    faults: [
      { kind: 'crash', atMicros: 5_000_000, target: 'follower #1 of orders-0', durationMicros: 3_000_000 },
      { kind: 'action', atMicros: 5_500_000, name: 'delete-topic', target: 'orders' },
      { kind: 'action', atMicros: 6_500_000, name: 'create-topic', target: 'orders' },
    ],
  },
});
