import { describe, expect, it } from 'vitest';
import { History } from './history.js';
import { tellGroupTape, tellTape } from './testing/taped-story.js';

/** The same story as objects. */
function tellHistory(): History {
  const history = new History();
  const assign = history.invoke(1, 'r1#1', 'assign', ['orders-0']);
  const first = history.invoke(2, 'p1#1/0', 'send', [['send', 'orders-0', 17]]);
  history.complete(assign, 3, 'ok', ['orders-0']);
  history.complete(first, 4, 'ok', [['send', 'orders-0', [5, 17]]]);
  const asked = [
    ['send', 'orders-0', 18],
    ['send', 'orders-0', 19],
  ];
  const burst = history.invoke(6, 'p1#1/0', 'send', asked);
  const poll = history.invoke(7, 'r1#1', 'poll', [['poll']]);
  const done = [
    ['send', 'orders-0', [6, 18]],
    ['send', 'orders-0', [null, 19]],
  ];
  history.complete(burst, 8, 'info', done, 'TimeoutException');
  const orders = [
    [5, 17],
    [6, 18],
  ];
  history.complete(poll, 9, 'ok', [['poll', { 'orders-0': orders, 'payments-0': [[2 ** 40, 3]] }]]);
  history.complete(history.invoke(10, 'r1#1', 'poll', [['poll']]), 11, 'ok', [['poll', {}]]);
  const failed = history.invoke(12, 'r1#1', 'poll', [['poll']]);
  history.complete(failed, 13, 'fail', [['poll']], 'OffsetOutOfRangeException');
  history.invoke(14, 'p1#1/0', 'send', [['send', 'payments-0', 20]]);
  return history;
}

function tellGroupHistory(): History {
  const history = new History();
  const keys = ['orders-0', 'payments-0'];
  history.complete(history.invoke(1, 'm1#1', 'subscribe', keys), 2, 'ok', keys);
  const rebalanceLog = [
    { type: 'revoked', keys: ['orders-0'] },
    { type: 'assigned', keys },
  ];
  const poll = history.invoke(3, 'm1#1', 'poll', [['poll']]);
  history.complete(poll, 4, 'ok', [['poll', { 'orders-0': [[5, 17]] }]], undefined, rebalanceLog);
  const offsets = [['commit', 'orders-0', 6]];
  history.complete(history.invoke(5, 'm1#1', 'commit', offsets), 6, 'info', offsets, 'TimeoutException');
  const asked = [['poll'], ['send', 'payments-0', 30], ['poll'], ['commit', 'orders-0', 7]];
  const done = [
    ['poll', { 'orders-0': [[6, 18]] }],
    ['send', 'payments-0', [2 ** 40, 30]],
    ['poll', { 'orders-0': [[7, 19]] }],
    ['commit', 'orders-0', 7],
  ];
  history.complete(history.invoke(7, 'm1#1', 'txn', asked), 8, 'ok', done);
  history.invoke(9, 'm1#1', 'commit', [
    ['commit', 'orders-0', 8],
    ['commit', 'payments-0', 2 ** 40 + 1],
  ]);
  return history;
}

const EVENTS = [
  ['listed', 'orders-0'],
  ['send', 'orders-0', 17, 5],
  ['send', 'orders-0', 18, 6],
  ['send', 'orders-0', 19, -1],
  ['key', 'orders-0'],
  ['record', 17, 5],
  ['key', 'payments-0'],
  ['record', 3, 2 ** 40],
  ['key', 'orders-0'],
  ['record', 18, 6],
];

const GROUP_EVENTS = [
  ['listed', 'orders-0'],
  ['listed', 'payments-0'],
  ['key', 'orders-0'],
  ['record', 17, 5],
  ['rebalanced', 'orders-0'],
  ['rebalanced', 'orders-0'],
  ['rebalanced', 'payments-0'],
  ['commit', 'orders-0', 6],
  ['key', 'orders-0'],
  ['record', 18, 6],
  ['send', 'payments-0', 30, 2 ** 40],
  ['key', 'orders-0'],
  ['record', 19, 7],
  ['commit', 'orders-0', 7],
];

describe('a history tape', () => {
  it('gives back the operations that a history of objects would hold', () => {
    expect(tellTape().operations).toStrictEqual(tellHistory().operations);
    expect(tellGroupTape().operations).toStrictEqual(tellGroupHistory().operations);
  });

  it.each([
    ['sends and polls', tellTape(), EVENTS],
    ['a consumer group with transactions', tellGroupTape(), GROUP_EVENTS],
  ])('tells the rows of an operation without building it: %s', (_, tape, events) => {
    const told: unknown[] = [];
    const visitor = {
      send: (...record: unknown[]) => told.push(['send', ...record]),
      pollKey: (key: unknown) => told.push(['key', key]),
      pollRecord: (...record: unknown[]) => told.push(['record', ...record]),
      commit: (...offset: unknown[]) => told.push(['commit', ...offset]),
      listedKey: (key: unknown) => told.push(['listed', key]),
      rebalancedKey: (key: unknown) => told.push(['rebalanced', key]),
    };
    for (let position = 0; position < tape.length; position++) {
      if (tape.typeAt(position) !== 'invoke') tape.visit(position, visitor);
    }
    expect(told).toEqual(events);
  });
});
