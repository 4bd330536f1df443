/** The producer with promises, for callers outside the simulation's event loop. */
import type { Env } from '../env.js';
import { NativeProducer, type NativeProducerOptions } from './producer/native-producer.js';
import type { ProducerRecord, RecordMetadata, SendRefusal } from './producer/producer-record.js';

export class SendException extends Error {
  override readonly name = 'SendException';
  readonly refusal: SendRefusal;

  constructor(refusal: SendRefusal) {
    const outcome = refusal.ambiguous ? 'the record may be in the log' : 'the record is not in the log';
    super(`${refusal.error} for ${refusal.topic}-${refusal.partition}: ${outcome}`);
    this.refusal = refusal;
  }
}

export class PromiseProducer {
  readonly #producer: NativeProducer;

  constructor(env: Env, options: NativeProducerOptions) {
    this.#producer = new NativeProducer(env, options);
  }

  /** Rejects with SendException. */
  send(record: ProducerRecord): Promise<RecordMetadata> {
    return new Promise((resolve, reject) => {
      this.#producer.send(record, (result) =>
        result.ok ? resolve(result) : reject(new SendException(result)),
      );
    });
  }

  flush(): Promise<void> {
    return new Promise((resolve) => this.#producer.flush(resolve));
  }

  close(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => this.#producer.close(timeoutMs, resolve));
  }
}
