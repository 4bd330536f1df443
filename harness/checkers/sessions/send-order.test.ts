import { describe, expect, it } from 'vitest';
import { History } from '../../history/history.js';
import { indexHistory } from '../queue/history-indexer.js';
import { checkSendOrder } from './send-order.js';

const options = {
  sessionOf: (process: number | string) => String(process).split('/')[0] ?? null,
  acknowledgedOnly: false,
};

function historyOf(
  sends: readonly [process: string, value: number, outcome: 'ok' | 'info'][],
  read: readonly [number, number][],
) {
  const history = new History();
  const invocations = sends.map(([process, value]) =>
    history.invoke(0, process, 'send', [['send', 'k', value]]),
  );
  for (const [index, [, value, outcome]] of sends.entries()) {
    history.complete(invocations[index]!, 1, outcome, [['send', 'k', [null, value]]]);
  }
  const poll = history.invoke(2, 'r', 'poll', [['poll']]);
  history.complete(poll, 3, 'ok', [['poll', { k: read }]]);
  return indexHistory(history.operations);
}

describe('order within a producer session', () => {
  const twoSends: [string, number, 'ok' | 'info'][] = [
    ['p/0', 1, 'ok'],
    ['p/1', 2, 'ok'],
  ];

  it('holds when values lie in the order of sending', () => {
    expect(
      checkSendOrder(
        historyOf(twoSends, [
          [0, 1],
          [1, 2],
        ]),
        options,
      ),
    ).toBeNull();
  });

  it('is broken when the later value lies lower, across the slots of one session', () => {
    const anomaly = checkSendOrder(
      historyOf(twoSends, [
        [0, 2],
        [1, 1],
      ]),
      options,
    );
    expect(anomaly).toMatchObject({ name: 'reordered-send', count: 1 });
    expect(anomaly?.witnesses[0]).toMatchObject({ session: 'p', key: 'k', values: [1, 2], offsets: [1, 0] });
  });

  it('says nothing of two sessions', () => {
    const sends: [string, number, 'ok' | 'info'][] = [
      ['p/0', 1, 'ok'],
      ['q/0', 2, 'ok'],
    ];
    expect(
      checkSendOrder(
        historyOf(sends, [
          [0, 2],
          [1, 1],
        ]),
        options,
      ),
    ).toBeNull();
  });

  it('binds sends of unknown outcome only under idempotence', () => {
    const sends: [string, number, 'ok' | 'info'][] = [
      ['p/0', 1, 'info'],
      ['p/1', 2, 'ok'],
    ];
    const index = historyOf(sends, [
      [0, 2],
      [1, 1],
    ]);
    expect(checkSendOrder(index, options)).not.toBeNull();
    expect(checkSendOrder(index, { ...options, acknowledgedOnly: true })).toBeNull();
  });
});
