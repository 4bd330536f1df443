import { describe, expect, it } from 'vitest';
import { append, batchOf, openLog, readBytes, settle } from './testing/batches.js';
import { TestEnv } from './testing/test-env.js';

describe('PartitionLog', () => {
  it('gives consecutive offsets and reads back what was appended, before and after a crash', () => {
    const env = new TestEnv();
    const log = openLog(env);
    expect(append(env, log, batchOf({ values: ['a', 'b'] }), 3)).toEqual({
      errorCode: 'NONE',
      baseOffset: 0,
      lastOffset: 1,
      duplicate: false,
    });
    expect(append(env, log, batchOf({ values: ['c'] }), 3)).toEqual({
      errorCode: 'NONE',
      baseOffset: 2,
      lastOffset: 2,
      duplicate: false,
    });
    const bytes = readBytes(env, log, 0);
    env.disk.crash();
    const again = openLog(env);
    expect(again.logEndOffset).toBe(3);
    expect(readBytes(env, again, 0)).toEqual(bytes);
    expect(again.epochs.entries).toEqual([{ leaderEpoch: 3, startOffset: 0 }]);
    expect(settle(env, (done) => again.truncateTo(2, 'test', done))).toBe('NONE');
    expect(again.logEndOffset).toBe(2);
    expect(readBytes(env, again, 1)).toEqual(
      (bytes as Uint8Array).slice(0, (bytes as Uint8Array).length - batchOf({ values: ['c'] }).length),
    );
  });
});
