import { describe, expect, it } from 'vitest';
import { ControllerBench } from '../testing/controller-bench.js';

const threeBrokers = (config = {}, options = {}): ControllerBench => {
  const bench = new ControllerBench(options);
  bench.join(1, 2, 3);
  bench.createTopic('orders', [[1, 2, 3]], config);
  return bench;
};

const uncleanAllowed = { 'unclean.leader.election.enable': 'true' };

describe('leader election', () => {
  it('begins with the first active replica of the assignment', () => {
    expect(threeBrokers().at('orders-0')).toBe('leader 1 epoch 0 isr 1,2,3');
  });

  it('moves to the next in-sync replica when the session of the leader runs out, and not before', () => {
    const bench = threeBrokers();
    bench.pass(8, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1,2,3');
    bench.pass(2, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2,3');
  });

  it('takes a fenced follower out of the ISR without a new leader epoch', () => {
    const bench = threeBrokers();
    bench.fence(3, 1, 2);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1,2');
    expect(bench.partition('orders-0').partitionEpoch).toBe(1);
  });

  it('never elects a live replica from outside the ISR when unclean election is off', () => {
    const bench = threeBrokers();
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3);
    expect(bench.at('orders-0')).toBe('leader -1 epoch 1 isr 1');
  });

  it('keeps the last member in the ISR and lets it lead again when it returns', () => {
    const bench = threeBrokers();
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3);
    bench.register(1, 'after a restart');
    expect(bench.at('orders-0')).toBe('leader -1 epoch 1 isr 1');
    bench.heartbeat(1);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 2 isr 1');
  });

  it('elects uncleanly where the topic allows it: the ISR is the new leader, which must recover', () => {
    const bench = threeBrokers(uncleanAllowed);
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2');
    expect(bench.partition('orders-0').leaderRecoveryState).toBe(1);
    expect(bench.changes.at(-1)?.state.unclean).toBe(true);
    expect(
      bench.alterIsr('orders-0', [2], { leaderRecoveryState: 0 }).topics[0]?.partitions[0]?.errorCode,
    ).toBe('NONE');
    expect(bench.partition('orders-0').leaderRecoveryState).toBe(0);
  });

  it('prefers a live in-sync replica though unclean election is on', () => {
    const bench = threeBrokers(uncleanAllowed);
    bench.fence(1, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2,3');
    expect(bench.changes.some(({ state }) => state.unclean)).toBe(false);
  });

  it('elects uncleanly on request, whatever the topic says, and only a partition without leader', () => {
    const bench = threeBrokers();
    const elect = () =>
      bench.call('ElectLeaders', {
        electionType: 1,
        topicPartitions: [{ topic: 'orders', partitions: [0] }],
        timeoutMs: 0,
      }).replicaElectionResults[0]?.partitionResult[0];
    bench.alterIsr('orders-0', [1]);
    expect(elect()).toMatchObject({
      errorCode: 'ELECTION_NOT_NEEDED',
      errorMessage: 'Leader election not needed for topic partition.',
    });
    bench.fence(1, 2, 3);
    expect(elect()).toMatchObject({ errorCode: 'NONE', errorMessage: null });
    expect(bench.at('orders-0')).toBe('leader 2 epoch 2 isr 2');
  });

  it('gives a partition back to its preferred leader on request once that is in sync', () => {
    const bench = threeBrokers();
    const elect = () =>
      bench.call('ElectLeaders', {
        electionType: 0,
        topicPartitions: [{ topic: 'orders', partitions: [0] }],
        timeoutMs: 0,
      }).replicaElectionResults[0]?.partitionResult[0];
    expect(elect()?.errorCode).toBe('ELECTION_NOT_NEEDED');
    bench.fence(1, 2, 3);
    bench.heartbeat(1);
    expect(elect()).toMatchObject({
      errorCode: 'PREFERRED_LEADER_NOT_AVAILABLE',
      errorMessage: 'The preferred leader was not available.',
    });
    bench.alterIsr('orders-0', [2, 3, 1]);
    expect(elect()?.errorCode).toBe('NONE');
    expect(bench.at('orders-0')).toBe('leader 1 epoch 2 isr 2,3,1');
  });

  it('gives partitions back to their preferred leaders by itself, every leader.imbalance.check.interval.seconds', () => {
    const bench = threeBrokers({}, { config: { 'leader.imbalance.check.interval.seconds': '30' } });
    bench.fence(1, 2, 3);
    bench.heartbeat(1);
    bench.alterIsr('orders-0', [2, 3, 1]);
    bench.pass(30, 1, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 2 isr 2,3,1');
  });

  it('elects uncleanly some minutes after a setting allowed it for a partition that had no leader', () => {
    const bench = threeBrokers();
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3);
    const configs = [{ name: 'unclean.leader.election.enable', configOperation: 0, value: 'true' }] as const;
    bench.call('IncrementalAlterConfigs', {
      resources: [{ resourceType: 4, resourceName: '', configs }],
      validateOnly: false,
    });
    expect(bench.at('orders-0')).toBe('leader -1 epoch 1 isr 1');
    bench.pass(300, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 2 isr 2');
  });

  it('asks its rules: with "any replica may lead" a replica outside the ISR leads, and the observer is informed', () => {
    const bench = threeBrokers(
      {},
      {
        rules: {
          electLeader: (election: {
            leader: number;
            isr: readonly number[];
            liveReplicas: readonly number[];
          }) => {
            const { leader, isr, liveReplicas } = election;
            const next = liveReplicas.includes(leader) ? leader : (liveReplicas[0] ?? -1);
            return { leader: next, isr, unclean: false };
          },
        },
      },
    );
    bench.alterIsr('orders-0', [1]);
    bench.fence(1, 2, 3);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 1');
    expect(bench.changes.at(-1)?.state.unclean).toBe(true);
  });

  it('asks its rules: with a bump for every ISR shrink a fenced follower starts a new leader epoch', () => {
    const bench = threeBrokers({}, { rules: { needsLeaderEpochBump: () => true } });
    bench.fence(3, 1, 2);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 1 isr 1,2');
  });
});
