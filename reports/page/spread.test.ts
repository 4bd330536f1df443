import { describe, expect, it } from 'vitest';
import { spreadApart } from './spread.js';

describe('marks in a row', () => {
  it('stay where they belong when there is room', () => {
    expect(spreadApart([10, 40, 90], 20, 100)).toEqual([10, 40, 90]);
  });

  it('move apart, to the right first', () => {
    expect(spreadApart([10, 11, 12], 20, 100)).toEqual([10, 30, 50]);
  });

  it('move back from the end, with their neighbours, so that none is left out', () => {
    expect(spreadApart([10, 70, 95, 98], 20, 100)).toEqual([10, 60, 80, 100]);
  });

  it('of none are none', () => {
    expect(spreadApart([], 20, 100)).toEqual([]);
  });
});
