/**
 * The facts that a log reports to its observer about truncations, starts and failures, whether or not they are
 * correct behaviour.
 */
import { describe, expect, it } from 'vitest';
import type { Observer, RecoveredStateSummary } from '../observer.js';
import type { LogRules } from '../rules/log/index.js';
import { append, batchOf, openLog, readBytes, settle } from '../testing/batches.js';
import { observing } from '../testing/silent-observer.js';
import { TestEnv } from '../testing/test-env.js';

const LOG = 'data/orders-0/00000000000000000000.log';

interface Told {
  /** `<recovered or truncated> to <log end>, <on disk or not>`. */
  readonly cuts: string[];
  readonly recovered: RecoveredStateSummary[];
  readonly failedAt: number[];
  readonly observer: Observer;
}

function listening(): Told {
  const cuts: string[] = [];
  const recovered: RecoveredStateSummary[] = [];
  const failedAt: number[] = [];
  const noteCut = (what: string, logEndOffset: number, isSynced: boolean): void => {
    cuts.push(`${what} to ${logEndOffset}, ${isSynced ? 'on disk' : 'not on disk'}`);
  };
  const observer = observing({
    recoveryDone: (_, state) => {
      recovered.push(state);
      noteCut('recovered', state.logEndOffset, state.isSynced);
    },
    truncationDone: (_, { logEndOffset, isSynced }) => noteCut('truncated', logEndOffset, isSynced),
    storageFailed: (_, logEndOffset) => failedAt.push(logEndOffset),
  });
  return { cuts, recovered, failedAt, observer };
}

/** Two records, the second of which is truncated; then a start after a crash. */
function cutAndRestart(rules: Partial<LogRules>): readonly string[] {
  const env = new TestEnv();
  const log = openLog(env, { rules });
  for (const value of ['a', 'b']) append(env, log, batchOf({ values: [value] }));
  const { cuts, observer } = listening();
  const again = openLog(env, { observer, rules });
  settle(env, (done) => again.truncateTo(1, 'test', done));
  openLog(env, { observer, rules });
  return cuts;
}

describe('a log reports', () => {
  it('each truncation and each start as on disk', () => {
    expect(cutAndRestart({})).toEqual([
      'recovered to 2, on disk',
      'truncated to 1, on disk',
      'recovered to 1, on disk',
    ]);
  });

  it('those that a rule does not sync as not on disk', () => {
    expect(cutAndRestart({ syncsTruncation: ({ reason }) => reason === 'recover' })).toEqual([
      'recovered to 2, on disk',
      'truncated to 1, not on disk',
      'recovered to 1, on disk',
    ]);
    expect(cutAndRestart({ syncsTruncation: ({ reason }) => reason === 'truncate' })).toEqual([
      'recovered to 2, not on disk',
      'truncated to 1, on disk',
      'recovered to 1, not on disk',
    ]);
  });

  it('a full truncation that is not synced', () => {
    const { cuts, observer } = listening();
    const env = new TestEnv();
    const log = openLog(env, { observer, rules: { syncsTruncation: () => false } });
    settle(env, (done) => log.truncateFullyAndStartAt(7, done));
    expect(cuts.at(-1)).toBe('truncated to 7, not on disk');
  });

  it.each(['append', 'read', 'sync'] as const)('a failed %s', (operation) => {
    const { failedAt, observer } = listening();
    const env = new TestEnv();
    const log = openLog(env, { observer, tailCacheBytes: 1, properties: { 'flush.messages': '1' } });
    for (let index = 0; index < 10; index++) append(env, log, batchOf({ values: ['x'.repeat(900)] }));
    env.disk.failNext(operation);
    if (operation === 'read') readBytes(env, log, 0);
    else append(env, log, batchOf());
    expect(failedAt).toEqual([10]);
  });

  it('an append without a comparison of the checksum', () => {
    const skippedAt: number[] = [];
    const observer = observing({ checksumSkipped: (_, offset) => skippedAt.push(offset) });
    const env = new TestEnv();
    append(env, openLog(env, { observer }), batchOf());
    append(env, openLog(env, { observer, rules: { verifiesChecksum: () => false } }), batchOf());
    expect(skippedAt).toEqual([1]);
  });

  it('a batch with a wrong CRC that recovery keeps, not one that it truncates', () => {
    const { recovered, observer } = listening();
    const env = new TestEnv();
    const log = openLog(env);
    for (const value of ['a', 'b']) append(env, log, batchOf({ values: [value] }));
    const file = env.disk.files.get(LOG)!;
    file.bytes[file.bytes.length - 1]! ^= 1;
    openLog(env, { observer, rules: { isBatchIntact: () => true } });
    openLog(env, { observer });
    expect(recovered).toMatchObject([
      { logEndOffset: 2, corruptOffset: 1 },
      { logEndOffset: 1, corruptOffset: -1 },
    ]);
  });

  it('a batch that it refuses for its sequence, with its leader epoch', () => {
    const refused: unknown[] = [];
    const observer = observing({
      sequenceRefused: ({ name: partition }, batch, leaderEpoch) =>
        refused.push({ partition, ...batch, leaderEpoch }),
    });
    const env = new TestEnv();
    const log = openLog(env, { observer });
    append(env, log, batchOf({ producerId: 7, baseSequence: 0 }), 3);
    append(env, log, batchOf({ producerId: 7, baseSequence: 2 }), 3);
    expect(refused).toEqual([
      { partition: 'orders-0', producerId: 7, producerEpoch: 0, baseSequence: 2, leaderEpoch: 3 },
    ]);
  });
});
