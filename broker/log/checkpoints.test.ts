import { describe, expect, it } from 'vitest';
import type { DiskError } from '../env.js';
import { isUuid } from '../protocol/schema/uuid.js';
import { append, batchOf, openLog, settle } from '../testing/batches.js';
import { TestEnv } from '../testing/test-env.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';
import { claimDirectory, type DirectoryClaim } from './meta-properties.js';
import { RecoveryPointCheckpoint } from './recovery-point-checkpoint.js';

function run<T>(env: TestEnv, procedure: DiskProcedure<T>): T | string | null {
  return settle<T | string | null>(env, (done) =>
    runProcedure(env.disk, procedure, (failure, value) => done(failure?.error.message ?? value)),
  );
}

const put = (env: TestEnv, path: string, text: string): void => {
  env.disk.files.set(path, { bytes: new TextEncoder().encode(text), durable: null });
};
const textOf = (env: TestEnv, path: string): string => new TextDecoder().decode(env.disk.content(path));

describe('a checkpoint file', () => {
  it('is a version, a count, and one line per entry, as Kafka writes it', () => {
    const env = new TestEnv();
    run(env, writeCheckpoint('data/points', ['orders 0 17', 'orders 1 4'], true));
    expect(textOf(env, 'data/points')).toBe('0\n2\norders 0 17\norders 1 4\n');
    expect(run(env, readCheckpoint('data/points'))).toEqual(['orders 0 17', 'orders 1 4']);
  });

  it('is the old one or the new one after a power loss at any step of its writing', () => {
    for (let steps = 0; steps < 12; steps++) {
      const env = new TestEnv();
      run(env, writeCheckpoint('data/points', ['old'], true));
      runProcedure(env.disk, writeCheckpoint('data/points', ['new', 'newer'], true), () => {});
      for (let step = 0; step < steps; step++) env.disk.step();
      env.disk.powerLoss();
      expect([['old'], ['new', 'newer']]).toContainEqual(run(env, readCheckpoint('data/points')));
    }
  });

  it('has no entries where it is missing or empty, and is an error where it is torn', () => {
    const env = new TestEnv();
    expect(run(env, readCheckpoint('data/points'))).toEqual([]);
    put(env, 'data/points', '');
    expect(run(env, readCheckpoint('data/points'))).toEqual([]);
    for (const torn of ['0', '0\n', '0\n2\na 0 1\n', '0\n2\na 0 1\nb 0', '1\n0\n', 'x']) {
      put(env, 'data/points', torn);
      expect(run(env, readCheckpoint('data/points')), torn).toContain('Malformed');
    }
  });
});

describe('the recovery point checkpoint', () => {
  const read = (env: TestEnv): RecoveryPointCheckpoint =>
    settle<RecoveryPointCheckpoint>(env, (done) =>
      RecoveryPointCheckpoint.read(env, 'data', (_, checkpoint) => done(checkpoint!)),
    );
  const PATH = 'data/recovery-point-offset-checkpoint';

  it('remembers every log, with dashes in its topic too', () => {
    const env = new TestEnv();
    const logs = [
      { partition: { name: 'big-orders-0' }, recoveryPoint: 9 },
      { partition: { name: 'orders-12' }, recoveryPoint: 40 },
    ];
    expect(settle<DiskError | null>(env, (done) => read(env).update(logs, done))).toBe(null);
    expect(textOf(env, PATH)).toBe('0\n2\nbig-orders 0 9\norders 12 40\n');
    const again = read(env);
    expect([again.get('big-orders-0'), again.get('orders-12'), again.get('other-0')]).toEqual([9, 40, 0]);
  });

  it('is lowered before a truncation touches the log', () => {
    const env = new TestEnv();
    const checkpoint = read(env);
    const log = openLog(env, {
      lowerRecoveryPoint: (point, done) => checkpoint.lower('orders-0', point, done),
    });
    for (let index = 0; index < 9; index++) append(env, log, batchOf());
    settle(env, (done) => log.flush(done));
    settle(env, (done) => checkpoint.update([log], done));
    expect(read(env).get('orders-0')).toBe(9);
    env.disk.recording = true;
    settle(env, (done) => log.truncateTo(4, 'test', done));
    const { operations } = env.disk;
    expect(read(env).get('orders-0')).toBe(4);
    expect(operations.indexOf('rename data/recovery-point-offset-checkpoint.tmp')).toBeLessThan(
      operations.findIndex((operation) => operation.startsWith('truncate')),
    );
  });

  it('is lowered at start when the log is shorter than it says', () => {
    const env = new TestEnv();
    put(env, PATH, '0\n1\norders 0 30\n');
    const checkpoint = read(env);
    openLog(env, {
      recoveryPoint: checkpoint.get('orders-0'),
      lowerRecoveryPoint: (point, done) => checkpoint.lower('orders-0', point, done),
    });
    expect(textOf(env, PATH)).toBe('0\n1\norders 0 0\n');
  });

  it('writes the latest of what was asked while it wrote', () => {
    const env = new TestEnv();
    const checkpoint = read(env);
    let answers = 0;
    for (const recoveryPoint of [1, 2, 3])
      checkpoint.update([{ partition: { name: 'a-0' }, recoveryPoint }], () => answers++);
    env.disk.run();
    expect([answers, read(env).get('a-0')]).toEqual([3, 3]);
  });
});

describe('a log directory', () => {
  const claim = (env: TestEnv, clusterId: string, nodeId: number): DirectoryClaim | null =>
    settle<DirectoryClaim | null>(env, (done) =>
      claimDirectory(env, 'data', { clusterId, nodeId }, (_, result) => done(result)),
    );

  it('belongs to the first node that claims it', () => {
    const env = new TestEnv();
    const owned = claim(env, 'c1', 4);
    const directoryId = owned?.kind === 'owned' ? owned.directoryId : '';
    expect(isUuid(directoryId)).toBe(true);
    const text = `version=1\ncluster.id=c1\nnode.id=4\ndirectory.id=${directoryId}\n`;
    expect(textOf(env, 'data/meta.properties')).toBe(text);
    env.disk.powerLoss();
    expect(claim(env, 'c1', 4)).toEqual(owned);
    expect(claim(env, 'c2', 4)?.kind).toBe('foreign');
    expect(claim(env, 'c1', 5)?.kind).toBe('foreign');
  });

  it('without an id gets one, and keeps it', () => {
    const env = new TestEnv();
    claim(env, 'c1', 4);
    const file = env.disk.files.get('data/meta.properties');
    if (file !== undefined) file.bytes = new TextEncoder().encode('version=1\ncluster.id=c1\nnode.id=4\n');
    const owned = claim(env, 'c1', 4);
    env.disk.powerLoss();
    expect(claim(env, 'c1', 4)).toEqual(owned);
    const directoryId = owned?.kind === 'owned' ? owned.directoryId : '';
    expect(textOf(env, 'data/meta.properties')).toContain(`directory.id=${directoryId}\n`);
  });
});
