/**
 * The work of Kafka's VerifiableProducer (org.apache.kafka.tools.VerifiableProducer), by the native producer on real sockets: sends
 * consecutive integers and prints a line for each outcome.
 */

import { NativeProducer } from '../broker/clients/producer/native-producer.js';
import {
  producerShutdownLine,
  producerStartupLine,
  sendLine,
  toolDataLine,
} from '../broker/clients/verifiable/producer-lines.js';
import type { Properties } from '../broker/config/definitions.js';
import type { Address } from '../broker/env.js';
import { clientEnv } from './client-env.js';

export interface VerifiableProducerRun {
  readonly bootstrap: readonly Address[];
  readonly topic: string;
  /** Negative: until it is stopped. */
  readonly maxMessages: number;
  /** Records per second; negative: as many as possible. */
  readonly throughput: number;
  /** The timestamp of the first record; negative: the wall clock. */
  readonly createTimeMs: number;
  readonly valuePrefix: number | null;
  readonly repeatingKeys: number | null;
  readonly config: Properties;
  readonly print: (line: string) => void;
  readonly hasStopped: () => boolean;
}

/** Sends that wait for their outcome: the native producer has no `buffer.memory` that would hold the sender back. */
const PENDING_MAX = 10_000;
const TURN_MS = 5;
const CLOSE_TIMEOUT_MS = 30_000;
const encoder = new TextEncoder();

export async function runVerifiableProducer(run: VerifiableProducerRun): Promise<void> {
  const { env, end } = clientEnv('verifiable-producer');
  const producer = new NativeProducer(env, {
    clientId: 'verifiable-producer',
    bootstrap: run.bootstrap,
    config: run.config,
  });
  const sending = new Sending(producer, run);
  run.print(producerStartupLine(Date.now()));
  await sending.untilDone();
  await new Promise<void>((resolve) => producer.close(CLOSE_TIMEOUT_MS, resolve));
  run.print(producerShutdownLine(Date.now()));
  run.print(toolDataLine(Date.now(), sending.toolData()));
  end();
}

class Sending {
  readonly #producer: NativeProducer;
  readonly #run: VerifiableProducerRun;
  readonly #startedAt = performance.now();
  readonly #startedAtMs = Date.now();
  #createTimeMs: number;
  #sent = 0;
  #settled = 0;
  #acked = 0;

  constructor(producer: NativeProducer, run: VerifiableProducerRun) {
    this.#producer = producer;
    this.#run = run;
    this.#createTimeMs = run.createTimeMs;
  }

  /** Resolves when every record was handed to the producer, or when the tool is stopped. */
  async untilDone(): Promise<void> {
    while (!this.#isDone()) {
      for (let due = this.#due(); due > 0 && !this.#isDone(); due -= 1) this.#send();
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
  }

  toolData() {
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    return {
      sent: this.#sent,
      acked: this.#acked,
      targetThroughput: this.#run.throughput,
      avgThroughput: this.#acked / seconds,
    };
  }

  #isDone(): boolean {
    const { maxMessages, hasStopped } = this.#run;
    return hasStopped() || (maxMessages >= 0 && this.#sent >= maxMessages);
  }

  /** How many records may be sent now. */
  #due(): number {
    const { throughput } = this.#run;
    const room = PENDING_MAX - (this.#sent - this.#settled);
    if (throughput < 0) return room;
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    return Math.min(room, Math.floor(seconds * throughput) - this.#sent);
  }

  #send(): void {
    const { topic, valuePrefix, repeatingKeys, print } = this.#run;
    const number = this.#sent;
    this.#sent += 1;
    const value = valuePrefix === null ? String(number) : `${valuePrefix}.${number}`;
    const key = repeatingKeys === null || repeatingKeys < 1 ? null : String(number % repeatingKeys);
    const record = { topic, key: key === null ? null : encoder.encode(key), value: encoder.encode(value) };
    this.#producer.send(this.#timed(record), (result) => {
      this.#settled += 1;
      if (result.ok) this.#acked += 1;
      print(sendLine(Date.now(), { topic, key, value }, result));
    });
  }

  #timed<T extends object>(record: T): T & { readonly timestampMs?: number } {
    if (this.#createTimeMs < 0) return record;
    const timestampMs = this.#createTimeMs;
    this.#createTimeMs += Date.now() - this.#startedAtMs;
    return { ...record, timestampMs };
  }
}
