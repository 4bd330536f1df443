/** A producer against a scripted cluster, with the results of its callbacks, for tests. */
import type { Properties } from '../../config/definitions.js';
import { TinyWorld } from '../../testing/tiny-world.js';
import { NativeProducer } from '../producer/native-producer.js';
import type { SendResult } from '../producer/producer-record.js';
import type { OnSequenceRefused } from '../producer/sender.js';
import type { ClientRules } from '../rules/index.js';
import { ScriptedCluster } from './scripted-cluster.js';

const encoder = new TextEncoder();
export const MILLI = 1_000;
export const SECOND = 1_000_000;

export interface Told {
  readonly value: string;
  readonly result: SendResult;
}

export interface ProduceRunOptions {
  readonly config?: Properties;
  readonly rules?: ClientRules;
  readonly brokers?: number;
  readonly partitions?: number;
  readonly onRefusal?: OnSequenceRefused;
}

export class ProduceRun {
  readonly world = new TinyWorld();
  readonly cluster: ScriptedCluster;
  readonly producer: NativeProducer;
  readonly told: Told[] = [];

  constructor(options: ProduceRunOptions = {}) {
    this.cluster = new ScriptedCluster(this.world, {
      brokers: options.brokers ?? 2,
      topics: { orders: options.partitions ?? 1 },
    });
    this.producer = new NativeProducer(this.world.env('p1'), {
      clientId: 'p1',
      bootstrap: this.cluster.bootstrap,
      config: { 'linger.ms': '0', ...options.config },
      ...(options.rules === undefined ? {} : { rules: options.rules }),
      ...(options.onRefusal === undefined ? {} : { onRefusal: options.onRefusal }),
    });
  }

  send(value: string, partition = 0): void {
    const record = { topic: 'orders', partition, key: null, value: encoder.encode(value) };
    this.producer.send(record, (result) => this.told.push({ value, result }));
  }

  /** Completes metadata, connections and the producer id first. */
  warmUp(): this {
    this.send('warm');
    this.run(SECOND);
    this.told.length = 0;
    this.cluster.seen.length = 0;
    return this;
  }

  run(micros: number): this {
    this.world.run(micros);
    return this;
  }

  get log(): string[] {
    return this.cluster
      .partition('orders', 0)
      .values()
      .filter((value) => value !== 'warm');
  }

  /** `a ok@1`, `b TimeoutException`, `c NETWORK_EXCEPTION?` (`?`: ambiguous). */
  get outcomes(): string[] {
    return this.told.map(({ value, result }) =>
      result.ok ? `${value} ok@${result.offset}` : `${value} ${result.error}${result.ambiguous ? '?' : ''}`,
    );
  }
}
