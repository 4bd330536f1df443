/**
 * Peers that cost a server memory without a request that it could refuse: those that begin a frame and never end it, and those that
 * ask for records and never read. Another client must be answered meanwhile, and the memory for each such peer must be bounded: by what
 * it has sent, and by one answer.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Address } from '../../broker/env.js';
import { produceApi } from '../../broker/protocol/apis/00-produce.js';
import { fetchApi } from '../../broker/protocol/apis/01-fetch.js';
import { metadataApi } from '../../broker/protocol/apis/03-metadata.js';
import { encodeRequest } from '../../broker/protocol/codec.js';
import { buildBatch } from '../../broker/protocol/record-batch.js';
import { ZERO_UUID } from '../../broker/protocol/schema/uuid.js';
import { delay, until } from '../wire/await-cluster.js';
import { RawClient } from '../wire/raw-client.js';
import type { FuzzTarget } from './fuzz-target.js';

export interface FloodOptions {
  /** Connections on which a frame begins. */
  readonly halfOpen: number;
  /** Connections that ask and do not read. */
  readonly deaf: number;
  readonly start: (topics: readonly string[]) => Promise<FuzzTarget>;
}

export interface FloodResult {
  /** Memory for each connection of the kind; null: unknown. */
  readonly bytesPerHalfOpen: number | null;
  readonly bytesPerDeaf: number | null;
  readonly slowestAnswerMs: number;
  readonly unanswered: number;
  readonly failures: readonly string[];
}

const TOPIC = 'flood';
const START_TIMEOUT_MS = 30_000;
const AT_ONCE = 200;
/** A request of 100 MiB is announced, and its first bytes come. */
const BEGUN_FRAME = Uint8Array.from([0x06, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09]);
const RECORD_BYTES = 500_000;
const RECORDS = 4;
/** An answer to a deaf peer has so many bytes at most. */
export const ANSWER_BYTES_MAX = 2 * RECORD_BYTES;
const REQUESTS_PER_DEAF = 20;
const SETTLE_MS = 1_000;

export async function floodConnections({ halfOpen, deaf, start }: FloodOptions): Promise<FloodResult> {
  const target = await start([TOPIC]);
  const other = new RawClient(target.addresses[0]!);
  const watch = new Watch(other);
  const sockets: Socket[] = [];
  try {
    const leader = await fill(target, other);
    const before = target.memoryBytesMax();
    watch.begin();
    const clients = target.addresses.filter((_address, index) => index < 3);
    sockets.push(
      ...(await openMany(halfOpen, (index) => openWith(clients[index % clients.length]!, BEGUN_FRAME))),
    );
    await delay(SETTLE_MS);
    const flooded = target.memoryBytesMax();
    sockets.push(...(await openMany(deaf, () => openWith(leader, manyFetches()))));
    await delay(SETTLE_MS);
    const deafened = target.memoryBytesMax();
    const { slowestAnswerMs, unanswered } = await watch.end();
    return {
      bytesPerHalfOpen: growth(before, flooded, halfOpen),
      bytesPerDeaf: growth(flooded, deafened, deaf),
      slowestAnswerMs,
      unanswered,
      failures: [...target.failures],
    };
  } finally {
    for (const socket of sockets) socket.destroy();
    other.close();
    target.close();
  }
}

const growth = (before: number | null, after: number | null, count: number): number | null =>
  before === null || after === null || count === 0 ? null : Math.round((after - before) / count);

/** Large records in partition 0. Returns the address of its leader. */
async function fill(target: FuzzTarget, client: RawClient): Promise<Address> {
  let leader: Address | null = null;
  await until('the topic has a leader', START_TIMEOUT_MS, async () => {
    const topics = [{ topicId: ZERO_UUID, name: TOPIC }];
    const outcome = await client.request('Metadata', 9, { ...metadataApi.request.defaults, topics });
    if (outcome.kind !== 'answer') return false;
    const { leaderId } = outcome.body.topics[0]!.partitions.find((each) => each.partitionIndex === 0)!;
    leader = target.addresses[leaderId - 1] ?? null;
    return leader !== null;
  });
  const writer = new RawClient(leader!);
  for (let count = 0; count < RECORDS; count += 1) {
    const outcome = await writer.request('Produce', 9, {
      ...produceApi.request.defaults,
      transactionalId: null,
      acks: -1,
      timeoutMs: START_TIMEOUT_MS,
      topicData: [{ name: TOPIC, topicId: ZERO_UUID, partitionData: [{ index: 0, records: largeBatch() }] }],
    });
    if (outcome.kind !== 'answer') throw new Error(`Produce: ${outcome.kind}`);
  }
  writer.close();
  return leader!;
}

function largeBatch(): Uint8Array {
  return buildBatch({
    baseOffset: 0,
    leaderEpoch: -1,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp: 1,
    records: [{ key: null, value: new Uint8Array(RECORD_BYTES) }],
  });
}

function manyFetches(): Uint8Array {
  const partition = fetchApi.request.fields.topics.element!.fields!.partitions!.element!.fields!;
  const asked = Object.fromEntries(
    Object.entries(partition).map(([name, field]) => [name, field.defaultValue]),
  );
  const body = {
    ...fetchApi.request.defaults,
    maxBytes: ANSWER_BYTES_MAX,
    sessionEpoch: -1,
    topics: [
      {
        topic: TOPIC,
        topicId: ZERO_UUID,
        partitions: [{ ...asked, partition: 0, partitionMaxBytes: ANSWER_BYTES_MAX }],
      },
    ],
  };
  const frame = encodeRequest('Fetch', 12, { correlationId: 1, clientId: 'deaf' }, body as never);
  return Buffer.concat(Array.from({ length: REQUESTS_PER_DEAF }, () => frame));
}

/** A socket that writes and does not read. */
async function openWith({ host, port }: Address, bytes: Uint8Array): Promise<Socket> {
  const socket = connect({ host, port });
  socket.pause();
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

async function openMany(count: number, open: (index: number) => Promise<Socket>): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => open(from + index));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

/** Another client, which asks all the time. */
class Watch {
  readonly #client: RawClient;
  #isOver = false;
  #slowestMs = 0;
  #unanswered = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(client: RawClient) {
    this.#client = client;
  }

  begin(): void {
    this.#running = this.#run();
  }

  async end(): Promise<{ readonly slowestAnswerMs: number; readonly unanswered: number }> {
    this.#isOver = true;
    await this.#running;
    return { slowestAnswerMs: Math.round(this.#slowestMs), unanswered: this.#unanswered };
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const from = performance.now();
      const body = { ...metadataApi.request.defaults, topics: [] };
      const outcome = await this.#client.request('Metadata', 9, body);
      if (outcome.kind !== 'answer') this.#unanswered += 1;
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - from);
      await delay(5);
    }
  }
}
