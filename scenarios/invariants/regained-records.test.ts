import { describe, expect, it } from 'vitest';
import { P, Stage } from './testing/stage.js';

const ALL = ['b1', 'b2', 'b3'];

describe('a record that a power loss removed from one log, and that the next leader has', () => {
  const saved = (): Stage => {
    const stage = new Stage({ diskLoss: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    stage.checker.diskDamaged('b2', 'power-loss');
    stage.checker.logOpened('b2', P, []);
    stage.isr('b2', 2, ['b2', 'b3']);
    stage.lead('b3', 3, ['b3']);
    return stage;
  };

  it('is lost with it, when it loses power too', () => {
    const stage = saved();
    expect(stage.checker.explainLoss(P, 0)).toBeNull();
    stage.checker.diskDamaged('b3', 'power-loss');
    stage.checker.logOpened('b3', P, []);
    stage.lead('b3', 4, ['b3']);
    expect(stage.names()).toEqual([]);
    expect(stage.checker.explainLoss(P, 0)).toMatchObject({ leaderEpoch: 4, cause: 'power-loss' });
  });

  it('must not be truncated by it', () => {
    const stage = saved();
    stage.checker.truncated('b3', P, 0);
    expect(stage.names()).toEqual(['committed-loss']);
  });
});

it('a record that an unclean leader brings back is lost to the next unclean election', () => {
  const stage = new Stage({ uncleanElection: true });
  stage.isr('b1', 1, ['b1', 'b2']);
  stage.append(0, 1, ['b1', 'b2']);
  stage.commit('b1', 1);
  stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
  stage.lead('b3', 2, ['b3']);
  stage.append(0, 2, ['b3'], 7);
  stage.commit('b3', 1);
  stage.lead('b2', 3, ['b2']);
  stage.lead('b3', 4, ['b3']);
  expect(stage.names()).toEqual([]);
  expect(stage.checker.explainLoss(P, 0)).toMatchObject({ leaderEpoch: 4, cause: 'unclean-election' });
});

describe('a truncation to the history after a permitted loss', () => {
  const cutOfOld = (): Stage => {
    const stage = new Stage({ diskLoss: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.isr('b1', 1, ['b1']);
    stage.checker.diskDamaged('b1', 'power-loss');
    stage.checker.logOpened('b1', P, []);
    stage.lead('b1', 2, ['b1']);
    stage.append(0, 2, ['b1'], 7);
    stage.commit('b1', 1);
    stage.checker.roleChanged('b2', P, 'follower', 2);
    stage.checker.truncated('b2', P, 0);
    return stage;
  };
  const backWithOld = (stage: Stage): readonly string[] => {
    stage.checker.logOpened('b2', P, [{ baseOffset: 0, lastOffset: 0, leaderEpoch: 1, crc: 0 }]);
    stage.checker.highWatermarkMoved('b2', P, 1, 'follower');
    return stage.names();
  };

  it('may be undone before it is on disk, and the replica is as before', () => {
    expect(backWithOld(cutOfOld())).toEqual([]);
  });

  it('is done once it is on disk', () => {
    const stage = cutOfOld();
    const state = { logEndOffset: 0, epochs: [], recoveryPoint: 0, producersEndOffset: 0 };
    stage.checker.truncationDone('b2', P, { ...state, isSynced: true });
    expect(backWithOld(stage)).toEqual(['log-matching']);
  });
});
