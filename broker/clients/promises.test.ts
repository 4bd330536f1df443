import { describe, expect, it } from 'vitest';
import { TinyWorld } from '../testing/tiny-world.js';
import { PollException, PromiseConsumer } from './promise-consumer.js';
import { PromiseProducer, SendException } from './promise-producer.js';
import { ScriptedCluster } from './testing/scripted-cluster.js';

const SECOND = 1_000_000;

function setUp() {
  const world = new TinyWorld();
  const cluster = new ScriptedCluster(world, { brokers: 1, topics: { orders: 1 } });
  const { bootstrap } = cluster;
  const producer = new PromiseProducer(world.env('p1'), { clientId: 'p1', bootstrap, config: {} });
  const consumer = new PromiseConsumer(world.env('c1'), {
    clientId: 'c1',
    bootstrap,
    config: { 'auto.offset.reset': 'none' },
  });
  return { world, cluster, producer, consumer };
}

const record = { topic: 'orders', key: null, value: new Uint8Array([7]) };

describe('the clients with promises', () => {
  it('resolve with offsets and records', async () => {
    const { world, producer, consumer } = setUp();
    const sent = producer.send(record);
    const flushed = producer.flush();
    world.run(SECOND);
    await expect(sent).resolves.toMatchObject({ ok: true, partition: 0, offset: 0 });
    await flushed;
    consumer.assign([{ topic: 'orders', partition: 0 }]);
    consumer.seekToBeginning('orders', 0);
    const polled = consumer.poll(100);
    world.run(SECOND);
    expect((await polled).map(({ value }) => value?.[0])).toEqual([7]);
    expect(consumer.position('orders', 0)).toBe(1);
    consumer.close();
  });

  it('reject with what went wrong, and whether the record may be in the log', async () => {
    const { world, cluster, producer, consumer } = setUp();
    cluster.script('Produce', { kind: 'error', error: 'INVALID_RECORD' });
    const sent = producer.send(record);
    sent.catch(() => undefined);
    world.run(SECOND);
    await expect(sent).rejects.toThrow(SendException);
    await expect(sent).rejects.toThrow('INVALID_RECORD for orders-0: the record is not in the log');
    consumer.assign([{ topic: 'orders', partition: 0 }]);
    const polled = consumer.poll(100);
    polled.catch(() => undefined);
    world.run(SECOND);
    await expect(polled).rejects.toThrow(PollException);
    const closed = producer.close(1_000);
    world.run(SECOND);
    await closed;
  });
});
