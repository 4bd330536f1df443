import { expect, it } from 'vitest';
import { decisionLines } from '../api/decision-lines.js';
import { DecisionTally } from './decision-tally.js';

it('names the decisions that no run asked for and those with one answer, over all runs together', () => {
  const tally = new DecisionTally();
  expect(tally.counts()).toBeNull();
  tally.add({ mayLead: { true: 2 }, elect: {}, cut: { all: 1 } });
  tally.add({ cut: { nothing: 4 }, mayLead: { true: 1_000 }, elect: {} });
  const counts = tally.counts();
  expect(counts).toEqual({ cut: { all: 1, nothing: 4 }, elect: {}, mayLead: { true: 1_002 } });
  expect(decisionLines(counts ?? {}).map((line) => line.trim())).toEqual([
    'never asked: elect',
    'always answered alike: mayLead (1,002 × true)',
  ]);
});
