import { describe, expect, it } from 'vitest';
import { ELIGIBLE, P, Stage } from './testing/stage.js';

describe('a decision based on the wrong facts', () => {
  it('append-after-error: no append after the first error, until the log is opened again', () => {
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

  it('gap-in-log: a start that finds one', () => {
    const stage = new Stage();
    const batch = { leaderEpoch: 1, crc: 0 };
    stage.checker.logOpened('b2', P, [
      { ...batch, baseOffset: 0, lastOffset: 3 },
      { ...batch, baseOffset: 4, lastOffset: 4 },
      { ...batch, baseOffset: 7, lastOffset: 7 },
    ]);
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'gap-in-log', count: 1, witnesses: [{ host: 'b2', offset: 7, logEndOffset: 5 }] },
    ]);
  });

  it('epochs-not-of-log: after a start or a truncation, with one epoch too many, one too few or one at another offset', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b2']);
    stage.append(1, 3, ['b2']);
    const [first, second] = [
      { leaderEpoch: 1, startOffset: 0 },
      { leaderEpoch: 3, startOffset: 1 },
    ];
    const recovered = { logEndOffset: 2, isSynced: true, corruptOffset: -1 };
    stage.checker.recoveryDone('b2', P, { ...recovered, epochs: [first, second] });
    expect(stage.names()).toEqual([]);
    const third = { leaderEpoch: 4, startOffset: 2 };
    stage.checker.recoveryDone('b2', P, { ...recovered, epochs: [first] });
    stage.checker.recoveryDone('b2', P, { ...recovered, epochs: [first, { ...second, startOffset: 0 }] });
    const cut = { logEndOffset: 2, isSynced: true, recoveryPoint: 0, producersEndOffset: 0 };
    stage.checker.truncationDone('b2', P, { ...cut, epochs: [first, second, third] });
    expect(stage.checker.anomalies()).toMatchObject([
      {
        name: 'epochs-not-of-log',
        count: 3,
        witnesses: [
          { host: 'b2', kept: null, inLog: second },
          { inLog: second },
          { kept: third, inLog: null },
        ],
      },
    ]);
  });

  it('ineligible-for-isr: by the own knowledge of the leader', () => {
    const stage = new Stage();
    stage.fetch('b2', 0);
    stage.checker.isrProposed('b1', P, 'b2', 1, ELIGIBLE);
    stage.checker.isrProposed('b1', P, 'b2', 1, { ...ELIGIBLE, fetchBrokerEpoch: -1 });
    expect(stage.names()).toEqual([]);
    for (const wrong of [
      { fenced: true },
      { shuttingDown: true },
      { lastFetchLeaderEpoch: -1 },
      { metadataBrokerEpoch: -1 },
      { fetchBrokerEpoch: 6 },
    ])
      stage.checker.isrProposed('b1', P, 'b2', 1, { ...ELIGIBLE, ...wrong });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'ineligible-for-isr', count: 5 }]);
  });

  it('ineligible-for-isr: no fetch of the follower has arrived in this leadership, whatever the leader reports', () => {
    const stage = new Stage();
    stage.fetch('b2', 0);
    stage.checker.followerKnown('b1', P, 'b2', { logEndOffset: -1, wasLeader: false, nowMillis: 0 });
    stage.checker.isrProposed('b1', P, 'b2', 1, ELIGIBLE);
    expect(stage.names()).toEqual(['ineligible-for-isr']);
  });

  it('isr-given-up: an answer that does not settle the members of the ISR', () => {
    const stage = new Stage();
    const [two, three] = [
      ['b1', 'b2'],
      ['b1', 'b2', 'b3'],
    ];
    const told = (errorCode: string, before: string[], after: string[]): void =>
      stage.checker.isrAnswered('b1', P, { errorCode, before, after });
    told('NONE', three, two);
    told('INELIGIBLE_REPLICA', three, two);
    told('INVALID_UPDATE_VERSION', two, two);
    expect(stage.names()).toEqual([]);
    told('INVALID_UPDATE_VERSION', three, two);
    told('FENCED_LEADER_EPOCH', three, two);
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'isr-given-up', count: 2, witnesses: [{ host: 'b1', givenUp: ['b3'] }, {}] },
    ]);
  });

  it('synced-loss: records that counted as synced, if every sync was sound and no truncation followed', () => {
    const lossAfter = (story: (stage: Stage) => void): readonly string[] => {
      const stage = new Stage({ diskLoss: true });
      for (const offset of [0, 1]) stage.append(offset, 1, ['b2']);
      story(stage);
      stage.checker.diskDamaged('b2', 'power-loss');
      stage.checker.logOpened('b2', P, [{ baseOffset: 0, lastOffset: 0, leaderEpoch: 1, crc: 0 }]);
      return stage.names();
    };
    const flush = (stage: Stage): void => stage.checker.flushed('b2', P, 2);
    expect(lossAfter((stage) => stage.checker.flushed('b2', P, 1))).toEqual([]);
    expect(lossAfter(flush)).toEqual(['synced-loss']);
    const unsound = lossAfter((stage) => {
      flush(stage);
      stage.checker.syncsUnsound('b2');
    });
    expect(unsound).toEqual([]);
    const cut = lossAfter((stage) => {
      flush(stage);
      stage.checker.truncated('b2', P, 1);
      stage.append(1, 2, ['b2']);
    });
    expect(cut).toEqual([]);
  });

  it('metadata-unsynced: committed beyond what is on disk', () => {
    const stage = new Stage();
    stage.checker.metadataCommitted('c1', 8, 8);
    expect(stage.names()).toEqual([]);
    stage.checker.metadataCommitted('c1', 9, 8);
    expect(stage.names()).toEqual(['metadata-unsynced']);
  });

  it('unverified-append: whatever the consequence', () => {
    const stage = new Stage();
    stage.checker.checksumSkipped('b2', P, 9);
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'unverified-append', witnesses: [{ offset: 9 }] },
    ]);
  });

  it('unheard-follower: any log end at all, unless the leader led before', () => {
    const stage = new Stage();
    const known = { wasLeader: false, nowMillis: 0 };
    stage.checker.followerKnown('b1', P, 'b2', { ...known, logEndOffset: -1 });
    stage.checker.followerKnown('b1', P, 'b2', { ...known, logEndOffset: 0, wasLeader: true });
    expect(stage.names()).toEqual([]);
    stage.checker.followerKnown('b1', P, 'b2', { ...known, logEndOffset: 0 });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'unheard-follower', count: 1 }]);
  });

  describe('a member that has 8 of 9 records, and had all 2 s ago', () => {
    const lag = { leaderEndOffset: 9, nowMillis: 5_000, lagTimeMaxMillis: 2_000 };
    const judged = (caughtUpAtMillis: number, told: object, isRemoved: boolean): readonly string[] => {
      const stage = new Stage();
      stage.checker.followerKnown('b1', P, 'b2', { logEndOffset: -1, wasLeader: false, nowMillis: 0 });
      for (let offset = 0; offset < 8; offset++) stage.append(offset, 1, ['b1', 'b2']);
      stage.fetch('b2', 8, caughtUpAtMillis);
      stage.append(8, 1, ['b1']);
      const follower = { followerEndOffset: 8, lastCaughtUpMillis: caughtUpAtMillis };
      stage.checker.memberJudged('b1', P, 'b2', { ...lag, ...follower, ...told }, isRemoved);
      return stage.names();
    };

    it('stays for replica.lag.time.max.ms and no longer', () => {
      expect(judged(3_000, {}, false)).toEqual([]);
      expect(judged(2_999, {}, true)).toEqual([]);
      expect(judged(2_999, {}, false)).toEqual(['laggard-in-isr']);
      expect(judged(3_000, {}, true)).toEqual(['removed-in-sync']);
    });

    it('is judged by its fetches, whatever the leader reports', () => {
      expect(judged(2_999, { lastCaughtUpMillis: 5_000 }, false)).toEqual(['laggard-in-isr']);
      expect(judged(2_999, { followerEndOffset: 9 }, false)).toEqual(['laggard-in-isr']);
      expect(judged(3_000, { lastCaughtUpMillis: 0 }, true)).toEqual(['removed-in-sync']);
    });

    it('is also judged by the report of the leader', () => {
      expect(judged(2_999, { lastCaughtUpMillis: 5_000 }, true)).toEqual(['removed-in-sync']);
      expect(judged(3_000, { lastCaughtUpMillis: 0 }, false)).toEqual(['laggard-in-isr']);
    });
  });

  it('laggard-in-isr: a fetch in a session that no longer names the partition still means that the follower has everything', () => {
    const stage = new Stage();
    const clock = { lastFetchMillis: 1_000 };
    stage.checker.followerFetched('b1', P, 'b2', 0, clock);
    clock.lastFetchMillis = 4_000;
    stage.append(0, 1, ['b1']);
    const told = {
      followerEndOffset: 0,
      leaderEndOffset: 1,
      lastCaughtUpMillis: 4_000,
      lagTimeMaxMillis: 2_000,
    };
    stage.checker.memberJudged('b1', P, 'b2', { ...told, nowMillis: 6_000 }, false);
    expect(stage.names()).toEqual([]);
    stage.checker.memberJudged('b1', P, 'b2', { ...told, nowMillis: 6_001 }, false);
    expect(stage.names()).toEqual(['laggard-in-isr']);
  });

  it.each([
    [0, 4, true],
    [0, 3, false],
    [0, 5, false],
    [1, 3, true],
    [1, 4, false],
  ] as const)('wrong-latest-offset: isolation level %i is answered %i', (isolationLevel, offset, isRight) => {
    const stage = new Stage();
    for (let at = 0; at < 6; at++) stage.append(at, 1, ['b1', 'b2', 'b3']);
    stage.commit('b1', 4);
    stage.checker.latestOffsetAnswered('b1', P, isolationLevel, offset, { lastStableOffset: 3 });
    expect(stage.names()).toEqual(isRight ? [] : ['wrong-latest-offset']);
  });

  it('wrong-latest-offset: before its epoch begins a leader does not know it (KIP-207)', () => {
    const stage = new Stage();
    for (let at = 0; at < 6; at++) stage.append(at, 1, ['b1', 'b2', 'b3']);
    stage.commit('b1', 4);
    stage.lead('b2', 2, ['b1', 'b2', 'b3']);
    stage.commit('b2', 4);
    stage.checker.latestOffsetAnswered('b2', P, 0, 4, { lastStableOffset: 4 });
    expect(stage.names()).toEqual(['wrong-latest-offset']);
  });

  it('producer-ids-twice: a block that overlaps an earlier one', () => {
    const stage = new Stage();
    stage.checker.producerIdsGiven('b1', 0, 1_000);
    stage.checker.producerIdsGiven('b2', 2_000, 1_000);
    stage.checker.producerIdsGiven('b1', 1_000, 1_000);
    expect(stage.names()).toEqual([]);
    stage.checker.producerIdsGiven('b3', 2_999, 1_000);
    expect(stage.checker.anomalies()).toMatchObject([
      {
        name: 'producer-ids-twice',
        count: 1,
        witnesses: [{ host: 'b3', firstProducerId: 2_999, other: 'b2' }],
      },
    ]);
  });

  it('stale-isr-proposal: proposed for an older leader epoch or partition epoch', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    const { partitionEpoch } = stage;
    stage.checker.isrAccepted(P, { leaderEpoch: 1, partitionEpoch });
    expect(stage.names()).toEqual([]);
    stage.checker.isrAccepted(P, { leaderEpoch: 1, partitionEpoch: partitionEpoch - 1 });
    stage.checker.isrAccepted(P, { leaderEpoch: 0, partitionEpoch });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'stale-isr-proposal', count: 2 }]);
  });

  it('unsynced-cut: a truncation, or a start that may have truncated, that is not on disk', () => {
    const stage = new Stage();
    const cut = { logEndOffset: 5, epochs: [], recoveryPoint: 0, producersEndOffset: 0 };
    stage.checker.truncationDone('b2', P, { ...cut, isSynced: true });
    stage.checker.recoveryDone('b2', P, { logEndOffset: 5, epochs: [], isSynced: true, corruptOffset: -1 });
    expect(stage.names()).toEqual([]);
    stage.checker.truncationDone('b2', P, { ...cut, isSynced: false });
    stage.checker.recoveryDone('b2', P, { logEndOffset: 5, epochs: [], isSynced: false, corruptOffset: -1 });
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'unsynced-cut', count: 2, witnesses: [{ host: 'b2', offset: 5 }, { offset: 5 }] },
    ]);
  });

  it('state-beyond-log: a recovery point or a producer’s batch above the end of a truncated log', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b2']);
    const synced = { isSynced: true, logEndOffset: 9, epochs: [{ leaderEpoch: 1, startOffset: 0 }] };
    stage.checker.truncationDone('b2', P, { ...synced, recoveryPoint: 1, producersEndOffset: 1 });
    expect(stage.names()).toEqual([]);
    stage.checker.truncationDone('b2', P, { ...synced, recoveryPoint: 2, producersEndOffset: 0 });
    stage.checker.truncationDone('b2', P, { ...synced, recoveryPoint: 0, producersEndOffset: 2 });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'state-beyond-log', count: 2 }]);
  });

  it('corrupt-batch-kept: at the offset of the first', () => {
    const stage = new Stage();
    stage.checker.recoveryDone('b2', P, { logEndOffset: 9, epochs: [], isSynced: true, corruptOffset: 0 });
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'corrupt-batch-kept', count: 1, witnesses: [{ host: 'b2', offset: 0 }] },
    ]);
  });

  it('stale-fetch-used: a response of another leader epoch, or for another log end', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b2']);
    const answer = { requestedOffset: 1, requestedLeaderEpoch: 1 };
    stage.checker.fetchAnswerUsed('b2', P, answer);
    expect(stage.names()).toEqual([]);
    stage.checker.fetchAnswerUsed('b2', P, { ...answer, requestedLeaderEpoch: 0 });
    stage.checker.fetchAnswerUsed('b2', P, { ...answer, requestedOffset: 0 });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'stale-fetch-used', count: 2 }]);
  });

  it('unopened-log-trusted, unsynced-log-trusted: by the logs on the disk and the logs opened since the start', () => {
    const stage = new Stage();
    const logs = [
      { partition: P, isDurable: true },
      { partition: 'orders-1', isDurable: true },
    ];
    stage.checker.logOpened('b2', 'orders-1', []);
    stage.checker.shutDownCleanly('b2', logs);
    expect(stage.names()).toEqual([]);
    stage.checker.shutDownCleanly('b2', [{ partition: P, isDurable: false }]);
    stage.checker.hostStarted('b2');
    stage.checker.logOpened('b2', 'orders-1', []);
    stage.checker.shutDownCleanly('b2', logs);
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'unopened-log-trusted', count: 1, witnesses: [{ host: 'b2', partition: P }] },
      { name: 'unsynced-log-trusted', count: 1, witnesses: [{ host: 'b2', partition: P }] },
    ]);
  });

  it('append-below-min-isr: with acks=all, with at most as many members required as there are replicas', () => {
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

  it('unfenced-too-early: before it applied its own registration, or without its request', () => {
    const stage = new Stage();
    const heartbeat = { wantFence: false, currentMetadataOffset: 5, registrationOffset: 5 };
    stage.checker.letServe('b2', heartbeat);
    expect(stage.names()).toEqual([]);
    stage.checker.letServe('b2', { ...heartbeat, currentMetadataOffset: 4 });
    stage.checker.letServe('b2', { ...heartbeat, wantFence: true });
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'unfenced-too-early', count: 2 }]);
  });

  it('shut-down-too-early: still leading, or other brokers do not know that it no longer leads', () => {
    const stage = new Stage();
    const state = { hasLeaderships: false, controlledShutdownOffset: 5, lowestActiveOffset: 5 };
    stage.checker.letGo('b2', state);
    stage.checker.letGo('b2', { ...state, lowestActiveOffset: Infinity });
    expect(stage.names()).toEqual([]);
    stage.checker.letGo('b2', { ...state, hasLeaderships: true });
    stage.checker.letGo('b2', { ...state, lowestActiveOffset: 4 });
    stage.checker.letGo('b1', state);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'shut-down-too-early', count: 3 }]);
  });

  it('metadata-regress: a partition epoch that was published before', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    expect(stage.names()).toEqual([]);
    stage.partitionEpoch--;
    stage.isr('b1', 1, ['b1', 'b3']);
    stage.isr('b1', 0, ['b1', 'b3']);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'metadata-regress', count: 2 }]);
  });
});
