import { describe, expect, it } from 'vitest';
import { P, Stage } from './testing/stage.js';

const ALL = ['b1', 'b2', 'b3'];

describe('a loss that a disk explains', () => {
  it('the last replica standing that lost its unsynced tail explains the loss, if the settings permit it', () => {
    for (const diskLoss of [true, false]) {
      const stage = new Stage({ diskLoss });
      stage.isr('b1', 1, ['b1']);
      stage.append(0, 1, ['b1']);
      stage.commit('b1', 1);
      stage.checker.diskDamaged('b1', 'power-loss');
      stage.checker.registered('b1', 2);
      stage.checker.logOpened('b1', P, []);
      stage.lead('b1', 2, ['b1']);
      expect(stage.names()).toEqual(diskLoss ? [] : ['leader-completeness']);
    }
  });

  it('the disk explains the loss of a leader that is elected before its broker has created the log anew', () => {
    const stage = new Stage({ diskLoss: true });
    stage.isr('b1', 1, ['b1']);
    stage.append(0, 1, ['b1']);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    stage.checker.hostStarted('b1');
    stage.checker.diskDamaged('b1', 'wiped-disk');
    stage.checker.logsOpened('b1');
    stage.checker.registered('b1', 2);
    stage.lead('b1', 2, ['b1']);
    stage.checker.logOpened('b1', P, []);
    expect(stage.names()).toEqual([]);
    expect(stage.checker.explainLoss(P, 0)).toMatchObject({ cause: 'wiped-disk', keptUpTo: 0 });
  });

  it('the log of a deleted partition may be gone after a power loss', () => {
    for (const isDeleted of [false, true]) {
      const stage = new Stage({ diskLoss: true });
      stage.append(0, 1, ALL);
      stage.checker.flushed('b1', P, 1);
      stage.checker.partition(P).isDeleted = isDeleted;
      stage.checker.diskDamaged('b1', 'power-loss');
      stage.checker.hostStarted('b1');
      stage.checker.logsOpened('b1');
      expect(stage.names()).toEqual(isDeleted ? [] : ['synced-loss']);
    }
  });

  it('an election blames no successor for what its predecessor’s own disk had lost before', () => {
    const stage = new Stage({ diskLoss: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.acknowledged('b1', P, 0, 0, 1, -1);
    stage.checker.diskDamaged('b1', 'power-loss');
    stage.checker.logOpened('b1', P, []);
    stage.lead('b2', 2, ['b2', 'b3']);
    expect(stage.checker.explainLoss(P, 0)).toBeNull();
  });

  it('a broker that lost its disk and was admitted as its former incarnation is not excused (KIP-903)', () => {
    const stage = new Stage({ diskLoss: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.checker.diskDamaged('b3', 'wiped-disk');
    stage.checker.registered('b3', 2);
    stage.checker.logOpened('b3', P, []);
    stage.isr('b1', 1, ALL);
    expect(stage.names()).toEqual(['committed-loss']);
  });

  it('a record gone after a restart without damage is a committed loss', () => {
    const stage = new Stage({ diskLoss: true });
    stage.append(0, 1, ALL);
    stage.commit('b1', 1);
    stage.checker.logOpened('b2', P, []);
    expect(stage.names()).toEqual(['committed-loss']);
  });
});
