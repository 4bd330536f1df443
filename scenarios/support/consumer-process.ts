/**
 * A consumer on a host of its own: assigned a fixed set of partitions, it polls, takes a moment for what it got, and
 * polls again. Each poll is one operation of the history; a start of the program is a new process that begins at
 * `auto.offset.reset`.
 */
import type { ConsumerRecord, PollResult } from '../../broker/clients/consumer/consumer-record.js';
import { NativeConsumer } from '../../broker/clients/consumer/native-consumer.js';
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Address, Env } from '../../broker/env.js';
import type { Properties } from '../../broker/protocol/config.js';
import type { Operation } from '../../harness/history/operation.js';
import type { HostChange } from '../../harness/kernel/host.js';
import { endsProgram } from './host-chronicle.js';
import { decodeValue } from './record-value.js';
import type { Recorder } from './recorder.js';

export interface ConsumerProcessOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  readonly partitions: readonly string[];
  readonly config: Properties;
  readonly rules: ClientRules | undefined;
  readonly recorder: Recorder;
}

interface AssignedPartition {
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
}

const POLL_MAX_WAIT_MS = 500;
const PROCESSING_MICROS = 10_000;
const POLL_INVOCATION = [['poll']] as const;

export class ConsumerProcess {
  readonly host: string;
  readonly partitions: readonly string[];
  readonly #options: ConsumerProcessOptions;
  readonly #assigned: readonly AssignedPartition[];
  #session = 0;
  /** Of the present session. */
  #process = '';
  #env: Env | null = null;
  #consumer: NativeConsumer | null = null;
  #polling: Operation | null = null;

  constructor(options: ConsumerProcessOptions) {
    this.#options = options;
    this.host = options.host;
    this.partitions = options.partitions;
    this.#assigned = options.partitions.map((key) => {
      const dash = key.lastIndexOf('-');
      return { key, topic: key.slice(0, dash), partition: Number(key.slice(dash + 1)) };
    });
  }

  /** The offset of the next record to read; −1 when there is none yet. */
  positionOf(key: string): number {
    const assigned = this.#assigned.find((each) => each.key === key);
    if (assigned === undefined || this.#consumer === null) return -1;
    return this.#consumer.position(assigned.topic, assigned.partition) ?? -1;
  }

  start(env: Env): void {
    this.#session++;
    this.#process = `${this.host}#${this.#session}`;
    this.#env = env;
    const { bootstrap, config, rules, recorder } = this.#options;
    const consumer = new NativeConsumer(env, {
      clientId: this.host,
      bootstrap,
      config,
      ...(rules === undefined ? {} : { rules }),
    });
    this.#consumer = consumer;
    const assign = recorder.invoke(this.#process, 'assign', this.partitions);
    consumer.assign(this.#assigned);
    recorder.complete(assign, 'ok', this.partitions);
    if (this.partitions.length > 0) this.#poll();
  }

  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    if (this.#polling !== null)
      this.#options.recorder.complete(this.#polling, 'info', POLL_INVOCATION, 'client crashed');
    this.#polling = null;
    this.#consumer = null;
  }

  readonly #poll = (): void => {
    this.#polling = this.#options.recorder.invoke(this.#process, 'poll', POLL_INVOCATION);
    this.#consumer?.poll(POLL_MAX_WAIT_MS, this.#onPolled);
  };

  readonly #onPolled = (result: PollResult): void => {
    const invocation = this.#polling;
    if (invocation === null || this.#env === null) return;
    this.#polling = null;
    const { recorder } = this.#options;
    if (result.ok) recorder.complete(invocation, 'ok', [['poll', this.#readings(result.records)]]);
    else recorder.complete(invocation, 'fail', POLL_INVOCATION, result.error);
    if (result.ok && result.records.length === 0) this.#poll();
    else this.#env.timers.schedule(PROCESSING_MICROS, this.#poll);
  };

  /** `{key: [[offset, value] …]}` in the order in which the records were handed out. */
  #readings(records: readonly ConsumerRecord[]): Record<string, [number, number][]> {
    const readings: Record<string, [number, number][]> = {};
    for (const { topic, partition, offset, value } of records) {
      const key = this.#keyOf(topic, partition);
      const read = decodeValue(value);
      this.#options.recorder.note(read, offset);
      const list = readings[key];
      if (list === undefined) readings[key] = [[offset, read]];
      else list.push([offset, read]);
    }
    return readings;
  }

  #keyOf(topic: string, partition: number): string {
    for (const each of this.#assigned)
      if (each.partition === partition && each.topic === topic) return each.key;
    return `${topic}-${partition}`;
  }
}
