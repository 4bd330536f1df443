import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { Operation } from '../../harness/history/operation.js';
import { brokenHistory } from './history-words.js';

const operation = (index: number, f: string, value: unknown): Operation => ({
  index,
  time: index * 10,
  process: 'p',
  type: 'ok',
  f,
  value,
});

const operations = [
  operation(1, 'send', [['send', 'o-0', [0, 7]]]),
  operation(2, 'poll', [['poll', { 'o-0': [[0, 7]] }]]),
  operation(3, 'poll', [['poll', { 'o-1': [[4, 7]], 'o-0': [[4, 7]] }]]),
  operation(4, 'poll', [['poll', { 'o-0': [[4, 7]] }]]),
];
const [first, second] = operations;

function toldOf(name: string, witness: Anomaly['witnesses'][number], allowed = false) {
  return brokenHistory([{ name, count: 3, allowed, witnesses: [witness] }], operations);
}

describe('an anomaly of the history in words', () => {
  it.each([
    [
      'duplicate',
      { key: 'o-0', value: 7, count: 2, offsets: [0, 4] },
      30,
      'record 7 of o-0 is at offsets 0 and 4',
    ],
    [
      'inconsistent-offsets',
      { key: 'o-0', offset: 0, index: 0, values: [7, 9] },
      10,
      'operations saw records 7 and 9 at the same offset 0 of o-0',
    ],
    [
      'reordered-send',
      { key: 'o-0', values: [7, 7], offsets: [4, 0], ops: [1, 3] },
      30,
      'record 7 of o-0 was sent after record 7 and is stored before it',
    ],
    [
      'G1a',
      { key: 'o-0', value: 7, writer: first, reader: second },
      20,
      'record 7 of o-0 is read although its send failed',
    ],
    [
      'poll-skip',
      { key: 'o-0', delta: 3, values: undefined, skipped: [8, 9], ops: [first, second] },
      20,
      'a consumer of o-0 skips 2 records, from record 8',
    ],
    [
      'int-poll-skip',
      { key: 'o-0', values: [7, 9], delta: 2, skipped: [8], op: second },
      20,
      'a consumer of o-0 skips 1 record, from record 8',
    ],
    [
      'nonmonotonic-poll',
      { key: 'o-0', values: [9, 7], delta: -2, ops: [first, second] },
      20,
      'a consumer of o-0 goes back from record 9 to 7',
    ],
    [
      'int-nonmonotonic-poll',
      { key: 'o-0', values: [7, 7], delta: 0, op: second },
      20,
      'a consumer of o-0 reads record 7 again',
    ],
    [
      'int-nonmonotonic-send',
      { key: 'o-0', values: [7, 8], delta: -1, op: first },
      10,
      'record 8 of o-0 was sent after record 7 and is stored before it',
    ],
  ])('%s', (name, witness, timeMicros, text) => {
    expect(toldOf(name, witness)).toEqual([{ timeMicros, text }]);
  });

  it('is missing if the settings permit the anomaly, or if it has no sentence', () => {
    expect(toldOf('duplicate', { key: 'o-0', value: 7, offsets: [0, 4] }, true)).toEqual([]);
    expect(toldOf('G0', { cycle: [] })).toEqual([]);
  });
});
