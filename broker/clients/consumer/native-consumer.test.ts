import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestFrame } from '../../protocol/frame.js';
import { clientRules } from '../rules/index.js';
import { ConsumeRun } from '../testing/consume-run.js';
import { MILLI, SECOND } from '../testing/produce-run.js';
import type { Step } from '../testing/scripted-cluster.js';
import { scriptedTopicId } from '../testing/scripted-cluster.js';

describe('a consumer', () => {
  it('reads from the beginning, in order, and goes on as records arrive', () => {
    const run = new ConsumeRun();
    run.append(['a', 'b']);
    run.append(['c']);
    run.run(SECOND);
    run.append(['d']);
    run.run(SECOND);
    expect(run.values).toEqual(['a', 'b', 'c', 'd']);
    expect(run.records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
    expect(run.consumer.position('orders', 0)).toBe(4);
  });

  it('begins at the end with auto.offset.reset=latest, and refuses with none', () => {
    const latest = new ConsumeRun({ config: { 'auto.offset.reset': 'latest' } });
    latest.append(['a']);
    latest.run(SECOND);
    latest.append(['b']);
    latest.run(SECOND);
    expect(latest.values).toEqual(['b']);

    const none = new ConsumeRun({ config: { 'auto.offset.reset': 'none' } });
    none.append(['a']);
    none.run(50 * MILLI);
    expect(none.failures[0]).toMatchObject({
      error: 'NoOffsetForPartitionException',
      topic: 'orders',
      partition: 0,
    });
    none.consumer.seek('orders', 0, 0);
    none.run(SECOND);
    expect(none.values).toEqual(['a']);
  });

  it.each([
    [{}, 0],
    [{ 'isolation.level': 'read_uncommitted' }, 0],
    [{ 'isolation.level': 'read_committed' }, 1],
  ])('asks for offsets and records with the isolation level of %o', (config, isolationLevel) => {
    const run = new ConsumeRun({ config });
    run.append(['a']);
    run.run(SECOND);
    expect(run.values).toEqual(['a']);
    const asked = [...run.cluster.requests('ListOffsets'), ...run.cluster.requests('Fetch')];
    expect(new Set(asked.map(({ apiName }) => apiName)).size).toBe(2);
    for (const { body } of asked) expect(body).toMatchObject({ isolationLevel });
  });

  it('moves its position only as it hands records out', () => {
    const run = new ConsumeRun({ config: { 'max.poll.records': '2' } });
    run.append(['a', 'b', 'c', 'd', 'e']);
    run.poll();
    run.world.run(50 * MILLI);
    expect(run.values).toEqual(['a', 'b']);
    expect(run.consumer.position('orders', 0)).toBe(2);
    run.world.run(SECOND);
    expect(run.consumer.position('orders', 0)).toBe(2);
    run.run(SECOND);
    expect(run.values).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('starts inside a batch at its position and skips the records before it', () => {
    const run = new ConsumeRun();
    run.append(['a', 'b', 'c']);
    run.consumer.seek('orders', 0, 2);
    run.run(SECOND);
    expect(run.values).toEqual(['c']);
  });

  it('drops fetched records when it seeks, and can seek to either end', () => {
    const run = new ConsumeRun({ config: { 'max.poll.records': '1' } });
    run.append(['a', 'b', 'c']);
    run.poll();
    run.world.run(50 * MILLI);
    run.consumer.seek('orders', 0, 0);
    run.poll();
    run.world.run(50 * MILLI);
    expect(run.values).toEqual(['a', 'a']);
    run.consumer.seekToEnd('orders', 0);
    expect(run.consumer.position('orders', 0)).toBe(null);
    run.run(SECOND);
    run.append(['d']);
    run.run(SECOND);
    run.consumer.seekToBeginning('orders', 0);
    run.run(SECOND);
    expect(run.values).toEqual(['a', 'a', 'd', 'a', 'b', 'c', 'd']);
  });

  it('answers an empty poll after its wait, never from inside the call', () => {
    const run = new ConsumeRun();
    run.append(['a']);
    run.run(SECOND);
    expect(run.isPolling || run.polls.length > 0).toBe(true);
    const quiet = new ConsumeRun();
    quiet.poll(100);
    quiet.world.run(99 * MILLI);
    expect(quiet.isPolling).toBe(true);
    quiet.world.run(2 * MILLI);
    expect(quiet.polls).toEqual([{ ok: true, records: [] }]);
    expect(() => {
      quiet.poll();
      quiet.poll();
    }).toThrow('one poll at a time');
  });

  it('skips control batches and reads on', () => {
    const run = new ConsumeRun();
    run.append(['a']);
    run.append(['marker'], 0, 0x20);
    run.run(SECOND);
    expect(run.values).toEqual(['a']);
    expect(run.consumer.position('orders', 0)).toBe(2);
  });

  it('hands out the records before a corrupt batch, then reports the batch and keeps its position', () => {
    const run = new ConsumeRun();
    run.append(['a']);
    run.append(['b']);
    const rotten = run.partition.log[1]!.bytes;
    rotten[rotten.length - 2]! ^= 1;
    run.run(SECOND);
    expect(run.values).toEqual(['a']);
    expect(run.failures[0]).toMatchObject({ error: 'CORRUPT_MESSAGE', offset: 1 });
    expect(run.consumer.position('orders', 0)).toBe(1);
    const trusting = new ConsumeRun({ config: { 'check.crcs': 'false' } });
    trusting.append(['a']);
    trusting.partition.log[0]!.bytes[17]! ^= 1;
    trusting.run(SECOND);
    expect(trusting.values).toEqual(['a']);
  });

  it('gives up partitions that are no longer assigned and keeps the position of the others', () => {
    const run = new ConsumeRun({ partitions: 2 });
    run.append(['a'], 0);
    run.append(['x'], 1);
    run.run(SECOND);
    run.consumer.assign([{ topic: 'orders', partition: 1 }]);
    run.append(['b'], 0);
    run.append(['y'], 1);
    run.run(SECOND);
    expect([...run.values].sort()).toEqual(['a', 'x', 'y']);
    expect(() => run.consumer.position('orders', 0)).toThrow('No current assignment');
  });
});

describe('a fetch session', () => {
  it('names a partition again only when its position moved (KIP-227)', () => {
    const run = new ConsumeRun({ brokers: 1, partitions: 3 });
    run.append(['a'], 1);
    run.run(3 * SECOND);
    const [first, second, ...rest] = run.cluster.requests('Fetch');
    expect(first?.body.topics[0]?.partitions.length).toBe(3);
    expect(second?.body.topics[0]?.partitions.map(({ partition }) => partition)).toEqual([1]);
    expect(rest.length).toBeGreaterThan(2);
    expect(rest.every(({ body }) => body.topics.length === 0 && body.sessionId !== 0)).toBe(true);
  });

  it('tells the broker which partitions were dropped', () => {
    const run = new ConsumeRun({ brokers: 1, partitions: 2 });
    run.run(SECOND);
    run.consumer.assign([{ topic: 'orders', partition: 1 }]);
    run.run(2 * SECOND);
    const forgotten = run.cluster.requests('Fetch').flatMap(({ body }) => body.forgottenTopicsData);
    expect(forgotten).toMatchObject([{ topicId: scriptedTopicId('orders'), partitions: [0] }]);
  });

  it.each(['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH'] as const)(
    'starts over after %s',
    (error) => {
      const run = new ConsumeRun({ brokers: 1, partitions: 2 });
      run.run(SECOND);
      run.cluster.script('Fetch', { kind: 'error', error });
      run.append(['a'], 0);
      run.append(['b'], 1);
      run.run(2 * SECOND);
      run.append(['c'], 1);
      run.run(2 * SECOND);
      expect([...run.values].sort()).toEqual(['a', 'b', 'c']);
    },
  );

  it('starts over after a broken connection', () => {
    const run = new ConsumeRun({ brokers: 1 });
    run.cluster.script('Fetch', { kind: 'usual' }, { kind: 'lose-response' }, { kind: 'lose-request' });
    run.append(['a']);
    run.run(SECOND);
    run.append(['b']);
    run.run(2 * SECOND);
    expect(run.values).toEqual(['a', 'b']);
  });

  it('has one fetch in flight per leader, one of them sent before the next poll', () => {
    const run = new ConsumeRun({ partitions: 2 });
    run.append(['a'], 0);
    run.append(['x'], 1);
    run.run(SECOND);
    run.append(['b'], 0);
    const before = run.cluster.requests('Fetch').length;
    if (!run.isPolling) run.poll();
    run.world.run(10 * MILLI);
    expect(run.values).toContain('b');
    // No poll waits now. One more fetch to that leader has been sent, and no other.
    expect(run.isPolling).toBe(false);
    expect(run.cluster.requests('Fetch').length).toBe(before + 1);
    run.world.run(5 * SECOND);
    expect(run.cluster.requests('Fetch').length).toBe(before + 1);
  });
});

describe('a change of leader', () => {
  it('is followed, with the position validated against the new leader (KIP-320)', () => {
    const run = new ConsumeRun();
    run.append(['a']);
    run.run(SECOND);
    run.partition.elect(2);
    run.append(['b']);
    run.run(3 * SECOND);
    expect(run.values).toEqual(['a', 'b']);
    expect(run.cluster.requests('OffsetForLeaderEpoch').length).toBe(1);
  });

  it('is followed from a hint alone (KIP-951)', () => {
    const run = new ConsumeRun();
    run.cluster.hints = true;
    run.append(['a']);
    run.run(SECOND);
    const metadataBefore = run.cluster.requests('Metadata').length;
    run.partition.elect(2);
    run.append(['b']);
    run.run(SECOND);
    expect(run.values).toEqual(['a', 'b']);
    expect(run.cluster.requests('Metadata').length).toBe(metadataBefore);
  });

  const uncleanly = (config: Readonly<Record<string, string>>, rules = clientRules) => {
    const run = new ConsumeRun({ config, rules });
    for (const value of ['a', 'b', 'c']) run.append([value]);
    run.consumer.seek('orders', 0, 0);
    run.run(SECOND);
    run.partition.elect(2, 1);
    for (const value of ['x', 'y', 'z', 'w']) run.append([value]);
    run.run(3 * SECOND);
    return run;
  };

  it('to a diverging log is reported when there is no reset policy', () => {
    const run = uncleanly({ 'auto.offset.reset': 'none' });
    expect(run.values).toEqual(['a', 'b', 'c']);
    expect(run.failures[0]).toMatchObject({
      error: 'LogTruncationException',
      offset: 3,
      divergence: { leaderEpoch: 0, endOffset: 1 },
    });
    run.consumer.seek('orders', 0, 1);
    run.run(SECOND);
    expect(run.values).toEqual(['a', 'b', 'c', 'x', 'y', 'z', 'w']);
  });

  it('to a diverging log is followed from the point of divergence when there is a reset policy', () => {
    expect(uncleanly({ 'auto.offset.reset': 'latest' }).values).toEqual(['a', 'b', 'c', 'x', 'y', 'z', 'w']);
  });

  it('to a diverging log makes a consumer without validation skip records (KAFKA-7747)', () => {
    const rules = { ...clientRules, mustValidatePosition: () => false };
    expect(uncleanly({ 'auto.offset.reset': 'latest' }, rules).values).toEqual(['a', 'b', 'c', 'z', 'w']);
  });

  it('continues after every error of a broker that lags', () => {
    const run = new ConsumeRun();
    run.append(['a']);
    const passing = [
      'NOT_LEADER_OR_FOLLOWER',
      'FENCED_LEADER_EPOCH',
      'UNKNOWN_LEADER_EPOCH',
      'OFFSET_NOT_AVAILABLE',
    ] as const;
    for (const error of [...passing, 'KAFKA_STORAGE_ERROR', 'UNKNOWN_TOPIC_OR_PARTITION'] as const) {
      run.cluster.script('Fetch', { kind: 'error', error });
      run.cluster.script('ListOffsets', { kind: 'error', error });
    }
    run.run(30 * SECOND);
    expect(run.values).toEqual(['a']);
    expect(run.failures).toEqual([]);
    // With back-off, not in a tight loop.
    expect(run.cluster.requests('Fetch').length).toBeLessThan(100);
  });
});

describe('an offset out of range', () => {
  it('is reset by policy, or reported', () => {
    const reset = new ConsumeRun();
    reset.append(['a']);
    reset.consumer.seek('orders', 0, 77);
    reset.run(SECOND);
    expect(reset.values).toEqual(['a']);

    const none = new ConsumeRun({ config: { 'auto.offset.reset': 'none' } });
    none.append(['a']);
    none.consumer.seek('orders', 0, 77);
    none.run(SECOND);
    expect(none.failures[0]).toMatchObject({ error: 'OffsetOutOfRangeException', offset: 77 });
    expect(none.consumer.position('orders', 0)).toBe(77);
  });
});

const errors = [
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_LEADER_EPOCH',
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
] as const;
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ kind: 'usual' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'lose-response' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'lose-request' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'swallow' }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 1_500_000 }).map((micros): Step => ({ kind: 'slow', micros })),
  },
  { weight: 2, arbitrary: fc.constantFrom(...errors).map((error): Step => ({ kind: 'error', error })) },
);

/** Only a fetch can get an error of its session. */
function possible(apiName: string, step: Step | undefined): Step {
  if (
    step === undefined ||
    (step.kind === 'error' && step.error.includes('SESSION') && apiName !== 'Fetch')
  ) {
    return { kind: 'usual' };
  }
  return step;
}

describe('whatever the network and the brokers do', () => {
  it('every record is handed out once, in order, as long as the log keeps what was read', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 40 }),
        fc.array(
          fc.record({ partition: fc.nat(1), size: fc.integer({ min: 1, max: 5 }), pauseMs: fc.nat(60) }),
          {
            maxLength: 25,
          },
        ),
        fc.array(
          fc.record({ atMs: fc.nat(1_500), partition: fc.nat(1), leader: fc.integer({ min: 1, max: 2 }) }),
          { maxLength: 5 },
        ),
        fc.constantFrom('1', '3', '500'),
        (plan, appends, elections, maxPollRecords) => {
          const config = {
            'max.poll.records': maxPollRecords,
            'request.timeout.ms': '1000',
            'fetch.max.wait.ms': '100',
          };
          const run = new ConsumeRun({ partitions: 2, config });
          const steps = [...plan];
          run.cluster.chance = ({ apiName }: RequestFrame) =>
            apiName === 'Metadata' ? { kind: 'usual' } : possible(apiName, steps.shift());
          for (const { atMs, partition, leader } of elections) {
            run.world.at(atMs * 1_000, () => run.cluster.partition('orders', partition).elect(leader));
          }
          appends.forEach(({ partition, size, pauseMs }, index) => {
            run.append(
              Array.from({ length: size }, (_, record) => `${index}.${record}`),
              partition,
            );
            run.run(pauseMs * 1_000);
          });
          run.run(60 * SECOND);
          for (const partition of [0, 1]) {
            const read = run.records.filter((record) => record.partition === partition);
            const { logEndOffset } = run.cluster.partition('orders', partition);
            expect(read.map(({ offset }) => offset)).toEqual(
              Array.from({ length: logEndOffset }, (_, offset) => offset),
            );
          }
          expect(run.failures).toEqual([]);
        },
      ),
      { numRuns: 60, seed: 42 },
    );
  });
});
