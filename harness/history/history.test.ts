import { describe, expect, it } from 'vitest';
import { History } from './history.js';
import type { HistoryHeader } from './operation.js';
import { readHistory } from './read-history.js';

const HEADER: HistoryHeader = {
  seismolog: 'history',
  version: 1,
  scenario: 'leader-crash',
  seed: '7',
  cluster: { brokers: 3 },
  plan: [],
  versions: { seismolog: '0.1.0' },
};

function someHistory(): History {
  const history = new History();
  const send = history.invoke(5, 'producer/1', 'send', [['send', 'orders-0', 17]]);
  const poll = history.invoke(6, 2, 'poll', [['poll']]);
  history.complete(send, 9, 'info', [['send', 'orders-0', [null, 17]]], 'REQUEST_TIMED_OUT');
  history.complete(poll, 12, 'ok', [['poll', { 'orders-0': [[0, 17]] }]], undefined, [
    { type: 'assigned', keys: ['orders-0'] },
  ]);
  return history;
}

describe('a history', () => {
  it('numbers operations as they come, and completes what was invoked', () => {
    expect(someHistory().operations).toEqual([
      {
        index: 0,
        time: 5,
        process: 'producer/1',
        type: 'invoke',
        f: 'send',
        value: [['send', 'orders-0', 17]],
      },
      { index: 1, time: 6, process: 2, type: 'invoke', f: 'poll', value: [['poll']] },
      {
        index: 2,
        time: 9,
        process: 'producer/1',
        type: 'info',
        f: 'send',
        value: [['send', 'orders-0', [null, 17]]],
        error: 'REQUEST_TIMED_OUT',
      },
      {
        index: 3,
        time: 12,
        process: 2,
        type: 'ok',
        f: 'poll',
        value: [['poll', { 'orders-0': [[0, 17]] }]],
        rebalanceLog: [{ type: 'assigned', keys: ['orders-0'] }],
      },
    ]);
  });

  it('reads back as it was written, with its header and without', () => {
    const history = someHistory();
    const encode = (text: string) => [new TextEncoder().encode(text)];
    expect(readHistory(encode(history.toJsonLines(HEADER)))).toEqual({
      header: HEADER,
      operations: history.operations,
    });
    expect(readHistory(encode(history.toJsonLines()))).toEqual({
      header: null,
      operations: history.operations,
    });
  });

  it('is no text at all when nothing happened', () => {
    expect(new History().toJsonLines()).toBe('');
    expect(readHistory([]).operations).toEqual([]);
  });
});
