import { describe, expect, it } from 'vitest';
import { P, Stage } from './testing/stage.js';

describe('a decision that goes by what it must not', () => {
  it('append-after-error: a log ends with the first error, until it is opened again', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b2']);
    stage.checker.logDoubted('b2', P, 'storage-error', 1);
    expect(stage.names()).toEqual([]);
    stage.append(1, 1, ['b2']);
    stage.checker.logOpened('b2', P, []);
    stage.append(0, 1, ['b2']);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'append-after-error', count: 1 }]);
  });

  it('gap-in-log: a batch above or below the end of the log', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b1']);
    stage.append(2, 1, ['b1']);
    stage.append(2, 1, ['b1']);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'gap-in-log', count: 2 }]);
  });

  it('stale-isr-proposal: proposed for an epoch of the leader, or of the partition, that is over', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    const { partitionEpoch } = stage;
    stage.checker.isrAccepted(P, { leaderEpoch: 1, partitionEpoch });
    expect(stage.names()).toEqual([]);
    stage.checker.isrAccepted(P, { leaderEpoch: 1, partitionEpoch: partitionEpoch - 1 });
    stage.checker.isrAccepted(P, { leaderEpoch: 0, partitionEpoch });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'stale-isr-proposal', count: 2 }]);
  });

  it('unsynced-cut, corrupt-batch-kept, stale-fetch-used: as the broker tells', () => {
    const stage = new Stage();
    stage.checker.logDoubted('b2', P, 'unsynced-cut', 5);
    stage.checker.logDoubted('b2', P, 'corrupt-batch', 7);
    stage.checker.logDoubted('b2', P, 'stale-fetch', 7);
    expect(stage.names()).toEqual(['corrupt-batch-kept', 'stale-fetch-used', 'unsynced-cut']);
  });

  it('unfenced-too-early and shut-down-too-early: as the controller tells', () => {
    const stage = new Stage();
    stage.checker.letTooEarly('b2', 'serve');
    stage.checker.letTooEarly('b2', 'go');
    expect(stage.names()).toEqual(['shut-down-too-early', 'unfenced-too-early']);
  });

  it('metadata-regress: an epoch of the partition that was told before', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    expect(stage.names()).toEqual([]);
    stage.partitionEpoch--;
    stage.isr('b1', 1, ['b1', 'b3']);
    stage.isr('b1', 0, ['b1', 'b3']);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'metadata-regress', count: 2 }]);
  });
});
