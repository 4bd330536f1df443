import { describe, expect, it } from 'vitest';
import { campaignAccountLines, lossLines, operationLines } from './account-lines.js';

const operations = {
  assign: { ok: 1, fail: 0, info: 0 },
  poll: { ok: 40, fail: 0, info: 1, unknownBy: { 'client crashed': 1 } },
  send: {
    ok: 1_200,
    fail: 2,
    info: 300,
    failedBy: { NOT_ENOUGH_REPLICAS: 2 },
    unknownBy: { REQUEST_TIMED_OUT: 299, 'client crashed': 1 },
  },
};
const send =
  '    send     1,200 succeeded, 2 failed (NOT_ENOUGH_REPLICAS 2), 300 of unknown outcome (REQUEST_TIMED_OUT 299, client crashed 1)';

describe('what became of the sends, in lines', () => {
  it('of a run: the sends, and each other type of which an operation did not succeed', () => {
    expect(operationLines(operations)).toEqual([
      '    poll     40 succeeded, 1 of unknown outcome (client crashed 1)',
      send,
    ]);
    expect(operationLines({ send: { ok: 3, fail: 0, info: 0 } })).toEqual(['    send     3 succeeded']);
  });

  it('of a campaign: sends that did not succeed, and acknowledged records that are gone', () => {
    expect(campaignAccountLines(operations, 1_210, 163)).toEqual([
      send,
      '    gone     163 of 1,210 acknowledged records',
    ]);
    expect(campaignAccountLines({ send: { ok: 3, fail: 0, info: 0 } }, 3, 0)).toEqual([]);
  });

  it('of a loss: how many records, from which offset, by what, and whether it is permitted', () => {
    const loss = { key: 't-0', records: 1, fromOffset: 41, timeMicros: 5, cause: 'clean', reason: 'b2 led' };
    expect(lossLines([{ ...loss, allowed: true }])).toEqual([
      '    gone     1 acknowledged record of t-0, from offset 41; b2 led (permitted)',
    ]);
  });
});
