/**
 * KafkaJS 2.2.4, unmodified, as the producer of a simulated host. Each record is one call of its `send`; the settings
 * are Kafka's keys, in the options of KafkaJS that mean the same.
 */
import { createRequire } from 'node:module';
import type {
  Kafka,
  KafkaConfig,
  RecordMetadata as KafkaJsRecordMetadata,
  Message,
  Producer,
  ProducerConfig,
} from 'kafkajs';
import type { ProducerRecord } from '../../../broker/clients/producer/producer-record.js';
import { resolveProducerConfig } from '../../../broker/config/definitions.js';
import type { Env } from '../../../broker/env.js';
import { ZERO_UUID } from '../../../broker/protocol/schema/uuid.js';
import type { HostEnv } from '../../../harness/env.js';
import { Guest } from '../../../harness/guests/guest.js';
import { drainMicrotasks } from '../../../harness/guests/microtasks.js';
import type { ProducerClient, ProducerSetup, RecordProducer } from '../record-producer.js';

interface KafkaJs {
  readonly Kafka: new (config: KafkaConfig) => Kafka;
  readonly Partitioners: { readonly DefaultPartitioner: ProducerConfig['createPartitioner'] };
  readonly logLevel: { readonly NOTHING: number };
}

type Settle = Parameters<RecordProducer['send']>[1];

/** Refusals by a leader before it appends, under KafkaJS's names for error codes, when no earlier attempt was made. */
const NEVER_STORED: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
]);

/** KafkaJS names topics by name alone. */
const NO_TOPIC_ID = { topicId: ZERO_UUID, uncertainIn: [] } as const;

const RECONNECT_MICROS = 500_000;

/**
 * How an application calls `send`.
 *
 * - `one-partition`: one call at a time, each with records of one partition.
 * - `spread`: one call at a time, each with all records that wait, whatever their partitions.
 */
export type KafkaJsUse = 'one-partition' | 'spread';

export function kafkaJsProducer(use: KafkaJsUse): ProducerClient {
  return { open: (env, setup) => new KafkaJsProducer(env, setup, use), afterEvent: drainMicrotasks };
}

interface Pending {
  readonly record: ProducerRecord;
  readonly done: Settle;
}

class KafkaJsProducer implements RecordProducer {
  readonly #env: Env;
  readonly #producer: Producer;
  readonly #acks: -1 | 0 | 1;
  readonly #use: KafkaJsUse;
  /** A call of `send` is under way, or `connect`. */
  #isBusy = true;
  #isClosed = false;
  #waiting: Pending[] = [];
  #onIdle: (() => void) | null = null;

  constructor(env: Env, setup: ProducerSetup, use: KafkaJsUse) {
    this.#env = env;
    this.#use = use;
    const guest = new Guest(env as HostEnv, { variables: { KAFKAJS_NO_PARTITIONER_WARNING: '1' } });
    const path = createRequire(import.meta.url).resolve('kafkajs');
    const kafkaJs = guest.load(path) as KafkaJs;
    const { client, producer, acks } = optionsOf(setup, kafkaJs);
    this.#acks = acks;
    this.#producer = new kafkaJs.Kafka(client).producer(producer);
    this.#connect();
  }

  send(record: ProducerRecord, done: Settle): void {
    this.#waiting.push({ record, done });
    // Records of the same event travel in one request.
    if (!this.#isBusy) {
      this.#isBusy = true;
      this.#env.timers.schedule(0, () => this.#next());
    }
  }

  close(timeoutMs: number, done: () => void): void {
    this.#isClosed = true;
    const end = (): void => {
      this.#producer.disconnect().then(done, done);
    };
    if (!this.#isBusy) end();
    else {
      this.#onIdle = end;
      this.#env.timers.schedule(timeoutMs * 1_000, () => this.#idle());
    }
  }

  /** `connect` of KafkaJS gives up after its retries; an application connects again. */
  #connect(): void {
    this.#producer.connect().then(
      () => this.#next(),
      () => {
        if (!this.#isClosed) this.#env.timers.schedule(RECONNECT_MICROS, () => this.#connect());
      },
    );
  }

  #next(): void {
    const first = this.#waiting[0]?.record;
    if (first === undefined) {
      this.#isBusy = false;
      this.#idle();
      return;
    }
    const belongs = ({ record }: Pending): boolean =>
      record.topic === first.topic && (this.#use === 'spread' || record.partition === first.partition);
    const batch = this.#waiting.filter(belongs);
    this.#waiting = this.#waiting.filter((pending) => !belongs(pending));
    this.#send(batch, () => this.#next());
  }

  #send(batch: readonly Pending[], then: () => void): void {
    const topic = batch[0]?.record.topic ?? '';
    const messages = batch.map(({ record }) => messageOf(record));
    this.#producer.send({ topic, acks: this.#acks, messages }).then(
      (stored) => {
        settleStored(batch, stored);
        then();
      },
      (error: unknown) => {
        const name = errorName(error);
        const ambiguous = !NEVER_STORED.has(name);
        for (const { record, done } of batch)
          done({
            ok: false,
            topic,
            ...NO_TOPIC_ID,
            partition: record.partition ?? -1,
            error: name,
            ambiguous,
          });
        then();
      },
    );
  }

  #idle(): void {
    const onIdle = this.#onIdle;
    this.#onIdle = null;
    onIdle?.();
  }
}

function messageOf({ key, value, partition }: ProducerRecord): Message {
  return {
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    ...(partition === undefined ? {} : { partition }),
  };
}

/** KafkaJS reports the offset of the first record of each partition; the others follow in order. */
function settleStored(batch: readonly Pending[], stored: readonly KafkaJsRecordMetadata[]): void {
  const counts = new Map<number, number>();
  for (const { record, done } of batch) {
    const { topic, partition = stored[0]?.partition ?? -1 } = record;
    const count = counts.get(partition) ?? 0;
    counts.set(partition, count + 1);
    const base = Number(stored.find((each) => each.partition === partition)?.baseOffset ?? -1);
    // A record with a key and no partition: KafkaJS does not say where each record went.
    const offset = record.partition === undefined || base < 0 ? -1 : base + count;
    done({ ok: true, topic, ...NO_TOPIC_ID, partition: record.partition ?? -1, offset });
  }
}

/** The error code in Kafka's words where there is one, else the class of KafkaJS. */
function errorName(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('type' in error && typeof error.type === 'string') return error.type;
  if ('cause' in error && error.cause instanceof Error) return errorName(error.cause);
  return error.name;
}

/**
 * Keys of Kafka in the options of KafkaJS. KafkaJS has no `delivery.timeout.ms`: it repeats a request `retries` times,
 * with a back-off that begins at `retry.backoff.ms`.
 */
function optionsOf(setup: ProducerSetup, { Partitioners, logLevel }: KafkaJs) {
  const config = resolveProducerConfig(setup.config);
  const isSet = (key: string): boolean => Object.hasOwn(setup.config, key);
  const isIdempotent = setup.config['enable.idempotence'] === 'true';
  const retry = {
    initialRetryTime: config['retry.backoff.ms'],
    maxRetryTime: config['retry.backoff.max.ms'],
    ...(isSet('retries') ? { retries: config.retries } : {}),
  };
  const client: KafkaConfig = {
    clientId: setup.clientId,
    brokers: setup.bootstrap.map(({ host, port }) => `${host}:${port}`),
    connectionTimeout: config['socket.connection.setup.timeout.ms'],
    requestTimeout: config['request.timeout.ms'],
    logLevel: logLevel.NOTHING,
    retry,
  };
  const producer: ProducerConfig = {
    idempotent: isIdempotent,
    ...(isSet('max.in.flight.requests.per.connection')
      ? { maxInFlightRequests: config['max.in.flight.requests.per.connection'] }
      : {}),
    ...(Partitioners.DefaultPartitioner === undefined
      ? {}
      : { createPartitioner: Partitioners.DefaultPartitioner }),
  };
  return { client, producer, acks: config.acks };
}
