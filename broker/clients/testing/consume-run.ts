/** A consumer against a scripted cluster, for tests. It polls without pause and keeps the records that it gets. */
import type { Properties } from '../../config/definitions.js';
import { buildBatch } from '../../protocol/record-batch.js';
import { TinyWorld } from '../../testing/tiny-world.js';
import type { ConsumerRecord, PollFailure, PollResult } from '../consumer/consumer-record.js';
import { NativeConsumer } from '../consumer/native-consumer.js';
import type { ClientRules } from '../rules/index.js';
import { ScriptedCluster } from './scripted-cluster.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface ConsumeRunOptions {
  readonly config?: Properties;
  readonly rules?: ClientRules;
  readonly brokers?: number;
  readonly partitions?: number;
}

export class ConsumeRun {
  readonly world = new TinyWorld();
  readonly cluster: ScriptedCluster;
  readonly consumer: NativeConsumer;
  readonly polls: PollResult[] = [];
  readonly records: ConsumerRecord[] = [];
  readonly failures: PollFailure[] = [];
  isPolling = false;

  constructor(options: ConsumeRunOptions = {}) {
    const partitions = options.partitions ?? 1;
    this.cluster = new ScriptedCluster(this.world, {
      brokers: options.brokers ?? 2,
      topics: { orders: partitions },
    });
    this.consumer = new NativeConsumer(this.world.env('c1'), {
      clientId: 'c1',
      bootstrap: this.cluster.bootstrap,
      config: { 'auto.offset.reset': 'earliest', ...options.config },
      ...(options.rules === undefined ? {} : { rules: options.rules }),
    });
    this.consumer.assign(
      Array.from({ length: partitions }, (_, partition) => ({ topic: 'orders', partition })),
    );
  }

  get partition() {
    return this.cluster.partition('orders', 0);
  }

  get values(): string[] {
    return this.records.map(({ value }) => (value === null ? '' : decoder.decode(value)));
  }

  /** One batch with these values. */
  append(values: readonly string[], partition = 0, attributes = 0): void {
    const bytes = buildBatch({
      baseOffset: 0,
      leaderEpoch: -1,
      producerId: -1,
      producerEpoch: -1,
      baseSequence: -1,
      timestamp: 0,
      attributes,
      records: values.map((value) => ({ key: null, value: encoder.encode(value) })),
    });
    this.cluster.partition('orders', partition).appendUnchecked(bytes);
  }

  poll(maxWaitMs = 100): void {
    this.isPolling = true;
    this.consumer.poll(maxWaitMs, (result) => {
      this.isPolling = false;
      this.polls.push(result);
      if (result.ok) this.records.push(...result.records);
      else this.failures.push(result);
    });
  }

  /** Polls without pause for this long. */
  run(micros: number): this {
    const until = this.world.now + micros;
    while (this.world.now < until) {
      if (!this.isPolling) this.poll();
      this.world.run(1_000);
    }
    return this;
  }
}
