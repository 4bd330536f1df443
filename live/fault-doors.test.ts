/** Faults on the links, the disks and the clocks of a live cluster. Each test fails when its fault has no effect. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PromiseProducer } from '../broker/clients/promise-producer.js';
import { RealDisk } from '../doors/real-disk.js';
import { clientEnv } from './client-env.js';
import { LiveDisk } from './faults/live-disk.js';
import { LiveCluster } from './live-cluster.js';
import { readTopic } from './read-topic.js';

const POLL_MILLIS = 20;

/** Waits for a state of the cluster. The test runner limits the time. */
async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
}

describe('a fault on a live cluster', () => {
  let cluster: LiveCluster;
  let client: ReturnType<typeof clientEnv>;
  let data: string;
  const errors: unknown[] = [];
  const halts: string[] = [];

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'seismolog-doors-'));
    cluster = await LiveCluster.start({
      brokers: 3,
      dataDirectory: data,
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
    rmSync(data, { recursive: true, force: true });
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

  const partition = () => cluster.state().partitions[0]!;
  const leaderHost = (): string => `b${partition().leader}`;
  const logEndOffset = (): number | null =>
    partition().replicas.find(({ broker }) => broker === partition().leader)?.logEndOffset ?? null;

  /** The milliseconds until the fault lets a send pass. A timer is never early, so the fault is a lower limit. */
  async function millisOfSend(producer: PromiseProducer, value: string): Promise<number> {
    const startedAt = performance.now();
    await send(producer, value);
    return performance.now() - startedAt;
  }

  it('delays packets both ways', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const delay = cluster.inject({
      kind: 'delay',
      target: 'clients',
      peer: 'brokers',
      extraMicros: 400_000,
    });
    expect(await millisOfSend(producer, 'during')).toBeGreaterThan(2 * 400 - 5);
    expect(delay.state().affected).toBeGreaterThan(0);
  });

  it('limits the bandwidth of a link', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const limit = cluster.inject({
      kind: 'slow-link',
      target: 'clients',
      peer: 'brokers',
      bytesPerSecond: 100_000,
    });
    expect(await millisOfSend(producer, 'x'.repeat(80_000))).toBeGreaterThan(800 - 5);
    expect(limit.state().affected).toBeGreaterThan(0);
  });

  it('slows a disk down', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const slow = cluster.inject({
      kind: 'disk-slow',
      target: 'leader of orders-0',
      extraMicros: 500_000,
    });
    expect(await millisOfSend(producer, 'during')).toBeGreaterThan(500 - 5);
    expect(slow.state().affected).toBeGreaterThan(0);
  });

  it('cuts requests one way: nothing reaches the log until the cut is healed', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const cut = cluster.inject({ kind: 'cut', target: 'clients', peer: 'leader of orders-0', oneWay: true });
    const sent = send(producer, 'during');
    await until(() => cut.state().affected > 0);
    expect(logEndOffset()).toBe(1);
    cut.heal();
    await sent;
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('cuts responses one way: the record is stored, and its producer does not know', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const cut = cluster.inject({ kind: 'cut', target: 'leader of orders-0', peer: 'clients', oneWay: true });
    let isAcknowledged = false;
    const sent = send(producer, 'during').then(() => {
      isAcknowledged = true;
    });
    await until(() => logEndOffset() === 2 && cut.state().affected > 0);
    expect(isAcknowledged).toBe(false);
    cut.heal();
    await sent;
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('leaves a connection half-open: the client learns of it when the client writes', async () => {
    const socket = connect(cluster.addresses[0]!.port, '127.0.0.1');
    await askForVersions(socket);
    let isClosed = false;
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        isClosed = true;
        resolve();
      });
    });
    const halfOpen = cluster.inject({ kind: 'half-open', target: 'clients', peer: 'b1' });
    expect(halfOpen.state().affected).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    expect(isClosed).toBe(false);
    socket.write(versionsRequest());
    await closed;
  });

  it('fills a disk: the broker halts itself, another leads, and healing starts the broker again', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const full = leaderHost();
    const injected = cluster.inject({ kind: 'disk-full', target: 'leader of orders-0' });
    await send(producer, 'during');
    expect(halts).toEqual([full]);
    expect(leaderHost()).not.toBe(full);
    injected.heal();
    await until(() => partition().isr.length === 3);
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('writes short once: the broker does not acknowledge what it has not written', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const injected = cluster.inject({ kind: 'short-write', target: 'leader of orders-0' });
    await send(producer, 'during');
    expect(injected.state().affected).toBe(1);
    expect(await readTopic(cluster.addresses, 'orders', 1, 2)).toEqual(['before', 'during']);
  });

  it('empties the disk of a broker, which fetches its log again after healing', async () => {
    const producer = newProducer();
    await send(producer, 'before');
    const follower = `b${(partition().leader % 3) + 1}`;
    const wiped = cluster.inject({ kind: 'wipe-disk', target: follower });
    expect(readdirSync(join(data, follower))).toEqual([]);
    await send(producer, 'during');
    await until(() => partition().isr.length === 2);
    wiped.heal();
    await until(() => partition().isr.length === 3);
    expect(partition().replicas.map((replica) => replica.logEndOffset)).toEqual([2, 2, 2]);
  });

  it('rots a bit of what a broker stores', () => {
    expect(cluster.inject({ kind: 'bit-rot', target: 'b2' }).state()).toMatchObject({
      fired: true,
      affected: 1,
      targets: ['b2'],
    });
  });

  it('makes both clocks of a host drift until the drift is healed', async () => {
    const [fast, right] = [cluster.brokers[0]!.clock, cluster.brokers[1]!.clock];
    const drift = cluster.inject({ kind: 'clock-drift', target: 'b1', partsPerMillion: 9_000_000 });
    const wallAt = fast.wallMillis();
    const rightAt = right.monotonicMicros();
    const fastAt = fast.monotonicMicros();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const fastMicros = fast.monotonicMicros() - fastAt;
    const rightMicros = right.monotonicMicros() - rightAt;
    expect(fastMicros).toBeGreaterThan(2 * rightMicros);
    expect(fast.wallMillis() - wallAt).toBeGreaterThan((2 * rightMicros) / 1_000);
    expect(fast.realMicros(1_000_000)).toBe(100_000);
    drift.heal();
    expect(fast.realMicros(1_000_000)).toBe(1_000_000);
    expect(drift.state().affected).toBeGreaterThan(0);
  });
});

describe('a fault on the disk of a live host', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'seismolog-disk-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('rots exactly one bit of one stored file', () => {
    const stored = Buffer.alloc(4_096, 0x55);
    writeFileSync(join(directory, 'log'), stored);
    expect(new LiveDisk(directory).rot()).toBe(true);
    const rotten = readFileSync(join(directory, 'log'));
    const flipped = rotten.map((byte, at) => byte ^ stored[at]!).filter((bits) => bits !== 0);
    expect(flipped).toHaveLength(1);
    expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(flipped[0]);
  });

  it('rots nothing where nothing is stored', () => {
    expect(new LiveDisk(directory).rot()).toBe(false);
  });

  it('writes a part of the bytes, once', async () => {
    const live = new LiveDisk(directory);
    const inner = new RealDisk(directory, (callback) => callback());
    const { disk, end } = live.door(inner);
    const append = (): Promise<number> =>
      new Promise((resolve) => disk.append('log', Buffer.alloc(100), (_error, written) => resolve(written)));
    const fault = live.shortWrite();
    const written = await append();
    expect(written).toBeLessThan(100);
    expect(readFileSync(join(directory, 'log'))).toHaveLength(written);
    expect(await append()).toBe(100);
    expect(fault.affected).toBe(1);
    end();
    inner.end();
  });
});

/** ApiVersions in version 0, without a client id. */
function versionsRequest(): Buffer {
  const frame = Buffer.alloc(14);
  frame.writeInt32BE(10, 0);
  frame.writeInt16BE(18, 4);
  frame.writeInt32BE(1, 8);
  frame.writeInt16BE(-1, 12);
  return frame;
}

async function askForVersions(socket: Socket): Promise<void> {
  socket.write(versionsRequest());
  await once(socket, 'data');
}
