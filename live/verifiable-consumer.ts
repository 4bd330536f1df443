/**
 * The work of Kafka's VerifiableConsumer (org.apache.kafka.tools.VerifiableConsumer), by the native consumer on real
 * sockets: a member of a group that prints a line for each assignment, each poll and each commit.
 */
import type {
  ConsumerRecord,
  PollResult,
  TopicPartition,
} from '../broker/clients/consumer/consumer-record.js';
import { GroupConsumer } from '../broker/clients/consumer/group/group-consumer.js';
import {
  assignmentLine,
  consumerShutdownLine,
  consumerStartupLine,
  offsetsCommittedLine,
  recordDataLine,
  recordsConsumedLine,
} from '../broker/clients/verifiable/consumer-lines.js';
import type { Properties } from '../broker/config/definitions.js';
import type { Address } from '../broker/env.js';
import { clientEnv } from './client-env.js';

export interface VerifiableConsumerRun {
  readonly bootstrap: readonly Address[];
  readonly topic: string;
  /** Negative: until it is stopped. */
  readonly maxMessages: number;
  /** A line for each record. */
  readonly isVerbose: boolean;
  readonly commitsItself: boolean;
  readonly config: Properties;
  readonly print: (line: string) => void;
  /** Calls the function when the tool shall end. */
  readonly onStop: (stop: () => void) => void;
}

const POLL_MAX_WAIT_MS = 1_000;
const decoder = new TextDecoder();
const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : decoder.decode(bytes));

/** Rejects when a poll fails, once the consumer is closed. */
export async function runVerifiableConsumer(run: VerifiableConsumerRun): Promise<void> {
  const { env, end } = clientEnv('verifiable-consumer');
  const consumer = new GroupConsumer(env, {
    clientId: 'verifiable-consumer',
    bootstrap: run.bootstrap,
    config: run.config,
  });
  run.print(consumerStartupLine(Date.now()));
  try {
    await new Consuming(consumer, run).untilDone();
  } finally {
    await new Promise<void>((resolve) => consumer.close(resolve));
    run.print(consumerShutdownLine(Date.now()));
    end();
  }
}

class Consuming {
  readonly #consumer: GroupConsumer;
  readonly #run: VerifiableConsumerRun;
  #consumed = 0;
  #isStopped = false;

  constructor(consumer: GroupConsumer, run: VerifiableConsumerRun) {
    this.#consumer = consumer;
    this.#run = run;
    const changed = (change: 'partitions_assigned' | 'partitions_revoked') => {
      return (partitions: readonly TopicPartition[], done: () => void): void => {
        run.print(assignmentLine(Date.now(), change, partitions));
        done();
      };
    };
    consumer.subscribe([run.topic], {
      onPartitionsAssigned: changed('partitions_assigned'),
      onPartitionsRevoked: changed('partitions_revoked'),
    });
    run.onStop(() => {
      this.#isStopped = true;
      consumer.wakeup();
    });
  }

  async untilDone(): Promise<void> {
    while (!this.#isDone()) {
      const result = await new Promise<PollResult>((resolve) =>
        this.#consumer.poll(POLL_MAX_WAIT_MS, resolve),
      );
      if (result.ok) await this.#consume(result.records);
      else if (result.error !== 'WakeupException')
        throw new Error(`${result.error} for ${result.topic}-${result.partition} at offset ${result.offset}`);
    }
  }

  #isDone(): boolean {
    const { maxMessages } = this.#run;
    return this.#isStopped || (maxMessages >= 0 && this.#consumed >= maxMessages);
  }

  /** Records beyond the last one to consume are left to the group. */
  async #consume(records: readonly ConsumerRecord[]): Promise<void> {
    const { maxMessages, print, isVerbose, commitsItself } = this.#run;
    const left = maxMessages < 0 ? records.length : maxMessages - this.#consumed;
    const taken = records.slice(0, left).map(({ topic, partition, offset, leaderEpoch, key, value }) => {
      return { topic, partition, offset, leaderEpoch, key: text(key), value: text(value) };
    });
    if (taken.length === 0) return;
    this.#consumed += taken.length;
    const ends = new Map<string, (typeof taken)[number]>();
    for (const record of taken) {
      ends.set(`${record.topic}-${record.partition}`, record);
      if (isVerbose) print(recordDataLine(Date.now(), record));
    }
    print(recordsConsumedLine(Date.now(), taken));
    if (commitsItself) return;
    const offsets = Array.from(ends.values(), ({ topic, partition, offset, leaderEpoch }) => {
      return { topic, partition, offset: offset + 1, leaderEpoch };
    });
    const error = await new Promise<string>((resolve) => this.#consumer.commitSync(offsets, resolve));
    print(offsetsCommittedLine(Date.now(), offsets, error === 'NONE' ? null : error));
  }
}
