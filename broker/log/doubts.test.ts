/** What a log tells its observer when it goes on from something that nobody may go on from. */
import { describe, expect, it } from 'vitest';
import type { LogRules } from '../rules/log/index.js';
import { append, batchOf, openLog, readBytes, settle } from './testing/batches.js';
import { silentObserver } from './testing/silent-observer.js';
import { TestEnv } from './testing/test-env.js';

const LOG = 'data/orders-0/00000000000000000000.log';

function listening(): { told: [string, number][]; observer: typeof silentObserver } {
  const told: [string, number][] = [];
  return {
    told,
    observer: { ...silentObserver, logDoubted: (_, doubt, offset) => told.push([doubt, offset]) },
  };
}

/** Two records, of which the second is cut off; then a start after a crash. */
function cutAndRestart(rules: Partial<LogRules>): [string, number][] {
  const { told, observer } = listening();
  const env = new TestEnv();
  const log = openLog(env, { observer, rules });
  for (const value of ['a', 'b']) append(env, log, batchOf({ values: [value] }));
  settle(env, (done) => log.truncateTo(1, 'test', done));
  openLog(env, { observer, rules });
  return told;
}

describe('doubts about a log', () => {
  it('there are none after a cut, or a start that had to recover', () => {
    expect(cutAndRestart({})).toEqual([]);
  });

  it('a cut that is not synced is told, whichever', () => {
    expect(cutAndRestart({ syncsTruncation: () => false })).toEqual([
      ['unsynced-cut', 1],
      ['unsynced-cut', 1],
    ]);
    expect(cutAndRestart({ syncsTruncation: ({ reason }) => reason === 'recover' })).toHaveLength(1);
    expect(cutAndRestart({ syncsTruncation: ({ reason }) => reason === 'truncate' })).toHaveLength(1);
  });

  it('a new beginning that is not synced is told too', () => {
    const { told, observer } = listening();
    const env = new TestEnv();
    const log = openLog(env, { observer, rules: { syncsTruncation: () => false } });
    settle(env, (done) => log.truncateFullyAndStartAt(7, done));
    expect(told).toEqual([['unsynced-cut', 7]]);
  });

  it.each(['append', 'read', 'sync'] as const)('a failed %s is told', (operation) => {
    const { told, observer } = listening();
    const env = new TestEnv();
    const log = openLog(env, { observer, tailCacheBytes: 1, properties: { 'flush.messages': '1' } });
    for (let index = 0; index < 10; index++) append(env, log, batchOf({ values: ['x'.repeat(900)] }));
    env.disk.failNext(operation);
    if (operation === 'read') readBytes(env, log, 0);
    else append(env, log, batchOf());
    expect(told).toEqual([['storage-error', 10]]);
  });

  it('a batch that recovery keeps with a wrong CRC is told, one that it cuts is not', () => {
    const { told, observer } = listening();
    const env = new TestEnv();
    const log = openLog(env);
    for (const value of ['a', 'b']) append(env, log, batchOf({ values: [value] }));
    const file = env.disk.files.get(LOG)!;
    file.bytes[file.bytes.length - 1]! ^= 1;
    const kept = openLog(env, { observer, rules: { isBatchIntact: () => true } });
    expect([kept.logEndOffset, told]).toEqual([2, [['corrupt-batch', 1]]]);
    expect(openLog(env, { observer }).logEndOffset).toBe(1);
    expect(told).toHaveLength(1);
  });
});
