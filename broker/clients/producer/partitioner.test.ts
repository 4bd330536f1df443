import { describe, expect, it } from 'vitest';
import type { Properties } from '../../config/definitions.js';
import { ProduceRun, SECOND } from '../testing/produce-run.js';
import { BrokerReadiness } from './broker-readiness.js';
import { murmur2, partitionForKey } from './partitioner.js';

const encoder = new TextEncoder();

describe('murmur2', () => {
  // The cases of org.apache.kafka.common.utils.UtilsTest#testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is as in Java', (text, hash) => {
    expect(murmur2(encoder.encode(text))).toBe(hash);
    // Utils#toPositive clears the sign bit; it does not compute the absolute value.
    expect(partitionForKey(encoder.encode(text), 7)).toBe((hash & 0x7fff_ffff) % 7);
  });
});

const PARTITIONS = 4;

/** A producer that knows its cluster. */
function producer(config: Properties = {}) {
  const run = new ProduceRun({ brokers: 2, partitions: PARTITIONS, config }).warmUp();
  const sent: number[] = [];
  const send = (key: string | null, bytes = 10): void => {
    const place = sent.push(-1) - 1;
    const record = { topic: 'orders', key: key === null ? null : encoder.encode(key) };
    run.producer.send({ ...record, value: new Uint8Array(bytes) }, ({ partition }) => {
      sent[place] = partition;
    });
  };
  /** The partitions of all records so far. */
  const partitions = (): readonly number[] => {
    run.run(30 * SECOND);
    return sent;
  };
  return { run, send, partitions };
}

/** The lengths of the runs of consecutive records to one partition. */
function runsOf(partitions: readonly number[]): number[] {
  const runs: number[] = [];
  for (const [at, partition] of partitions.entries()) {
    if (at > 0 && partitions[at - 1] === partition) runs[runs.length - 1]! += 1;
    else runs.push(1);
  }
  return runs;
}

describe('a record that names no partition', () => {
  it('goes to the partition of its key hash, always the same', () => {
    const { send, partitions } = producer();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const key of [...keys, ...keys]) send(key);
    const wanted = keys.map((key) => partitionForKey(encoder.encode(key), PARTITIONS));
    expect(partitions()).toEqual([...wanted, ...wanted]);
  });

  it('goes without a key to one partition until batch.size bytes went there (KIP-480, KIP-794)', () => {
    const { send, partitions } = producer({ 'batch.size': '1000', 'linger.ms': '1000' });
    for (let count = 0; count < 400; count++) send(null, 90);
    const chosen = partitions();
    expect([...new Set(chosen)].sort()).toEqual([0, 1, 2, 3]);
    // About nine records fill a batch. A partition may be drawn twice in a row, and is always left at twice
    // batch.size.
    const runs = runsOf(chosen).slice(0, -1);
    expect(Math.min(...runs)).toBeGreaterThanOrEqual(9);
    expect(runs.length).toBeGreaterThan(8);
  });

  it('stays while its batch is not full, so that no fraction of a batch is sent alone', () => {
    const { run, send, partitions } = producer({ 'batch.size': '1000', 'linger.ms': '10' });
    // 600 bytes in each linger: the switch at 1,000 bytes waits for the batch, which has been sent when the next
    // record comes.
    for (let round = 0; round < 12; round++) {
      for (let count = 0; count < 6; count++) send(null, 90);
      run.run(SECOND / 10);
    }
    const runs = runsOf(partitions());
    expect(runs.every((length) => length % 6 === 0)).toBe(true);
    expect(runs.length).toBeGreaterThan(2);
  });

  it('is partitioned like a record without a key under partitioner.ignore.keys', () => {
    const { send, partitions } = producer({ 'partitioner.ignore.keys': 'true', 'linger.ms': '1000' });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) send(key);
    expect(new Set(partitions()).size).toBe(1);
  });

  it('goes to each partition in turn under RoundRobinPartitioner, whatever its key', () => {
    const { send, partitions } = producer({
      'partitioner.class': 'org.apache.kafka.clients.producer.RoundRobinPartitioner',
    });
    for (const key of ['a', 'a', null, 'a', 'a', null, 'b', 'b']) send(key);
    expect(partitions()).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });
});

describe('adaptive partitioning (KIP-794)', () => {
  const RECORDS = 600;

  /** The share of records that go to the partitions of a broker that answers nothing, so that their queues grow. */
  function shareOfStuckPartitions(config: Properties): number {
    const run = new ProduceRun({
      brokers: 2,
      partitions: PARTITIONS,
      config: {
        'batch.size': '100',
        'linger.ms': '0',
        'max.in.flight.requests.per.connection': '1',
        ...config,
      },
    }).warmUp();
    for (let partition = 0; partition < PARTITIONS; partition++) run.send('used', partition);
    run.run(SECOND);
    // The leader of partitions 0 and 2.
    run.cluster.chance = ({ apiName, body }) =>
      apiName === 'Produce' && /"index":[02]/.test(JSON.stringify(body))
        ? { kind: 'swallow' }
        : { kind: 'usual' };
    let acknowledged = 0;
    for (let count = 0; count < RECORDS; count++) {
      const record = { topic: 'orders', key: null, value: new Uint8Array(90) };
      run.producer.send(record, ({ ok }) => {
        if (ok) acknowledged++;
      });
      run.run(2_000);
    }
    run.run(SECOND);
    return RECORDS - acknowledged;
  }

  it('sends fewer records to a partition with a longer queue; without adaptive partitioning, equally many to each', () => {
    const adaptive = shareOfStuckPartitions({});
    const uniform = shareOfStuckPartitions({ 'partitioner.adaptive.partitioning.enable': 'false' });
    const available = shareOfStuckPartitions({ 'partitioner.availability.timeout.ms': '100' });
    expect(uniform).toBeGreaterThan(240);
    expect(adaptive).toBeLessThan(uniform * 0.7);
    expect(available).toBeLessThan(adaptive);
  });
});

describe('a broker is slow (partitioner.availability.timeout.ms)', () => {
  it('when its batches could not be sent for longer than the timeout; never with a timeout of 0', () => {
    const readiness = new BrokerReadiness(100);
    readiness.note(1, true, 0);
    readiness.note(1, false, 100_000);
    expect(readiness.isSlow(1)).toBe(false);
    readiness.note(1, false, 100_001);
    expect(readiness.isSlow(1)).toBe(true);
    readiness.note(1, true, 150_000);
    expect(readiness.isSlow(1)).toBe(false);
    const never = new BrokerReadiness(0);
    never.note(1, true, 0);
    never.note(1, false, 900_000);
    expect(never.isSlow(1)).toBe(false);
  });
});
