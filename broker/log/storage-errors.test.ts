import { describe, expect, it } from 'vitest';
import { allRecords, append, batchOf, openLog, readBytes, settle } from '../testing/batches.js';
import { TestEnv } from '../testing/test-env.js';

const LOG = 'data/orders-0/00000000000000000000.log';

describe('a write that fails', () => {
  it.each(['EIO', 'ENOSPC'] as const)(
    'with %s is answered, halts the broker, and lets nothing follow',
    (code) => {
      const env = new TestEnv();
      const log = openLog(env);
      append(env, log, batchOf({ values: ['a'] }));
      env.disk.failNext('append', code, 20);
      const answers: string[] = [];
      for (let index = 0; index < 3; index++)
        log.appendAsLeader(batchOf(), 0, (result) => answers.push(result.errorCode));
      env.disk.run();
      expect(answers).toEqual(Array(3).fill('KAFKA_STORAGE_ERROR'));
      expect(env.halts).toHaveLength(1);
      expect(env.halts[0]).toContain(code);
      expect(log.logEndOffset).toBe(1);
      expect(readBytes(env, log, 0)).toBe('KAFKA_STORAGE_ERROR');
      expect(env.disk.content(LOG).length).toBe(batchOf({ values: ['a'] }).length + 20);
      expect(allRecords(env, openLog(env))).toEqual(['0:a']);
    },
  );

  it('leaves a hole when the log continues (KAFKA-10778)', () => {
    const env = new TestEnv();
    const log = openLog(env, { rules: { mayAppendAfterError: () => true } });
    append(env, log, batchOf({ values: ['a'] }));
    env.disk.failNext('append', 'EIO', 20);
    expect(append(env, log, batchOf()).errorCode).toBe('KAFKA_STORAGE_ERROR');
    expect(append(env, log, batchOf({ values: ['b'] })).errorCode).toBe('NONE');
    expect([log.logEndOffset, env.halts.length]).toEqual([2, 0]);
    expect(openLog(env).logEndOffset).toBe(1);
  });
});

describe('a short write', () => {
  it('is continued to its end (KAFKA-17181)', () => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf({ values: ['a'] }));
    env.disk.shortenNext(10);
    env.disk.shortenNext(0);
    env.disk.shortenNext(1);
    expect(append(env, log, batchOf({ values: ['b'] })).errorCode).toBe('NONE');
    append(env, log, batchOf({ values: ['c'] }));
    expect(allRecords(env, openLog(env))).toEqual(['0:a', '1:b', '2:c']);
  });

  it('that counts as complete loses acknowledged records', () => {
    const env = new TestEnv();
    const log = openLog(env, { rules: { continuesShortWrite: () => false } });
    append(env, log, batchOf({ values: ['a'] }));
    env.disk.shortenNext(10);
    expect(append(env, log, batchOf({ values: ['b'] })).errorCode).toBe('NONE');
    append(env, log, batchOf({ values: ['c'] }));
    expect(allRecords(env, log)).toEqual(['0:a', '1:b', '2:c']);
    expect(allRecords(env, openLog(env))).toEqual(['0:a']);
  });

  it('of a checkpoint is continued too', () => {
    const env = new TestEnv();
    const log = openLog(env);
    env.disk.shortenNext(0);
    env.disk.shortenNext(3);
    append(env, log, batchOf(), 12);
    expect(new TextDecoder().decode(env.disk.content('data/orders-0/leader-epoch-checkpoint'))).toBe(
      '0\n1\n12 0\n',
    );
  });
});

describe('a sync that fails', () => {
  it('in an append that had to flush is not acknowledged', () => {
    const env = new TestEnv();
    const log = openLog(env, { properties: { 'flush.messages': '1' } });
    append(env, log, batchOf());
    env.disk.failNext('sync');
    expect(append(env, log, batchOf()).errorCode).toBe('KAFKA_STORAGE_ERROR');
    expect(env.halts).toHaveLength(1);
  });

  it.each(['truncateTo', 'flush', 'close'] as const)('in %s is answered and halts', (what) => {
    const env = new TestEnv();
    const log = openLog(env);
    append(env, log, batchOf());
    env.disk.failNext('sync');
    const answer = settle<string>(env, (done) =>
      what === 'truncateTo' ? log.truncateTo(0, 'test', done) : log[what](done),
    );
    expect([answer, env.halts.length]).toEqual(['KAFKA_STORAGE_ERROR', 1]);
  });
});

describe('bit rot', () => {
  const rotten = (): { env: TestEnv; log: ReturnType<typeof openLog> } => {
    const env = new TestEnv();
    const log = openLog(env);
    for (const value of ['a', 'b', 'c']) append(env, log, batchOf({ values: [value] }));
    env.disk.files.get(LOG)!.bytes[batchOf({ values: ['a'] }).length + 65]! ^= 1;
    return { env, log };
  };

  it('is unseen in the page cache and CORRUPT_MESSAGE from the disk', () => {
    const { env, log } = rotten();
    expect(allRecords(env, log)).toHaveLength(3);
    settle(env, (done) => log.close(done));
    const again = openLog(env, { cleanShutdown: true });
    expect(readBytes(env, again, 1)).toBe('CORRUPT_MESSAGE');
    expect((readBytes(env, again, 0) as Uint8Array).length).toBe(batchOf({ values: ['a'] }).length);
    expect(env.halts).toEqual([]);
  });

  it('is served if checksums are not compared', () => {
    const { env } = rotten();
    const log = openLog(env, { cleanShutdown: true, rules: { verifiesChecksum: () => false } });
    expect(allRecords(env, log)).toHaveLength(3);
  });
});

describe('a read that fails', () => {
  it('halts the broker: its only log directory cannot be read', () => {
    const env = new TestEnv();
    const log = openLog(env, { tailCacheBytes: 1 });
    for (let index = 0; index < 10; index++) append(env, log, batchOf({ values: ['x'.repeat(900)] }));
    env.disk.failNext('read');
    expect(readBytes(env, log, 0)).toBe('KAFKA_STORAGE_ERROR');
    expect(env.halts).toHaveLength(1);
  });

  it('at start is an error of the open', () => {
    const env = new TestEnv();
    append(env, openLog(env), batchOf());
    env.disk.failNext('read');
    expect(() => openLog(env)).toThrow('EIO');
  });
});
