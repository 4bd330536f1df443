import { describe, expect, it } from 'vitest';
import { ELIGIBLE, P, Stage } from './testing/stage.js';

const ALL = ['b1', 'b2', 'b3'];

describe('replicated-log invariants', () => {
  it('a replicated, committed, acknowledged and served record is clean', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    stage.checker.served('b1', P, 0, 1);
    stage.checker.highWatermarkMoved('b2', P, 1, 'follower');
    stage.lead('b2', 2, ['b2', 'b3']);
    expect(stage.names()).toEqual([]);
  });

  it('committed-loss: the high watermark passes a record that a member of the ISR lacks', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b1', 'b2']);
    stage.commit('b1', 1);
    expect(stage.names()).toEqual(['committed-loss']);
    expect(stage.checker.anomalies()[0]?.witnesses[0]).toMatchObject({
      host: 'b3',
      offset: 0,
      highWatermark: 1,
    });
  });

  it('a replica outside the ISR may lack committed records, and may not join without them', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.append(0, 1, ['b1', 'b2']);
    stage.commit('b1', 1);
    expect(stage.names()).toEqual([]);
    stage.isr('b1', 1, ALL);
    expect(stage.names()).toEqual(['committed-loss']);
  });

  it('committed-loss: a member of the ISR truncates below the committed end (KIP-101)', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.truncated('b2', P, 0);
    expect(stage.names()).toEqual(['committed-loss']);
  });

  it('an uncommitted tail may be truncated', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.append(1, 1, ['b1']);
    stage.lead('b2', 2, ['b2', 'b3']);
    stage.checker.truncated('b1', P, 1);
    expect(stage.names()).toEqual([]);
  });

  it('leader-not-in-isr and leader-completeness: a stale replica is elected', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    stage.lead('b2', 2, ['b2']);
    expect(stage.names()).toEqual(['leader-completeness', 'leader-not-in-isr']);
  });

  it('an unclean election is explained if it is permitted, and the lost records are known', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    stage.lead('b2', 2, ['b2']);
    expect(stage.names()).toEqual([]);
    expect(stage.checker.explainLoss(P, 0)).toMatchObject({
      cause: 'unclean-election',
      leader: 'b2',
      keptUpTo: 0,
      committedLost: 1,
    });
  });

  it('records that an election kept are not explained by it', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    stage.isr('b1', 1, ['b1']);
    stage.append(1, 1, ['b1']);
    stage.commit('b1', 2);
    stage.lead('b2', 2, ['b2']);
    expect(stage.checker.explainLoss(P, 0)).toBeNull();
  });

  it('a loss of an acknowledged record without any later election is never explained', () => {
    const stage = new Stage({ uncleanElection: true, diskLoss: true });
    stage.append(0, 1, ['b1']);
    stage.checker.acknowledged('b1', P, 0, 0, 1, 1);
    expect(stage.checker.explainLoss(P, 0)).toBeNull();
    stage.lead('b2', 2, ['b2', 'b3']);
    expect(stage.checker.explainLoss(P, 0)).toMatchObject({ cause: 'clean', keptUpTo: 0 });
  });

  it('log-matching: a follower holds another record below the high watermark', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.append(0, 1, ['b1', 'b2']);
    stage.append(0, 1, ['b3'], 77);
    stage.commit('b1', 1);
    stage.checker.highWatermarkMoved('b3', P, 1, 'follower');
    expect(stage.names()).toEqual(['log-matching']);
  });

  it('two-leaders-in-epoch, hw-regress, read-above-hw and ack-before-commit are named', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.append(1, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.served('b1', P, 0, 2);
    stage.checker.acknowledged('b1', P, 1, 1, 1, -1);
    stage.commit('b1', 2);
    stage.commit('b1', 1);
    stage.checker.roleChanged('b3', P, 'leader', 1);
    expect(stage.names()).toEqual([
      'ack-before-commit',
      'hw-regress',
      'read-above-hw',
      'two-leaders-in-epoch',
    ]);
  });

  it('acks=1 is acknowledged before commit, rightly', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b1']);
    stage.checker.acknowledged('b1', P, 0, 0, 1, 1);
    expect(stage.names()).toEqual([]);
  });

  it('a zombie of an epoch before an explained loss is not compared with the new history', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    stage.lead('b2', 2, ['b2']);
    stage.checker.served('b1', P, 0, 1);
    stage.append(1, 1, ['b1']);
    stage.commit('b1', 2);
    stage.checker.truncated('b1', P, 0);
    expect(stage.names()).toEqual([]);
  });

  it('an unclean leader continues from its own high watermark, even if an earlier one had truncated the log further', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.isr('b1', 1, ['b1']);
    stage.append(1, 1, ['b1']);
    stage.commit('b1', 2);
    stage.isr('b3', 2, ['b3']);
    stage.lead('b1', 3, ['b1']);
    stage.checker.acknowledged('b1', P, 1, 1, 3, -1);
    expect(stage.names()).toEqual([]);
    expect(stage.checker.explainLoss(P, 1)).toBeNull();
  });

  it('a loss is traced to the election since which no leader has held the record', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    for (const [leader, epoch] of [
      ['b2', 2],
      ['b1', 3],
      ['b3', 4],
      ['b2', 5],
    ] as const)
      stage.isr(leader, epoch, [leader]);
    expect(stage.checker.explainLoss(P, 0)).toMatchObject({ leaderEpoch: 4, leader: 'b3' });
  });

  it('a committed record is traced also where its acknowledgement was never sent', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    stage.lead('b2', 2, ['b2']);
    expect(stage.checker.explainLoss(P, 0)).toMatchObject({ leaderEpoch: 2 });
  });

  it('a retry acknowledged in a later epoch is the record of the epoch in which it was appended', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.lead('b2', 2, ['b2', 'b3']);
    stage.checker.acknowledged('b2', P, 0, 0, 2, -1);
    stage.lead('b3', 3, ['b3', 'b2']);
    expect(stage.checker.explainLoss(P, 0)).toBeNull();
  });

  it('commit-below-min-isr: the high watermark passes what the leader alone has', () => {
    const stage = new Stage({ minInsyncReplicas: 2 });
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    expect(stage.names()).toEqual(['commit-below-min-isr']);
  });

  it('a replica that lost its tail after it fetched counts towards min.insync.replicas', () => {
    const stage = new Stage({ minInsyncReplicas: 2, diskLoss: true });
    stage.append(0, 1, ['b1', 'b2']);
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.checker.diskDamaged('b2', 'power-loss');
    stage.checker.logOpened('b2', P, []);
    stage.commit('b1', 1);
    expect(stage.names()).toEqual([]);
  });

  it('hw-above-log-end: a follower believes more than it has', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b1', 'b2']);
    stage.checker.highWatermarkMoved('b3', P, 1, 'follower');
    expect(stage.names()).toEqual(['hw-above-log-end']);
  });

  it('a replica elected after an explained loss brings back what it was told to be committed', () => {
    const stage = new Stage({ diskLoss: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.highWatermarkMoved('b2', P, 1, 'follower');
    stage.checker.diskDamaged('b3', 'power-loss');
    stage.checker.logOpened('b3', P, []);
    stage.isr('b3', 2, ['b3', 'b2']);
    stage.lead('b2', 3, ['b2']);
    stage.checker.acknowledged('b2', P, 0, 0, 3, -1);
    expect(stage.names()).toEqual([]);
  });

  it('a bit that flips where no CRC sees it makes no other record', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.diskDamaged('b2', 'bit-rot');
    stage.checker.logOpened('b2', P, [{ baseOffset: 0, lastOffset: 0, leaderEpoch: 513, crc: 0 }]);
    stage.checker.highWatermarkMoved('b2', P, 1, 'follower');
    expect(stage.names()).toEqual([]);
  });

  it('histories that take turns as the committed one are each compared anew', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.lead('b1', 2, ['b1']);
    stage.append(1, 2, ['b1']);
    stage.commit('b1', 2);
    stage.lead('b2', 3, ['b2']);
    stage.append(1, 3, ['b2']);
    stage.commit('b2', 2);
    stage.isr('b1', 4, ['b1']);
    expect(stage.checker.explainLoss(P, 1)).toMatchObject({ leaderEpoch: 4 });
    stage.isr('b2', 5, ['b2']);
    expect(stage.checker.explainLoss(P, 1)).toMatchObject({ leaderEpoch: 5, committedLost: 1 });
    expect(stage.names()).toEqual([]);
  });

  it('stale-incarnation-in-isr: an ISR is taken over that names a broker as it was before it registered anew', () => {
    const stage = new Stage();
    stage.checker.registered('b3', 7);
    stage.checker.isrMemberAccepted(P, 'b3', 7);
    stage.checker.isrMemberAccepted(P, 'b3', -1);
    expect(stage.names()).toEqual([]);
    stage.checker.registered('b3', 9);
    stage.checker.isrMemberAccepted(P, 'b3', 7);
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'stale-incarnation-in-isr', witnesses: [{ host: 'b3', incarnation: 7, registered: 9 }] },
    ]);
  });

  it('fenced-in-isr: a fenced broker stays in the ISR only where it is the last, and leads nothing', () => {
    const stage = new Stage();
    stage.checker.livenessChanged('b1', false);
    stage.isr('b2', 2, ['b2', 'b3']);
    stage.checker.livenessChanged('b2', false);
    stage.isr('b3', 3, ['b3']);
    stage.checker.livenessChanged('b3', false);
    stage.isr(null, 4, ['b3']);
    stage.checker.livenessChanged('b3', true);
    stage.isr('b3', 5, ['b3']);
    expect(stage.names()).toEqual([]);
    stage.isr('b3', 5, ['b3', 'b2']);
    expect(stage.names()).toEqual(['fenced-in-isr']);
  });

  it('isr-before-caught-up: the present leader proposes a replica that lacks a committed record', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.append(0, 1, ['b1', 'b2']);
    stage.commit('b1', 1);
    for (const follower of ['b2', 'b3']) stage.fetch(follower, 0);
    stage.checker.isrProposed('b1', P, 'b3', 0, ELIGIBLE);
    stage.checker.isrProposed('b1', P, 'b2', 1, ELIGIBLE);
    expect(stage.names()).toEqual([]);
    stage.checker.isrProposed('b1', P, 'b3', 1, ELIGIBLE);
    expect(stage.checker.anomalies()).toMatchObject([
      { name: 'isr-before-caught-up', witnesses: [{ host: 'b3', offset: 0 }] },
    ]);
  });

  it('epoch-unknown: a leader cannot say where an epoch up to its own ended', () => {
    const stage = new Stage();
    stage.checker.epochUnknown('b1', P, { requestedEpoch: 3, leaderEpoch: 2 });
    expect(stage.names()).toEqual([]);
    stage.checker.epochUnknown('b1', P, { requestedEpoch: 2, leaderEpoch: 2 });
    expect(stage.names()).toEqual(['epoch-unknown']);
  });

  it('sequence-refused: without a loss of anything committed', () => {
    const batch = { producerId: 1, producerEpoch: 0, baseSequence: 7 };
    const refused = (checker: Stage['checker']) =>
      checker.sequenceRefused('p1', P, batch, 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    const stage = new Stage();
    stage.lead('b2', 2, ['b1', 'b2', 'b3']);
    // b1 does not know it yet, and cannot know what b2 has acknowledged.
    stage.checker.leaderRefused(P, batch, 1);
    refused(stage.checker);
    // b2 might have lacked what b3 acknowledged before the producer heard of the refusal.
    stage.checker.leaderRefused(P, batch, 2);
    stage.lead('b3', 3, ['b1', 'b2', 'b3']);
    refused(stage.checker);
    stage.lead('b2', 4, ['b1', 'b2', 'b3']);
    expect(stage.names()).toEqual([]);
    stage.checker.leaderRefused(P, batch, 4);
    refused(stage.checker);
    expect(stage.names()).toEqual(['sequence-refused']);
    const lossy = new Stage({ uncleanElection: true });
    lossy.append(0, 1, ['b1', 'b2']);
    lossy.isr('b1', 1, ['b1', 'b2']);
    lossy.commit('b1', 1);
    lossy.lead('b3', 2, ['b3']);
    lossy.checker.leaderRefused(P, batch, 2);
    refused(lossy.checker);
    expect(lossy.names()).toEqual([]);
  });

  it('crossed-truncation: a reader goes on behind a record that the log it reads from does not hold', () => {
    const stage = new Stage();
    stage.append(0, 1, ['b1']);
    stage.append(0, 2, ['b2'], 50);
    stage.append(1, 3, ['b2']);
    stage.checker.readOn('r1', P, { offset: 0, leaderEpoch: 2 }, { offset: 1, leaderEpoch: 3 }, -1);
    expect(stage.names()).toEqual([]);
    stage.checker.readOn('r1', P, { offset: 0, leaderEpoch: 1 }, { offset: 1, leaderEpoch: 3 }, -1);
    expect(stage.names()).toEqual(['crossed-truncation']);
  });

  it('skipped-offsets: a reader passes over an offset, and may go back', () => {
    const stage = new Stage();
    stage.checker.readOn('r1', P, { offset: 5, leaderEpoch: 1 }, { offset: 2, leaderEpoch: 2 }, -1);
    expect(stage.names()).toEqual([]);
    stage.checker.readOn('r1', P, { offset: 5, leaderEpoch: 1 }, { offset: 7, leaderEpoch: 1 }, -1);
    expect(stage.names()).toEqual(['skipped-offsets']);
  });

  it('reread-offsets: a reader goes back to a record that it had, not to one that took its place', () => {
    const stage = new Stage();
    stage.checker.readOn('r1', P, { offset: 5, leaderEpoch: 1 }, { offset: 2, leaderEpoch: 2 }, 1);
    expect(stage.names()).toEqual([]);
    stage.checker.readOn('r1', P, { offset: 5, leaderEpoch: 1 }, { offset: 0, leaderEpoch: 1 }, 1);
    expect(stage.names()).toEqual(['reread-offsets']);
  });

  it('reread-offsets: what was gone with one leader may be read again when another brings it back', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.lead('b1', 1, ['b1', 'b2']);
    stage.append(0, 1, ['b1', 'b2']);
    stage.append(1, 1, ['b1']);
    stage.lead('b2', 2, ['b2']);
    stage.lead('b1', 3, ['b1']);
    stage.checker.readOn('r1', P, { offset: 1, leaderEpoch: 1 }, { offset: 1, leaderEpoch: 1 }, 1);
    expect(stage.names()).toEqual([]);
    stage.checker.readOn('r1', P, { offset: 1, leaderEpoch: 1 }, { offset: 0, leaderEpoch: 1 }, 1);
    expect(stage.names()).toEqual(['reread-offsets']);
  });

  it('fenced-in-isr: a fenced broker is elected', () => {
    const stage = new Stage();
    stage.checker.livenessChanged('b2', false);
    stage.isr('b2', 2, ['b2']);
    expect(stage.names()).toEqual(['fenced-in-isr']);
  });

  it('isr-beyond-leader: the controller adds a member that the leader did not propose, or has given up', () => {
    const stage = new Stage();
    stage.isr('b1', 1, ['b1']);
    stage.checker.maximalIsrChanged('b1', P, ['b1', 'b2'], 1);
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.checker.maximalIsrChanged('b1', P, ['b1', 'b2', 'b3'], 1);
    expect(stage.names()).toEqual([]);
    stage.checker.maximalIsrChanged('b1', P, ['b1'], 1);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'isr-beyond-leader', count: 1 }]);
    stage.isr('b1', 1, ['b1', 'b2', 'b3']);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'isr-beyond-leader', count: 2 }]);
  });

  it('isr-beyond-leader: a leader that has not heard of its successor must go on waiting for it', () => {
    const stage = new Stage();
    stage.checker.maximalIsrChanged('b1', P, ALL, 1);
    stage.isr('b2', 2, ['b2', 'b3']);
    stage.isr('b2', 2, ALL);
    stage.checker.maximalIsrChanged('b1', P, ['b1', 'b2', 'b3'], 1);
    stage.checker.maximalIsrChanged('b1', P, ['b2', 'b3'], 1);
    expect(stage.names()).toEqual([]);
    stage.checker.maximalIsrChanged('b1', P, ['b1', 'b3'], 1);
    expect(stage.checker.anomalies()).toMatchObject([{ name: 'isr-beyond-leader', count: 1 }]);
  });

  it('isr-beyond-leader: who led in an earlier epoch, or leads no more, is not asked', () => {
    const stage = new Stage();
    stage.checker.maximalIsrChanged('b1', P, ['b1'], 0);
    expect(stage.names()).toEqual([]);
    stage.isr('b1', 1, ['b1']);
    stage.checker.maximalIsrChanged('b1', P, ['b1'], 1);
    stage.checker.logOpened('b1', P, []);
    stage.isr('b1', 1, ['b1', 'b2']);
    expect(stage.names()).toEqual([]);
  });

  it('unfenced-fetch: whatever comes of it', () => {
    const stage = new Stage();
    stage.checker.unfencedFetch('b1', P, { requestedEpoch: 1, leaderEpoch: 2 });
    expect(stage.names()).toEqual(['unfenced-fetch']);
  });

  it('needless-unclean-election: a member of the ISR could have led', () => {
    const stage = new Stage({ uncleanElection: true });
    stage.isr('b1', 1, ['b1', 'b2']);
    for (const host of ALL) stage.checker.livenessChanged(host, true);
    for (const host of ['b1', 'b2']) stage.checker.livenessChanged(host, false);
    stage.lead('b3', 2, ['b3']);
    expect(stage.names()).toEqual([]);
    stage.checker.livenessChanged('b1', true);
    stage.isr('b3', 2, ['b3', 'b1']);
    stage.lead('b2', 3, ['b2']);
    expect(stage.names()).toContain('needless-unclean-election');
  });
});
