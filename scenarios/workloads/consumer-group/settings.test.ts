/** Settings of a consumer group that contradict each other. */
import { describe, expect, it } from 'vitest';
import { oneHostAtATime } from '../../../harness/faults/budget.js';
import { threeBrokers } from '../../cluster/cluster-spec.js';
import { scenario } from '../../experiment/scenario.js';
import { consumerGroup } from './consumer-group.js';
import type { CommitOrder } from './settings.js';

const groupOf = (commit: CommitOrder, isOn: boolean) => () =>
  scenario('own', {
    promise: 'a sentence',
    cluster: threeBrokers({ topics: { orders: { partitions: 1 } } }),
    workload: consumerGroup({ commit, consumerConfig: { 'enable.auto.commit': `${isOn}` } }),
    faults: [],
    budget: oneHostAtATime({ recoveryMicros: 1_000_000 }),
  });

describe('the order of commits and enable.auto.commit', () => {
  it.each([
    ['auto', false],
    ['auto-aside', false],
    ['after-processing', true],
    ['position-per-record', true],
  ] as const)('%s with enable.auto.commit=%s is refused by name', (commit, isOn) => {
    expect(groupOf(commit, isOn)).toThrow(`needs enable.auto.commit=${!isOn}`);
  });

  it('that agree are accepted', () => {
    expect(groupOf('auto', true)).not.toThrow();
  });
});
