import { describe, expect, it } from 'vitest';
import { P, Stage } from './testing/stage.js';

describe('a decision that goes by what it must not', () => {
  it('append-after-error: a log ends with the first error, until it is opened again', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b2']);
    stage.checker.storageFailed('b2', P);
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

  it('unsynced-cut: a cut, or a start that may have cut, that is not on disk', () => {
    const stage = new Stage();
    const cut = { logEndOffset: 5, recoveryPoint: 5, producersEndOffset: 5 };
    stage.checker.truncationDone('b2', P, { ...cut, isSynced: true });
    stage.checker.recoveryDone('b2', P, { logEndOffset: 5, isSynced: true, corruptOffset: -1 });
    expect(stage.names()).toEqual([]);
    stage.checker.truncationDone('b2', P, { ...cut, isSynced: false });
    stage.checker.recoveryDone('b2', P, { logEndOffset: 5, isSynced: false, corruptOffset: -1 });
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'unsynced-cut', count: 2, witnesses: [{ host: 'b2', offset: 5 }, { offset: 5 }] },
    ]);
  });

  it('corrupt-batch-kept: at the offset of the first', () => {
    const stage = new Stage();
    stage.checker.recoveryDone('b2', P, { logEndOffset: 9, isSynced: true, corruptOffset: 0 });
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'corrupt-batch-kept', count: 1, witnesses: [{ host: 'b2', offset: 0 }] },
    ]);
  });

  it('stale-fetch-used: an answer of another leader epoch, or about another log end', () => {
    const stage = new Stage();
    const answer = { requestedOffset: 7, requestedLeaderEpoch: 1, logEndOffset: 7, currentLeaderEpoch: 1 };
    stage.checker.fetchAnswerUsed('b2', P, answer);
    expect(stage.names()).toEqual([]);
    stage.checker.fetchAnswerUsed('b2', P, { ...answer, currentLeaderEpoch: 2 });
    stage.checker.fetchAnswerUsed('b2', P, { ...answer, logEndOffset: 6 });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'stale-fetch-used', count: 2 }]);
  });

  it('append-below-min-isr: with acks=all, and no more members asked for than there are replicas', () => {
    const stage = new Stage({ minInsyncReplicas: 2 });
    stage.checker.produceAdmitted('b1', P, -1, 2);
    stage.checker.produceAdmitted('b1', P, 1, 1);
    stage.checker.produceAdmitted('b1', P, 0, 1);
    expect(stage.names()).toEqual([]);
    stage.checker.produceAdmitted('b1', P, -1, 1);
    expect(stage.checker.anomalies()).toMatchObject([
      {
        name: 'append-below-min-isr',
        count: 1,
        witnesses: [{ host: 'b1', isrSize: 1, minInsyncReplicas: 2 }],
      },
    ]);
    const four = new Stage({ minInsyncReplicas: 4 });
    four.checker.produceAdmitted('b1', P, -1, 3);
    expect(four.names()).toEqual([]);
  });

  it('unfenced-too-early: behind its own registration, or unwilling', () => {
    const stage = new Stage();
    const heartbeat = { wantFence: false, currentMetadataOffset: 5, registrationOffset: 5 };
    stage.checker.letServe('b2', heartbeat);
    expect(stage.names()).toEqual([]);
    stage.checker.letServe('b2', { ...heartbeat, currentMetadataOffset: 4 });
    stage.checker.letServe('b2', { ...heartbeat, wantFence: true });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'unfenced-too-early', count: 2 }]);
  });

  it('shut-down-too-early: still leading, or others do not know that it does not', () => {
    const stage = new Stage();
    const state = { hasLeaderships: false, controlledShutdownOffset: 5, lowestActiveOffset: 5 };
    stage.checker.letGo('b2', state);
    stage.checker.letGo('b2', { ...state, lowestActiveOffset: Infinity });
    expect(stage.names()).toEqual([]);
    stage.checker.letGo('b2', { ...state, hasLeaderships: true });
    stage.checker.letGo('b2', { ...state, lowestActiveOffset: 4 });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'shut-down-too-early', count: 2 }]);
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
