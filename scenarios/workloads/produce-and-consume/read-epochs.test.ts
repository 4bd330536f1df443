import { describe, expect, it } from 'vitest';
import { ReadEpochs } from './read-epochs.js';

describe('the leader epochs of records read', () => {
  it('are known until the reader goes back behind them', () => {
    const epochs = new ReadEpochs();
    expect(epochs.turn(-1, 3, 1)).toBe(-1);
    expect(epochs.turn(5, 6, 2)).toBe(-1);
    // Has read 3 to 5 in epoch 1, 6 to 8 in epoch 2.
    expect(epochs.turn(8, 4, 4)).toBe(1);
    // Has read 3 in epoch 1, 4 to 7 in epoch 4.
    expect(epochs.turn(7, 6, 5)).toBe(4);
    expect(epochs.turn(6, 3, 1)).toBe(1);
  });

  it('are unknown before its start, beyond its position, and for skipped offsets', () => {
    const epochs = new ReadEpochs();
    epochs.turn(-1, 3, 1);
    expect(epochs.turn(5, 2, 1)).toBe(-1);
    expect(epochs.turn(2, 7, 1)).toBe(-1);
    expect(epochs.turn(8, 4, 1)).toBe(-1);
  });
});
