/** Compressed batches, and batches that are too large for the broker. */
import { describe, expect, it } from 'vitest';
import type { Properties } from '../../config/definitions.js';
import * as batches from '../../protocol/record-batch.js';
import { MILLI, ProduceRun, SECOND } from '../testing/produce-run.js';

const LONG = 'a value that repeats itself, itself, itself, itself, itself, itself';

function sent(config: Properties, count: number, maxMessageBytes = Number.POSITIVE_INFINITY) {
  const run = new ProduceRun({ config: { 'linger.ms': '20', ...config } }).warmUp();
  const partition = run.cluster.partition('orders', 0);
  partition.maxMessageBytes = maxMessageBytes;
  const values = Array.from({ length: count }, (_, index) => `${index} ${LONG}`);
  for (const value of values) run.send(value);
  return { run, partition, values };
}

describe('compression.type', () => {
  it.each(['gzip', 'snappy', 'lz4'] as const)(
    '%s: batches are compressed, and hold what was sent',
    (type) => {
      const { run, partition, values } = sent({ 'compression.type': type }, 50);
      run.run(SECOND);
      expect(run.log).toEqual(values);
      expect(run.outcomes).toEqual(values.map((value, index) => `${value} ok@${index + 1}`));
      const stored = partition.log.at(-1)!;
      expect(batches.attributes(stored.bytes, 0) & 7).toBe(['none', 'gzip', 'snappy', 'lz4'].indexOf(type));
      expect(stored.bytes.length).toBeLessThan((values.join('').length * 2) / 3);
    },
  );

  it('lets more records into a batch of batch.size once it is known how small they become', () => {
    const most = (type: string): number => {
      const { run, partition } = sent({ 'compression.type': type, 'batch.size': '2000' }, 0);
      for (let round = 0; round < 30; round++) {
        for (let index = 0; index < 400; index++) run.send(`${index} ${LONG}`);
        run.run(50 * MILLI);
      }
      return Math.max(...partition.log.slice(-50).map(({ recordsCount }) => recordsCount));
    };
    expect(most('gzip')).toBeGreaterThan(most('none') * 1.2);
  });
});

describe('a batch larger than max.message.bytes of the broker', () => {
  it.each(['none', 'gzip'])('is split until it fits, in order, with the sequences it had (%s)', (type) => {
    const config = { 'compression.type': type };
    const { run, partition, values } = sent(config, 40, type === 'none' ? 700 : 200);
    run.run(SECOND);
    for (const value of ['after', 'that']) run.send(value);
    run.run(SECOND);
    expect(run.log).toEqual([...values, 'after', 'that']);
    expect(run.outcomes).toEqual(
      [...values, 'after', 'that'].map((value, index) => `${value} ok@${index + 1}`),
    );
    const own = partition.log.slice(1);
    expect(own.length).toBeGreaterThan(3);
    let next = own[0]!.baseSequence;
    for (const { baseSequence, recordsCount } of own) {
      expect(baseSequence).toBe(next);
      next += recordsCount;
    }
  });

  it('is split with batches behind it in flight, and without idempotence', () => {
    for (const idempotent of ['true', 'false']) {
      const config = { 'enable.idempotence': idempotent, 'linger.ms': '0', 'batch.size': '1000' };
      const { run, values } = sent(config, 60, 400);
      run.run(5 * SECOND);
      expect([...run.log].sort()).toEqual([...values].sort());
      if (idempotent === 'true') expect(run.log).toEqual(values);
      expect(run.told.map(({ value }) => value)).toEqual(values);
    }
  });

  it('fails when it is one record, and only that record', () => {
    const { run } = sent({}, 0, 300);
    for (const value of ['small', 'x'.repeat(400), 'next']) run.send(value);
    run.run(SECOND);
    expect(run.outcomes).toEqual(['small ok@1', `${'x'.repeat(400)} MESSAGE_TOO_LARGE`, 'next ok@2']);
  });

  it('lets a flush wait for all its parts', () => {
    const { run, values } = sent({}, 40, 700);
    let reportedAtFlush = -1;
    run.producer.flush(() => {
      reportedAtFlush = run.told.length;
    });
    run.run(SECOND);
    expect(reportedAtFlush).toBe(values.length);
  });
});
