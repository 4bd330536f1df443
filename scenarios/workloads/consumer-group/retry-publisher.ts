/** The producer of a member: records whose processing failed go to the retry topic, with acks=all. */
import type { ConsumerRecord } from '../../../broker/clients/consumer/consumer-record.js';
import { NativeProducer } from '../../../broker/clients/producer/native-producer.js';
import type { ClientRules } from '../../../broker/clients/rules/index.js';
import type { Address, Env } from '../../../broker/env.js';
import { partitionName } from '../../../broker/protocol/partition-name.js';
import { encodeValue } from '../produce-and-consume/record-value.js';
import type { Recorder } from '../recorder.js';
import { keyOfRetry, retryTopicOf } from './retry-topic.js';

export interface RetryPublisherOptions {
  readonly clientId: string;
  readonly bootstrap: readonly Address[];
  readonly rules: ClientRules;
  readonly recorder: Recorder;
  readonly session: string;
}

const VALUE_BYTES = 100;

interface OpenSend {
  readonly invocation: number;
  readonly key: number;
  readonly value: number;
}

export class RetryPublisher {
  readonly #producer: NativeProducer;
  readonly #options: RetryPublisherOptions;
  readonly #open = new Set<OpenSend>();
  #sends = 0;

  constructor(env: Env, options: RetryPublisherOptions) {
    const { clientId, bootstrap, rules } = options;
    this.#options = options;
    this.#producer = new NativeProducer(env, {
      clientId: `${clientId}-retry`,
      bootstrap,
      rules,
      config: {
        acks: 'all',
        'request.timeout.ms': '2000',
        'delivery.timeout.ms': '6000',
        'max.block.ms': '6000',
      },
    });
  }

  publish(records: readonly ConsumerRecord[], then: (isPublished: boolean) => void): void {
    let open = records.length;
    let isPublished = true;
    if (open === 0) then(true);
    for (const record of records)
      this.#send(record, (isStored) => {
        isPublished &&= isStored;
        open -= 1;
        if (open === 0) then(isPublished);
      });
  }

  /** The process is gone, and the outcome of its sends unknown. */
  abandon(error: string): void {
    const { recorder } = this.#options;
    for (const { invocation, key, value } of this.#open) {
      recorder.completeSend(invocation, 'info', error);
      recorder.record(key, value, -1);
    }
    this.#open.clear();
  }

  #send(failed: ConsumerRecord, then: (isStored: boolean) => void): void {
    const { recorder, session } = this.#options;
    const topic = retryTopicOf(failed.topic);
    const key = recorder.history.key(partitionName(topic, 0));
    const invocation = recorder.invokeSend(recorder.history.process(`${session}/retry${this.#sends++}`));
    const value = recorder.takeValue();
    recorder.record(key, value, -1);
    const open = { invocation, key, value };
    this.#open.add(open);
    const record = { topic, partition: 0, key: keyOfRetry(failed), value: encodeValue(value, VALUE_BYTES) };
    this.#producer.send(record, (result) => {
      if (!this.#open.delete(open)) return;
      if (result.ok) recorder.acknowledged++;
      recorder.completeSend(
        invocation,
        result.ok ? 'ok' : result.ambiguous ? 'info' : 'fail',
        result.ok ? undefined : result.error,
      );
      recorder.record(key, value, result.ok ? result.offset : -1);
      then(result.ok);
    });
  }
}
