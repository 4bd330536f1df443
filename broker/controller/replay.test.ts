import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControllerRules } from '../rules/controller/index.js';
import { ControllerBench } from '../testing/controller-bench.js';
import { describeImage } from '../testing/describe-image.js';

/** Any request that a cluster may send to its controller, sensible or not; brokers 1–4, partitions of two topics. */
type Command =
  | { readonly type: 'join' | 'restart' | 'shutDown' | 'wantFence'; readonly brokerId: number }
  | { readonly type: 'silence'; readonly alive: readonly number[] }
  | { readonly type: 'create'; readonly topic: string; readonly layout: readonly (readonly number[])[] }
  | {
      readonly type: 'alterIsr';
      readonly partition: string;
      readonly isr: readonly number[];
      readonly recovery: 0 | 1;
    }
  | { readonly type: 'elect'; readonly electionType: 0 | 1 }
  | { readonly type: 'configure'; readonly value: string | null }
  | { readonly type: 'allocate'; readonly brokerId: number }
  | { readonly type: 'restartController' };

const brokerId = fc.integer({ min: 1, max: 4 });
const brokers = fc.uniqueArray(brokerId, { minLength: 1, maxLength: 4 });
const topic = fc.constantFrom('orders', 'payments');
const partition = fc.constantFrom('orders-0', 'orders-1', 'payments-0');

const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('join' as const), brokerId }), weight: 4 },
  fc.record({
    type: fc.constantFrom('restart' as const, 'shutDown' as const, 'wantFence' as const),
    brokerId,
  }),
  fc.record({ type: fc.constant('silence' as const), alive: fc.uniqueArray(brokerId) }),
  fc.record({
    type: fc.constant('create' as const),
    topic,
    layout: fc.array(brokers, { minLength: 1, maxLength: 2 }),
  }),
  {
    arbitrary: fc.record({
      type: fc.constant('alterIsr' as const),
      partition,
      isr: brokers,
      recovery: fc.constantFrom(0 as const, 1 as const),
    }),
    weight: 4,
  },
  fc.record({ type: fc.constant('elect' as const), electionType: fc.constantFrom(0 as const, 1 as const) }),
  fc.record({ type: fc.constant('configure' as const), value: fc.constantFrom('true', 'false', null) }),
  fc.record({ type: fc.constant('allocate' as const), brokerId }),
  fc.record({ type: fc.constant('restartController' as const) }),
);

let incarnations = 0;

function perform(bench: ControllerBench, step: Command): void {
  switch (step.type) {
    case 'join':
      bench.join(step.brokerId);
      return;
    case 'restart':
      incarnations += 1;
      bench.register(step.brokerId, `incarnation ${incarnations}`);
      return;
    case 'shutDown':
      bench.heartbeat(step.brokerId, { wantShutDown: true });
      return;
    case 'wantFence':
      bench.heartbeat(step.brokerId, { wantFence: true });
      return;
    case 'silence':
      bench.pass(5, ...step.alive);
      return;
    case 'create':
      bench.createTopic(step.topic, step.layout);
      return;
    case 'alterIsr':
      if (bench.image().partitions.has(step.partition)) {
        bench.alterIsr(step.partition, step.isr, { leaderRecoveryState: step.recovery });
      }
      return;
    case 'elect':
      bench.call('ElectLeaders', { electionType: step.electionType, topicPartitions: null, timeoutMs: 0 });
      return;
    case 'configure':
      bench.call('IncrementalAlterConfigs', {
        resources: [
          {
            resourceType: 4,
            resourceName: '',
            configs: [
              {
                name: 'unclean.leader.election.enable',
                configOperation: step.value === null ? 1 : 0,
                value: step.value,
              },
            ],
          },
        ],
        validateOnly: false,
      });
      return;
    case 'allocate':
      bench.call('AllocateProducerIds', { brokerId: step.brokerId, brokerEpoch: bench.epoch(step.brokerId) });
      return;
    case 'restartController':
      bench.restartController();
      return;
    default: {
      const unknown: never = step;
      throw new Error(`unknown command ${JSON.stringify(unknown)}`);
    }
  }
}

/** c.2 of the formal specifications: ValidControllerState, and one leader per epoch. */
function checkInvariants(bench: ControllerBench, leaders: Map<string, number>): void {
  const image = bench.image();
  for (const { name, leader, leaderEpoch, isr, replicas } of image.partitions.values()) {
    expect(isr.length).toBeGreaterThan(0);
    expect(replicas).toEqual(expect.arrayContaining([...isr]));
    if (leader !== -1) {
      expect(isr).toContain(leader);
      expect(image.isBrokerActive(leader)).toBe(true);
      const known = leaders.get(`${name}@${leaderEpoch}`);
      if (known !== undefined) expect(leader).toBe(known);
      leaders.set(`${name}@${leaderEpoch}`, leader);
    }
    if (isr.length > 1) for (const member of isr) expect(image.isBrokerActive(member)).toBe(true);
  }
}

/** Runs the commands with checks after each, then cuts the power: the restarted controller must have the same state. */
function expectReplay(bench: ControllerBench, commands: readonly Command[], lookOn: () => void): void {
  bench.join(1, 2, 3, 4);
  for (const step of commands) {
    perform(bench, step);
    lookOn();
  }
  const before = describeImage(bench.server.image);
  expect(describeImage(bench.image())).toEqual(before);
  bench.crashController();
  bench.disk.powerLoss(0);
  bench.startController();
  const after = describeImage(bench.server.image);
  expect(describeImage(bench.image())).toEqual(after);
  // The restarted controller adds one record of its own, the first of its epoch.
  expect(after).toEqual({ ...before, endOffset: before.endOffset + 1 });
  expect(bench.halts).toEqual([]);
}

/** Wrong rules. They damage the cluster, but the controller continues, and its log stays consistent. */
const wrongRules: readonly [string, Partial<ControllerRules>][] = [
  [
    'any live replica may lead',
    { electLeader: ({ isr, liveReplicas }) => ({ leader: liveReplicas[0] ?? -1, isr, unclean: false }) },
  ],
  [
    'the ISR may empty',
    { isrAfterRemoval: ({ isr, brokerId }) => isr.filter((member) => member !== brokerId) },
  ],
  ['every proposal of a leader stands', { checkAlterPartition: () => 'NONE', isrMemberEligible: () => true }],
  ['broker epochs are not compared', { checkBrokerEpoch: () => 'NONE' }],
  ['every broker may register', { checkRegistration: () => 'NONE' }],
  ['every broker that asks is unfenced', { mayUnfence: () => true }],
  ['no session is ever valid', { isSessionExpired: () => true }],
  ['leader epochs never move', { nextLeaderEpoch: ({ leaderEpoch }) => leaderEpoch }],
  ['fenced brokers may lead', { mayLead: () => true }],
  [
    'one block of producer ids for all',
    { nextProducerIds: () => ({ firstProducerId: 0, size: 1_000, nextProducerId: 0 }) },
  ],
];

describe('replay of the metadata log', () => {
  it('rebuilds, after any commands and any restarts, the state that the controller had', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 40 }), (commands) => {
        const bench = new ControllerBench();
        const leaders = new Map<string, number>();
        expectReplay(bench, commands, () => checkInvariants(bench, leaders));
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  it.each(wrongRules)('rebuilds the state under wrong rules too: %s', (_what, rules) => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 30 }), (commands) => {
        expectReplay(new ControllerBench({ rules }), commands, () => undefined);
      }),
      { numRuns: 15, seed: 42 },
    );
  });

  it('reports each committed change of a partition to the observer in the order of its partition epochs', () => {
    const bench = new ControllerBench();
    bench.join(1, 2, 3);
    bench.createTopic('orders', [[1, 2, 3]]);
    bench.alterIsr('orders-0', [1, 2]);
    bench.fence(1, 2, 3);
    bench.alterIsr('orders-0', [2, 3]);
    expect(bench.changes.map(({ state }) => state.partitionEpoch)).toEqual([0, 1, 2, 3]);
  });
});
