import { describe, expect, it } from 'vitest';
import { HistoryTape } from '../../harness/history/history-tape.js';
import { measureOutcome, NOTHING_WRONG } from './outcome.js';

/** Acknowledged sends as `process:value`, what the readers received, and the whole log of the final reader. */
function outcomeOf(acknowledged: readonly string[], read: readonly number[], stored: readonly number[]) {
  const tape = new HistoryTape();
  const key = tape.key('orders-0');
  for (const text of acknowledged) {
    const [process = '', value = ''] = text.split(':');
    const send = tape.invokeSend(1, tape.process(process));
    tape.record(key, Number(value), -1);
    tape.completeSend(send, 2, 'ok');
    tape.record(key, Number(value), 7);
  }
  for (const [reader, values] of [
    ['r1#1', read],
    ['final#1', stored],
  ] as const) {
    const poll = tape.invokePoll(3, tape.process(reader));
    tape.completePoll(poll, 4);
    for (const [offset, value] of values.entries()) tape.record(key, value, offset);
  }
  return measureOutcome(tape, (process) => process.startsWith('final#'));
}

describe('what the final reader finds of the acknowledged records', () => {
  it('is all of them, once and in order', () => {
    expect(outcomeOf(['p1#1/0:1', 'p1#1/1:2', 'p2#1/0:3'], [1, 2], [1, 3, 2])).toEqual(NOTHING_WRONG);
  });

  it('lacks one that is lost, read before or not', () => {
    expect(outcomeOf(['p1#1/0:1', 'p1#1/0:2'], [1], [2])).toEqual({
      ...NOTHING_WRONG,
      lost: 1,
      readAndGone: 1,
    });
  });

  it('has a record twice', () => {
    expect(outcomeOf(['p1#1/0:1', 'p1#1/0:2'], [], [1, 2, 1])).toEqual({ ...NOTHING_WRONG, repeated: 1 });
  });

  it('has a record of a session before one that the session sent earlier; sessions have no common order', () => {
    expect(outcomeOf(['p1#1/0:1', 'p1#1/1:2'], [], [2, 1])).toEqual({ ...NOTHING_WRONG, reordered: 1 });
    expect(outcomeOf(['p1#1/0:1', 'p1#2/0:2'], [], [2, 1])).toEqual(NOTHING_WRONG);
  });

  it('lacks an unacknowledged record that a reader received', () => {
    expect(outcomeOf([], [5], [])).toEqual({ ...NOTHING_WRONG, readAndGone: 1 });
  });
});
