import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/history/operation.js';
import { pairOperations, polledRecords, sentRecords } from './operations.js';

function history(
  ...lines: readonly (readonly [number, string, Operation['type'], string, unknown])[]
): Operation[] {
  return lines.map(([time, process, type, f, value], index) => ({ index, time, process, type, f, value }));
}

describe('pairing a history', () => {
  it('joins each invocation with its completion', () => {
    const [send] = pairOperations(
      history(
        [10, 'p0', 'invoke', 'send', [['send', 'o-0', 1]]],
        [25, 'p0', 'ok', 'send', [['send', 'o-0', [7, 1]]]],
      ),
      100,
    );
    expect(send).toMatchObject({ process: 'p0', f: 'send', outcome: 'ok', startMicros: 10, endMicros: 25 });
  });

  it('joins by record when a producer has several sends in flight', () => {
    const paired = pairOperations(
      history(
        [10, 'p0', 'invoke', 'send', [['send', 'o-0', 1]]],
        [11, 'p0', 'invoke', 'send', [['send', 'o-0', 2]]],
        [20, 'p0', 'fail', 'send', [['send', 'o-0', [null, 2]]]],
        [30, 'p0', 'ok', 'send', [['send', 'o-0', [0, 1]]]],
      ),
      100,
    );
    expect(paired.map(({ startMicros, endMicros, outcome }) => [startMicros, endMicros, outcome])).toEqual([
      [10, 30, 'ok'],
      [11, 20, 'fail'],
    ]);
  });

  it('lets an operation that never completed last to the end, its outcome unknown', () => {
    const [poll] = pairOperations(history([10, 'c0', 'invoke', 'poll', [['poll']]]), 100);
    expect(poll).toMatchObject({ outcome: 'info', endMicros: 100, completion: null });
  });

  it('keeps a completion without invocation, and never joins operations of different kinds', () => {
    const paired = pairOperations(
      history([10, 'c0', 'invoke', 'assign', ['o-0']], [12, 'c0', 'ok', 'poll', [['poll', {}]]]),
      50,
    );
    expect(paired.map(({ f, startMicros, endMicros }) => [f, startMicros, endMicros])).toEqual([
      ['assign', 10, 50],
      ['poll', 12, 12],
    ]);
  });
});

describe('records of an operation', () => {
  it('are read from one micro-operation and from a list of them', () => {
    const record = { key: 'o-0', offset: 7, value: 1 };
    expect(sentRecords(['send', 'o-0', [7, 1]])).toEqual([record]);
    expect(sentRecords([['send', 'o-0', [7, 1]]])).toEqual([record]);
    expect(polledRecords([['poll', { 'o-0': [[7, 1]] }]])).toEqual([record]);
    expect(sentRecords([['send', 0, 1]])).toEqual([{ key: '0', offset: null, value: 1 }]);
  });

  it('are none where the value has another shape', () => {
    for (const value of [null, 'send', 5, {}, [null], [['send']], [['poll', null]], [['poll', { k: 3 }]]]) {
      expect([...sentRecords(value), ...polledRecords(value)]).toEqual([]);
    }
  });
});
