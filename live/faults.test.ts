/** Faults on the doors of a live cluster, each shown by what a client meets while the fault stands. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PromiseProducer } from '../broker/clients/promise-producer.js';
import { PlanError } from '../harness/faults/plan.js';
import { clientEnv } from './client-env.js';
import type { FaultToInject } from './kafka-cluster.js';
import { LiveCluster } from './live-cluster.js';
import { readTopic } from './read-topic.js';

let cluster: LiveCluster;
let client: ReturnType<typeof clientEnv>;
const errors: unknown[] = [];
const halts: string[] = [];

beforeEach(async () => {
  cluster = await LiveCluster.start({
    brokers: 3,
    topics: { orders: { partitions: 1, replicationFactor: 3 } },
    config: {
      'broker.session.timeout.ms': '1000',
      'broker.heartbeat.interval.ms': '100',
      'replica.lag.time.max.ms': '1000',
    },
    onError: (_node, error) => errors.push(error),
    onHalt: (node) => halts.push(node),
  });
  client = clientEnv('client');
});

afterEach(async () => {
  client.end();
  await cluster.close();
  expect(errors.splice(0)).toEqual([]);
  halts.length = 0;
});

const newProducer = (): PromiseProducer =>
  new PromiseProducer(client.env, {
    clientId: 'writer',
    bootstrap: cluster.addresses,
    config: { 'linger.ms': '0', 'request.timeout.ms': '3000', 'delivery.timeout.ms': '60000' },
  });

const send = (producer: PromiseProducer, value: string): Promise<unknown> =>
  producer.send({ topic: 'orders', key: null, value: Buffer.from(value) });

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

async function isDoneWithin(work: Promise<unknown>, millis: number): Promise<boolean> {
  return await Promise.race([work.then(() => true), sleep(millis).then(() => false)]);
}

/** A send that ends only once the fault is healed, and does end then. */
async function expectHeldUntilHealed(fault: FaultToInject, send: () => Promise<unknown>): Promise<void> {
  const injected = cluster.inject(fault);
  expect(injected.state().fired).toBe(true);
  const work = send();
  expect(await isDoneWithin(work, 700)).toBe(false);
  expect(injected.heal()).toBe(true);
  await work;
  expect(injected.state()).toMatchObject({ healed: true });
  expect(injected.state().affected).toBeGreaterThan(0);
}

describe('a fault on a live cluster', () => {
  it.each<FaultToInject>([
    { kind: 'hold', target: 'clients', peer: 'leader of orders-0' },
    { kind: 'hold', target: 'leader of orders-0', peer: 'clients' },
    { kind: 'cut', target: 'clients', peer: 'brokers', oneWay: false },
    { kind: 'hold-kind', target: 'clients', messageKind: 'Produce' },
    { kind: 'hold-kind', target: 'leader of orders-0', messageKind: 'Produce response' },
    { kind: 'pause', target: 'servers' },
    { kind: 'disk-hang', target: 'leader of orders-0' },
  ])('%j holds a send back until it is healed', async (fault) => {
    const producer = newProducer();
    await send(producer, 'before');
    await expectHeldUntilHealed(fault, () => send(producer, 'during'));
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it.each<FaultToInject>([
    { kind: 'crash', target: 'leader of orders-0' },
    { kind: 'clean-restart', target: 'leader of orders-0' },
    { kind: 'pause', target: 'leader of orders-0' },
    { kind: 'isolate', target: 'leader of orders-0', scope: 'servers', oneWay: false },
  ])('%j makes another broker lead, and nothing acknowledged is lost', async (fault) => {
    const producer = newProducer();
    await send(producer, 'before');
    const { leader } = cluster.state().partitions[0]!;
    const injected = cluster.inject(fault);
    await send(producer, 'during');
    expect(cluster.state().partitions[0]!.leader).not.toBe(leader);
    injected.heal();
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('resets connections: the producer sends again', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const held = cluster.inject({
      kind: 'hold-kind',
      target: 'leader of orders-0',
      messageKind: 'Produce response',
    });
    const work = send(producer, 'during');
    await sleep(200);
    expect(
      cluster.inject({ kind: 'reset', target: 'clients', peer: 'brokers' }).state().affected,
    ).toBeGreaterThan(0);
    held.heal();
    await work;
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('fails operations of a disk: the broker halts itself and starts again at healing', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const { leader } = cluster.state().partitions[0]!;
    const injected = cluster.inject({
      kind: 'disk-error',
      target: 'leader of orders-0',
      operation: 'write',
      count: 9,
    });
    await send(producer, 'during');
    expect(halts).toEqual([`b${leader}`]);
    injected.heal();
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it.each<FaultToInject>([
    { kind: 'answer-error', target: 'brokers', api: 'Produce', error: 'REQUEST_TIMED_OUT', count: 2 },
    {
      kind: 'answer-error',
      target: 'leader of orders-0',
      api: 'Produce',
      error: 6,
      count: 2,
      partition: 'orders-0',
    },
  ])('%j: the producer sends again, and the record is stored once', async (fault) => {
    const producer = newProducer();
    await send(producer, 'before');
    const injected = cluster.inject(fault);
    await send(producer, 'during');
    expect(injected.state().affected).toBe(2);
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('answers an error that is not retriable: the send fails, and nothing is stored', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const error = 'TOPIC_AUTHORIZATION_FAILED';
    cluster.inject({ kind: 'answer-error', target: 'brokers', api: 'Produce', error, count: 1 });
    await expect(send(producer, 'during')).rejects.toThrow(error);
    await send(producer, 'after');
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'after']);
  });

  it('steps the wall clock of a host', () => {
    const before = cluster.brokers[0]!.clock.wallMillis();
    cluster.inject({ kind: 'clock-step', target: 'b1', stepMillis: 3_600_000 });
    expect(cluster.brokers[0]!.clock.wallMillis() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(cluster.brokers[1]!.clock.wallMillis() - before).toBeLessThan(3_600_000);
  });

  it('is refused when it cannot be injected here, or names what is not there', () => {
    const refused = (fault: FaultToInject): string => {
      try {
        cluster.inject(fault);
      } catch (error) {
        if (error instanceof PlanError) return error.message;
        throw error;
      }
      return 'accepted';
    };
    expect(refused({ kind: 'power-loss', target: 'b1' })).toContain('cannot be injected into a live cluster');
    expect(refused({ kind: 'crash', target: 'b9' })).toContain('no host "b9"');
    expect(refused({ kind: 'crash', target: 'leader of payments-0' })).toContain('no partition "payments-0"');
    expect(refused({ kind: 'crash', target: 'clients' })).toContain('strikes nodes of the cluster');
    expect(refused({ kind: 'hold-kind', target: 'b1', messageKind: 'Prodduce' })).toContain('"Produce"');
    const refusing = { kind: 'answer-error', target: 'b1', api: 'Produce', error: 6, count: 1 } as const;
    expect(refused({ ...refusing, api: 'Fetsh' })).toContain('did you mean "Fetch"?');
    expect(refused({ ...refusing, error: 'UNKNOWN_TOPIC' })).toContain('"UNKNOWN_TOPIC_OR_PARTITION"');
    expect(refused({ ...refusing, partition: 'order-0' })).toContain('"orders-0"');
    expect(cluster.faults.states()).toEqual([]);
  });
});
