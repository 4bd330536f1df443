import { describe, expect, it } from 'vitest';
import { P, Stage } from './testing/stage.js';

const ALL = ['b1', 'b2', 'b3'];

const batch = (offset: number) => ({ baseOffset: offset, lastOffset: offset, leaderEpoch: 1, crc: offset });

/** Offsets 0 to 5 are committed on b1 and b2; b3 has 0 and 1. The leader b1 has compacted its log below 5. */
function compacted(): Stage {
  const stage = new Stage();
  for (const offset of [0, 1]) stage.append(offset, 1, ALL);
  stage.isr('b1', 1, ['b1', 'b2']);
  for (const offset of [2, 3, 4, 5]) stage.append(offset, 1, ['b1', 'b2']);
  stage.commit('b1', 6);
  stage.checker.compacted('b1', P, 5);
  return stage;
}

describe('a replica that fetches from a compacted log', () => {
  it('holds the committed records below each batch that it appends', () => {
    const stage = compacted();
    for (const offset of [4, 5]) stage.append(offset, 1, ['b3']);
    stage.isr('b1', 1, ALL);
    expect(stage.names()).toEqual([]);
  });

  it('holds them also if a crash hid the append and a start finds its batches', () => {
    const stage = compacted();
    stage.checker.logOpened('b3', P, [0, 1, 4].map(batch), 0);
    stage.append(5, 1, ['b3']);
    stage.isr('b1', 1, ALL);
    expect(stage.names()).toEqual([]);
  });

  it('lacks what is not there: a gap above the compacted part, and another record at an offset below', () => {
    const withGap = compacted();
    withGap.append(5, 1, ['b3']);
    withGap.isr('b1', 1, ALL);
    expect(withGap.names()).toContain('committed-loss');
    const withOther = compacted();
    withOther.checker.logOpened('b3', P, [batch(0), batch(1), { ...batch(4), leaderEpoch: 0 }], 0);
    withOther.isr('b1', 1, ALL);
    expect(withOther.names()).toContain('committed-loss');
  });
});
