import { describe, expect, it } from 'vitest';
import { OperationTally } from './operation-tally.js';

describe('the tally of one type of operation', () => {
  it('counts failures and unknown outcomes by error name, the most frequent first', () => {
    const sends = new OperationTally();
    sends.add('ok');
    sends.add('fail', 'NOT_ENOUGH_REPLICAS');
    sends.add('info', 'client crashed');
    for (let index = 0; index < 2; index++) sends.add('info', 'REQUEST_TIMED_OUT');
    expect(sends.count()).toEqual({
      ok: 1,
      fail: 1,
      info: 3,
      failedBy: { NOT_ENOUGH_REPLICAS: 1 },
      unknownBy: { REQUEST_TIMED_OUT: 2, 'client crashed': 1 },
    });
    expect(Object.keys(sends.count().unknownBy ?? {})).toEqual(['REQUEST_TIMED_OUT', 'client crashed']);
  });

  it('sums up the counts of several runs', () => {
    const sum = new OperationTally();
    sum.addCount({ ok: 2, fail: 1, info: 0, failedBy: { NOT_ENOUGH_REPLICAS: 1 } });
    sum.addCount({ ok: 3, fail: 2, info: 0, failedBy: { NOT_ENOUGH_REPLICAS: 1, MESSAGE_TOO_LARGE: 1 } });
    expect(sum.count()).toEqual({
      ok: 5,
      fail: 3,
      info: 0,
      failedBy: { NOT_ENOUGH_REPLICAS: 2, MESSAGE_TOO_LARGE: 1 },
    });
  });

  it('has no names of errors where everything succeeded', () => {
    const polls = new OperationTally();
    expect(polls.isEmpty).toBe(true);
    polls.add('ok');
    expect(polls.count()).toEqual({ ok: 1, fail: 0, info: 0 });
  });
});
