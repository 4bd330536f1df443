/**
 * Sends hostile frames to a cluster of this project over TCP and watches another client. A frame counts when it was answered, or when
 * it ended or stalled its connection; those behind it are sent again.
 */
import type { Address } from '../../broker/env.js';
import { metadataApi } from '../../broker/protocol/apis/03-metadata.js';
import { correlationIdOf, encodeRequest } from '../../broker/protocol/codec.js';
import { Bindings } from '../oracle/bindings.js';
import { until } from '../wire/await-cluster.js';
import { RawClient } from '../wire/raw-client.js';
import { RawConnection } from '../wire/raw-connection.js';
import type { FuzzTarget } from './fuzz-target.js';
import { HostileFrames, LENGTH_BYTES } from './hostile-frames.js';

export interface FuzzOptions {
  readonly frames: number;
  readonly seed: number;
  readonly start: (topics: readonly string[]) => Promise<FuzzTarget>;
  /** How long a frame may go unanswered; absent: a tenth of a second. A server that waits for the rest of a frame is right to say nothing. */
  readonly patienceMs?: number;
  /** Called after each life of the cluster. */
  readonly onProgress?: (result: FuzzResult) => void;
}

export interface FuzzResult {
  readonly frames: number;
  readonly answered: number;
  /** Frames whose connection the broker closed. */
  readonly closed: number;
  /** Frames after which the broker waited for more bytes, or for the time of the request. */
  readonly stalled: number;
  /** Answers that no earlier frame had got. */
  readonly kinds: number;
  /** What a node's code threw, and why a node ended: none is permitted. */
  readonly failures: readonly string[];
  /** The frames that were under way when the first failure was seen, in hexadecimal digits. */
  readonly suspects: readonly string[];
  /** How often the other client got no answer. */
  readonly disturbed: number;
  /** The most memory that the cluster has had; null: unknown. */
  readonly memoryBytesMax: number | null;
}

/** Valid frames create topics, so the cluster is a new one from time to time. */
const FRAMES_PER_LIFE = 50_000;
const LANES = 24;
const BATCH = 8;
const PATIENCE_MS = 100;
const RECONNECT_MS = 50;
const BYSTANDER_PAUSE_MS = 50;
const START_TIMEOUT_MS = 30_000;
const RUN_NAME = 'xhostile00000-';
/** No frame of the fuzzer has it but by chance. */
const PROBE_ID = 0x5eed_f00d;
const PROBE = encodeRequest(
  'ApiVersions',
  0,
  { correlationId: PROBE_ID, clientId: 'probe' },
  { clientSoftwareName: '', clientSoftwareVersion: '' },
);

export async function fuzzServer(options: FuzzOptions): Promise<FuzzResult> {
  let total: FuzzResult = NOTHING;
  for (let life = 0; total.frames < options.frames && total.failures.length === 0; life += 1) {
    const frames = Math.min(FRAMES_PER_LIFE, options.frames - total.frames);
    total = sum(total, await oneLife({ ...options, frames, seed: options.seed + 1_000_003 * life }));
    options.onProgress?.(total);
  }
  return total;
}

const NOTHING: FuzzResult = {
  frames: 0,
  answered: 0,
  closed: 0,
  stalled: 0,
  kinds: 0,
  failures: [],
  suspects: [],
  disturbed: 0,
  memoryBytesMax: null,
};

function sum(a: FuzzResult, b: FuzzResult): FuzzResult {
  return {
    frames: a.frames + b.frames,
    answered: a.answered + b.answered,
    closed: a.closed + b.closed,
    stalled: a.stalled + b.stalled,
    kinds: a.kinds + b.kinds,
    failures: [...a.failures, ...b.failures],
    suspects: [...a.suspects, ...b.suspects],
    disturbed: a.disturbed + b.disturbed,
    memoryBytesMax:
      b.memoryBytesMax === null ? a.memoryBytesMax : Math.max(a.memoryBytesMax ?? 0, b.memoryBytesMax),
  };
}

async function oneLife({ frames, seed, start, patienceMs = PATIENCE_MS }: FuzzOptions): Promise<FuzzResult> {
  const bindings = new Bindings(RUN_NAME);
  const topics = ['t0', 't1'].map((logical) => bindings.topicName(logical));
  const target = await start(topics);
  try {
    const other = new RawClient(target.addresses[0]!);
    await until('topics have ids', START_TIMEOUT_MS, () => bindTopics(other, bindings));
    const attack = new Attack(target, new HostileFrames(seed, bindings), { limit: frames, patienceMs });
    const disturbed = watch(other, () => attack.isOver);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => attack.lane(lane)));
    return { ...attack.result(), disturbed: await disturbed, memoryBytesMax: target.memoryBytesMax() };
  } finally {
    target.close();
  }
}

/** Valid frames name topics by their ids, too. */
async function bindTopics(client: RawClient, bindings: Bindings): Promise<boolean> {
  const outcome = await client.request('Metadata', 12, { ...metadataApi.request.defaults, topics: null });
  if (outcome.kind !== 'answer') return false;
  for (const { name, topicId } of outcome.body.topics)
    bindings.bindTopic((name ?? '').slice(RUN_NAME.length), topicId);
  return outcome.body.topics.length > 1;
}

async function watch(client: RawClient, isOver: () => boolean): Promise<number> {
  let disturbed = 0;
  while (!isOver()) {
    const body = { ...metadataApi.request.defaults, topics: [] };
    const answer = await client.request('Metadata', 12, body);
    if (answer.kind !== 'answer') disturbed += 1;
    await new Promise((resolve) => setTimeout(resolve, BYSTANDER_PAUSE_MS));
  }
  client.close();
  return disturbed;
}

/** The frames for one life of a cluster, on several connections at once. */
class Attack {
  readonly #target: FuzzTarget;
  readonly #frames: HostileFrames;
  readonly #limit: number;
  readonly #patienceMs: number;
  readonly #kinds = new Set<string>();
  readonly #underWay = new Map<number, readonly Uint8Array[]>();
  #suspects: readonly string[] = [];
  #answered = 0;
  #closed = 0;
  #stalled = 0;

  constructor(
    target: FuzzTarget,
    frames: HostileFrames,
    { limit, patienceMs }: { readonly limit: number; readonly patienceMs: number },
  ) {
    this.#target = target;
    this.#frames = frames;
    this.#limit = limit;
    this.#patienceMs = patienceMs;
  }

  get isOver(): boolean {
    return this.#sent >= this.#limit || this.#target.failures.length > 0;
  }

  get #sent(): number {
    return this.#answered + this.#closed + this.#stalled;
  }

  result(): Omit<FuzzResult, 'disturbed' | 'memoryBytesMax'> {
    return {
      frames: this.#sent,
      answered: this.#answered,
      closed: this.#closed,
      stalled: this.#stalled,
      kinds: this.#kinds.size,
      failures: [...this.#target.failures],
      suspects: this.#suspects,
    };
  }

  async lane(lane: number): Promise<void> {
    const { addresses } = this.#target;
    const address = addresses[lane % addresses.length]!;
    let connection: RawConnection | null = null;
    let batch: Uint8Array[] = [];
    while (!this.isOver) {
      while (batch.length < BATCH) batch.push(this.#frames.next());
      this.#underWay.set(lane, batch);
      connection ??= await this.#open(address);
      if (connection === null) continue;
      const { done, goesOn } = await this.#exchange(connection, batch);
      batch = batch.slice(done);
      if (!goesOn) {
        connection.close();
        connection = null;
      }
      this.#noteSuspects();
    }
    connection?.close();
  }

  /** Null: refused. A cluster that has ended refuses everything, and says so itself. */
  async #open(address: Address): Promise<RawConnection | null> {
    try {
      return await RawConnection.open(address);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      return null;
    }
  }

  /** How many of the frames are done with, and whether the connection can be used further. */
  async #exchange(
    connection: RawConnection,
    batch: readonly Uint8Array[],
  ): Promise<{ readonly done: number; readonly goesOn: boolean }> {
    for (const frame of batch) connection.write(frame);
    connection.write(PROBE);
    for (let answered = 0; ; answered += 1) {
      const answer = await connection.read(this.#patienceMs);
      if (answer === 'closed') {
        this.#closed += 1;
        return { done: answered + 1, goesOn: false };
      }
      if (answer === 'silence') {
        this.#stalled += 1;
        return { done: answered + 1, goesOn: false };
      }
      // Requests without an answer are done with, too.
      if (correlationIdOf(answer) === PROBE_ID) {
        this.#answered += batch.length - answered;
        return { done: batch.length, goesOn: true };
      }
      this.#answered += 1;
      this.#learn(batch[answered], answer);
    }
  }

  #learn(frame: Uint8Array | undefined, answer: Uint8Array): void {
    if (frame === undefined) return;
    const kind = `${frame.subarray(LENGTH_BYTES, LENGTH_BYTES + 4).join()} ${answer.length} ${answer.subarray(4, 20).join()}`;
    if (this.#kinds.has(kind)) return;
    this.#kinds.add(kind);
    this.#frames.remember(frame);
  }

  #noteSuspects(): void {
    if (this.#target.failures.length === 0 || this.#suspects.length > 0) return;
    this.#suspects = [...this.#underWay.values()].flat().map((frame) => Buffer.from(frame).toString('hex'));
  }
}
