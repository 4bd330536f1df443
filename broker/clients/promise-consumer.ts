/** The consumer with promises, for callers outside the simulation's event loop. */
import type { Env } from '../env.js';
import type { ConsumerRecord, PollFailure, TopicPartition } from './consumer/consumer-record.js';
import { NativeConsumer, type NativeConsumerOptions } from './consumer/native-consumer.js';

export class PollException extends Error {
  override readonly name = 'PollException';
  readonly failure: PollFailure;

  constructor(failure: PollFailure) {
    super(`${failure.error} for ${failure.topic}-${failure.partition} at offset ${failure.offset}`);
    this.failure = failure;
  }
}

export class PromiseConsumer {
  readonly #consumer: NativeConsumer;

  constructor(env: Env, options: NativeConsumerOptions) {
    this.#consumer = new NativeConsumer(env, options);
  }

  assign(partitions: readonly TopicPartition[]): void {
    this.#consumer.assign(partitions);
  }

  seek(topic: string, partition: number, offset: number): void {
    this.#consumer.seek(topic, partition, offset);
  }

  seekToBeginning(topic: string, partition: number): void {
    this.#consumer.seekToBeginning(topic, partition);
  }

  seekToEnd(topic: string, partition: number): void {
    this.#consumer.seekToEnd(topic, partition);
  }

  position(topic: string, partition: number): number | null {
    return this.#consumer.position(topic, partition);
  }

  /** Rejects with PollException. */
  poll(maxWaitMs: number): Promise<readonly ConsumerRecord[]> {
    return new Promise((resolve, reject) => {
      this.#consumer.poll(maxWaitMs, (result) =>
        result.ok ? resolve(result.records) : reject(new PollException(result)),
      );
    });
  }

  close(): void {
    this.#consumer.close();
  }
}
