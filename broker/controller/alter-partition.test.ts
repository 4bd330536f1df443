import { describe, expect, it } from 'vitest';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { type AlterChanges, ControllerBench } from '../testing/controller-bench.js';

const threeBrokers = (options = {}): ControllerBench => {
  const bench = new ControllerBench(options);
  bench.join(1, 2, 3, 4);
  bench.createTopic('orders', [[1, 2, 3]]);
  return bench;
};

const answerTo = (bench: ControllerBench, newIsr: readonly number[], changes: AlterChanges = {}) =>
  bench.alterIsr('orders-0', newIsr, changes).topics[0]?.partitions[0]?.errorCode;

describe('AlterPartition (KIP-497)', () => {
  it('commits the ISR that the leader proposes and answers with the new partition epoch, in the same leader epoch', () => {
    const bench = threeBrokers();
    expect(bench.alterIsr('orders-0', [1, 2]).topics[0]?.partitions[0]).toEqual({
      partitionIndex: 0,
      errorCode: 'NONE',
      leaderId: 1,
      leaderEpoch: 0,
      isr: [1, 2],
      leaderRecoveryState: 0,
      partitionEpoch: 1,
    });
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1,2');
  });

  it('answers a proposal that changes nothing with what stands', () => {
    const bench = threeBrokers();
    expect(bench.alterIsr('orders-0', [1, 2, 3]).topics[0]?.partitions[0]?.partitionEpoch).toBe(0);
  });

  it.each<[string, readonly number[], AlterChanges, string]>([
    ['an older leader epoch', [2, 3], { leaderEpoch: 0 }, 'FENCED_LEADER_EPOCH'],
    ['a leader epoch from the future', [2, 3], { leaderEpoch: 9 }, 'NOT_CONTROLLER'],
    ['an older partition epoch', [2, 3], { partitionEpoch: 0 }, 'INVALID_UPDATE_VERSION'],
    ['a partition epoch from the future', [2, 3], { partitionEpoch: 9 }, 'NOT_CONTROLLER'],
    ['a broker that does not lead', [2, 3], { brokerId: 3 }, 'INVALID_REQUEST'],
    ['an ISR without the leader', [3], {}, 'INVALID_REQUEST'],
    ['an empty ISR', [], {}, 'INVALID_REQUEST'],
    ['a broker that is no replica', [2, 3, 4], {}, 'INVALID_REQUEST'],
    ['one replica twice', [2, 3, 3], {}, 'INVALID_REQUEST'],
    ['a recovered leader that falls back to recovering', [2], { leaderRecoveryState: 1 }, 'INVALID_REQUEST'],
    ['a fenced broker', [2, 3, 1], {}, 'INELIGIBLE_REPLICA'],
    [
      'a broker epoch that is not the registered one',
      [2, 3],
      { memberEpochs: { 3: 0 } },
      'INELIGIBLE_REPLICA',
    ],
  ])('refuses %s', (_what, newIsr, changes, errorCode) => {
    const bench = threeBrokers();
    bench.fence(1, 2, 3, 4);
    const before = bench.partition('orders-0');
    expect(answerTo(bench, newIsr, changes)).toBe(errorCode);
    expect(bench.partition('orders-0')).toEqual(before);
  });

  it('is reported with the epochs of its proposal, even when a wrong rule accepts a stale one', () => {
    const isOver = { leaderEpoch: 0, partitionEpoch: 0 };
    for (const [rules, accepted] of [
      [{}, []],
      [{ checkAlterPartition: () => 'NONE' as const }, [isOver]],
    ] as const) {
      const bench = threeBrokers({ rules });
      bench.fence(1, 2, 3, 4);
      expect(bench.partition('orders-0')).toMatchObject({ leaderEpoch: 1, partitionEpoch: 1 });
      bench.alterIsr('orders-0', [2], isOver);
      expect(bench.acceptedFor).toEqual(accepted);
    }
    const bench = threeBrokers();
    bench.alterIsr('orders-0', [1, 2]);
    expect(bench.acceptedFor).toEqual([isOver]);
  });

  it('refuses an expansion by a recovering leader', () => {
    const bench = threeBrokers();
    const unclean = [{ name: 'unclean.leader.election.enable', configOperation: 0, value: 'true' }] as const;
    bench.call('IncrementalAlterConfigs', {
      resources: [{ resourceType: 2, resourceName: 'orders', configs: unclean }],
      validateOnly: false,
    });
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3, 4);
    expect(answerTo(bench, [2, 3], { leaderRecoveryState: 1 })).toBe('INVALID_REQUEST');
    expect(answerTo(bench, [2, 3], { leaderRecoveryState: 0 })).toBe('NONE');
  });

  it('refuses a broker that is shutting down', () => {
    const bench = threeBrokers();
    bench.createTopic('others', [[3, 1]]);
    bench.heartbeat(3, { wantShutDown: true });
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1,2');
    expect(answerTo(bench, [1, 2, 3])).toBe('INELIGIBLE_REPLICA');
  });

  it('refuses the whole request of a stale incarnation, and partitions it does not know', () => {
    const bench = threeBrokers();
    expect(bench.alterIsr('orders-0', [1, 2], { brokerEpoch: 0 }).errorCode).toBe('STALE_BROKER_EPOCH');
    const unknown = bench.call('AlterPartition', {
      brokerId: 1,
      brokerEpoch: bench.epoch(1),
      topics: [
        {
          topicId: ZERO_UUID,
          partitions: [
            {
              partitionIndex: 0,
              leaderEpoch: 0,
              partitionEpoch: 0,
              leaderRecoveryState: 0,
              newIsr: [],
              newIsrWithEpochs: [],
            },
          ],
        },
      ],
    });
    expect(unknown.topics[0]?.partitions[0]?.errorCode).toBe('UNKNOWN_TOPIC_ID');
  });

  it('accepts a member without broker epoch from a leader that does not know it', () => {
    expect(answerTo(threeBrokers(), [1, 2], { memberEpochs: { 2: -1 } })).toBe('NONE');
  });

  /** The leader proposes broker 2, which had caught up. In the meantime broker 2 lost its disk and registered again. */
  const proposeReplicaThatLostItsDisk = (bench: ControllerBench) => {
    bench.alterIsr('orders-0', [1]);
    const epochThatCaughtUp = bench.epoch(2);
    bench.fence(2, 1, 3);
    bench.register(2, 'with an empty disk');
    bench.heartbeat(2);
    return answerTo(bench, [1, 2], { memberEpochs: { 2: epochThatCaughtUp } });
  };

  it('refuses a replica that has registered again since the leader saw it catch up (KIP-903)', () => {
    const bench = threeBrokers();
    expect(proposeReplicaThatLostItsDisk(bench)).toBe('INELIGIBLE_REPLICA');
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1');
  });

  it('admitted it before KIP-903, when broker epochs of members were not compared', () => {
    const bench = threeBrokers({
      rules: { isrMemberEligible: (member: { fenced: boolean }) => !member.fenced },
    });
    expect(proposeReplicaThatLostItsDisk(bench)).toBe('NONE');
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1,2');
  });
});
