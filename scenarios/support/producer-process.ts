/**
 * A producer on a host of its own: records at a steady rate to random partitions, now and then several at once. Each
 * operation of the history is one record or one burst to one partition; several are under way at a time, each in a
 * *slot*, which is a sequential process in the history. All slots of one start of the program are one producer session.
 */

import { NativeProducer } from '../../broker/clients/producer/native-producer.js';
import type { SendResult } from '../../broker/clients/producer/producer-record.js';
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Address, Env } from '../../broker/env.js';
import type { RandomStream } from '../../harness/env.js';
import type { Operation } from '../../harness/history/operation.js';
import type { HostChange } from '../../harness/kernel/host.js';
import type { WorkloadSpec } from './cluster-spec.js';
import { endsProgram } from './host-chronicle.js';
import { encodeValue } from './record-value.js';
import type { Outcome, Recorder } from './recorder.js';

export interface ProducerProcessOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  readonly partitions: readonly string[];
  readonly workload: WorkloadSpec;
  readonly rules: ClientRules | undefined;
  readonly recorder: Recorder;
  readonly stream: RandomStream;
}

/** A record's place in the history's completion: `['send', key, [offset, value]]`. */
type SentOperation = ['send', string, [number | null, number]];

interface PendingOperation {
  readonly invocation: Operation;
  readonly sent: SentOperation[];
  readonly slot: string;
  open: number;
  outcome: Outcome;
  error: string | undefined;
}

const SLOTS_MAX = 64;
const BURST_ONE_IN = 24;
const BURST_RECORDS = 4;

/** `p1#2/7` is slot 7 of the second session of p1. */
export function sessionOfProcess(process: number | string): string | null {
  const at = typeof process === 'string' ? process.indexOf('/') : -1;
  return at < 0 ? null : (process as string).slice(0, at);
}

export class ProducerProcess {
  readonly host: string;
  readonly #options: ProducerProcessOptions;
  readonly #intervalMicros: number;
  readonly #partitions: readonly { key: string; topic: string; index: number }[];
  #session = 0;
  #slotCount = 0;
  #freeSlots: string[] = [];
  #pending = new Set<PendingOperation>();
  #producer: NativeProducer | null = null;
  #env: Env | null = null;
  #stopped = false;

  constructor(options: ProducerProcessOptions) {
    this.#options = options;
    this.host = options.host;
    this.#intervalMicros = Math.round(1_000_000 / options.workload.recordsPerSecond);
    this.#partitions = options.partitions.map((key) => {
      const dash = key.lastIndexOf('-');
      return { key, topic: key.slice(0, dash), index: Number(key.slice(dash + 1)) };
    });
  }

  /** Operations whose outcome is not known yet. */
  get outstanding(): number {
    return this.#pending.size;
  }

  stopSending(): void {
    this.#stopped = true;
  }

  start(env: Env): void {
    this.#session++;
    this.#slotCount = 0;
    this.#freeSlots = [];
    this.#env = env;
    this.#producer = new NativeProducer(env, {
      clientId: this.host,
      bootstrap: this.#options.bootstrap,
      config: this.#options.workload.producerConfig,
      firstSequence: this.#options.workload.firstSequence,
      ...(this.#options.rules === undefined ? {} : { rules: this.#options.rules }),
    });
    if (!this.#stopped) env.timers.schedule(this.#jittered(this.#intervalMicros), this.#tick);
  }

  /** What a process that died had under way is of unknown outcome. */
  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    for (const pending of this.#pending) this.#finish(pending, 'info', 'client crashed');
    this.#pending.clear();
    this.#producer = null;
  }

  readonly #tick = (): void => {
    const { recorder, stream } = this.#options;
    if (this.#stopped || !recorder.maySend() || this.#env === null) return;
    const records = stream.nextInt(BURST_ONE_IN) === 0 ? BURST_RECORDS : 1;
    if (this.#pending.size < SLOTS_MAX) this.#send(records);
    this.#env.timers.schedule(this.#jittered(records * this.#intervalMicros), this.#tick);
  };

  #jittered(micros: number): number {
    return (micros >>> 1) + this.#options.stream.nextInt(micros + 1);
  }

  #send(records: number): void {
    const { recorder, stream, workload } = this.#options;
    const partition = this.#partitions[stream.nextInt(this.#partitions.length)]!;
    const slot = this.#freeSlots.pop() ?? `${this.host}#${this.#session}/${this.#slotCount++}`;
    const first = recorder.takeValue();
    // Mostly one record: a list that begins empty takes room for many, and the history keeps it.
    const asked: ['send', string, number][] = [['send', partition.key, first]];
    const sent: SentOperation[] = [['send', partition.key, [null, first]]];
    for (let index = 1; index < records; index++) {
      const value = recorder.takeValue();
      asked.push(['send', partition.key, value]);
      sent.push(['send', partition.key, [null, value]]);
    }
    const invocation = recorder.invoke(slot, 'send', asked);
    const pending: PendingOperation = {
      invocation,
      sent,
      slot,
      open: records,
      outcome: 'ok',
      error: undefined,
    };
    this.#pending.add(pending);
    for (const operation of sent) {
      const value = encodeValue(operation[2][1], workload.valueSizeBytes);
      const record = { topic: partition.topic, partition: partition.index, key: null, value };
      this.#producer?.send(record, (result) => this.#settle(pending, operation, result));
    }
  }

  #settle(pending: PendingOperation, operation: SentOperation, result: SendResult): void {
    if (!this.#pending.has(pending)) return;
    if (result.ok) {
      if (result.offset >= 0) operation[2][0] = result.offset;
      this.#options.recorder.acknowledged++;
    } else {
      pending.outcome = result.ambiguous || pending.outcome === 'info' ? 'info' : 'fail';
      pending.error = result.error;
    }
    pending.open--;
    if (pending.open > 0) return;
    this.#pending.delete(pending);
    this.#finish(pending, this.#outcomeOf(pending), pending.error);
  }

  /** A burst of which some records failed and some landed is neither `ok` nor `fail`. */
  #outcomeOf(pending: PendingOperation): Outcome {
    if (pending.outcome !== 'fail') return pending.outcome;
    return pending.sent.some(([, , [offset]]) => offset !== null) ? 'info' : 'fail';
  }

  #finish(pending: PendingOperation, outcome: Outcome, error: string | undefined): void {
    this.#options.recorder.complete(pending.invocation, outcome, pending.sent, error);
    // An unknown outcome retires the process, as in Jepsen: it may still be about to happen.
    if (outcome !== 'info') this.#freeSlots.push(pending.slot);
  }
}
