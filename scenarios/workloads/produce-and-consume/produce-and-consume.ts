/** Producers that send at a steady rate and consumers that are assigned partitions: the workload of most scenarios. */

import { NativeProducer } from '../../../broker/clients/producer/native-producer.js';
import type { Properties } from '../../../broker/config/definitions.js';
import { partitionName } from '../../../broker/protocol/partition-name.js';
import type { RandomStream } from '../../../harness/env.js';
import type { ClientContext, ClientHost, ClientProcess } from '../client-process.js';
import { kafkaJsProducer } from '../kafkajs/kafkajs-producer.js';
import type { ProducerClient } from '../record-producer.js';
import type { SettingsCheck, Workload } from '../workload.js';
import { ConsumerProcess } from './consumer-process.js';
import { ProducerProcess } from './producer-process.js';
import {
  type CompleteSettings,
  checkSettings,
  completeSettings,
  type ProduceAndConsumeSettings,
  type ProducerClientName,
} from './settings.js';

const FINAL_READER_HOST = 'final';

const CLIENTS: Readonly<Record<ProducerClientName, ProducerClient>> = {
  native: { open: (env, setup) => new NativeProducer(env, setup) },
  kafkajs: kafkaJsProducer('one-partition'),
  'kafkajs-spread': kafkaJsProducer('spread'),
};

export function produceAndConsume(given: Partial<ProduceAndConsumeSettings> = {}): ProduceAndConsume {
  return new ProduceAndConsume(completeSettings(given));
}

export class ProduceAndConsume implements Workload {
  readonly settings: ProduceAndConsumeSettings & Readonly<Record<string, unknown>>;
  readonly setByHarness: CompleteSettings['setByHarness'];

  constructor({ settings, setByHarness }: CompleteSettings) {
    this.settings = { ...settings };
    this.setByHarness = setByHarness;
  }

  get hasGuests(): boolean {
    return this.settings.client !== 'native';
  }

  get producerConfig(): Properties {
    return this.settings.producerConfig;
  }

  get consumerConfig(): Properties {
    return this.settings.consumerConfig;
  }

  withConfig(producerConfig: Properties, consumerConfig: Properties): ProduceAndConsume {
    const settings = { ...this.settings, producerConfig, consumerConfig };
    return new ProduceAndConsume({ settings, setByHarness: this.setByHarness });
  }

  check(check: SettingsCheck): void {
    checkSettings(this.settings, check);
  }

  hosts(): readonly ClientHost[] {
    const named = (count: number, prefix: string, group: string): ClientHost[] =>
      Array.from({ length: count }, (_, index) => ({ host: `${prefix}${index + 1}`, group }));
    const { producers, consumers } = this.settings;
    return [...named(producers, 'p', 'producer'), ...named(consumers, 'r', 'consumer')];
  }

  /** The partitions are divided among the consumers that are kept. */
  processes(kept: readonly ClientHost[], context: ClientContext): readonly ClientProcess[] {
    const hostsOf = (group: string): string[] =>
      kept.filter((each) => each.group === group).map((each) => each.host);
    const consumers = hostsOf('consumer');
    return [
      ...hostsOf('producer').map((host) => this.#producerOn(host, context)),
      ...consumers.map((host, index) => {
        const share = context.partitions.filter((_, place) => place % consumers.length === index);
        return this.#consumerOn(
          host,
          this.settings.readAll ? context.partitions : share,
          this.consumerConfig,
          context,
          this.settings.seeks ? context.world.simulation.random(`workload/${host}/seeks`) : null,
        );
      }),
    ];
  }

  /**
   * With `quietEnd`, half of the runs stop sending early. What elections do to a log without new writes shows only
   * then.
   */
  started(processes: readonly ClientProcess[], context: ClientContext): void {
    if (!this.settings.quietEnd) return;
    const { simulation } = context.world;
    const stream = simulation.random('workload/quiet-end');
    const quietAt = (context.durationMicros >>> 2) + stream.nextInt(context.durationMicros);
    if (stream.nextInt(2) === 0) return;
    simulation.schedule(quietAt, () => {
      for (const process of processes) process.stopNewWork();
    });
  }

  finalReader(context: ClientContext): ClientProcess {
    const config = { ...this.consumerConfig, 'auto.offset.reset': 'earliest' };
    return this.#consumerOn(FINAL_READER_HOST, context.partitions, config, context, null);
  }

  #producerOn(host: string, context: ClientContext): ClientProcess {
    const { bootstrap, partitions, rules, recorder, checker } = context;
    return new ProducerProcess({
      host,
      bootstrap,
      partitions,
      settings: this.settings,
      rules,
      recorder,
      names: checker.names,
      stream: context.world.simulation.random(`workload/${host}`),
      client: CLIENTS[this.settings.client],
      onRefusal: ({ topic, topicId, partition: index, error, ...batch }) => {
        const name = checker.names.of({ topicId, topic, index, name: partitionName(topic, index) });
        if (context.judgesRefusals) checker.sequenceRefused(host, name, batch, error);
      },
    });
  }

  #consumerOn(
    host: string,
    partitions: readonly string[],
    config: Properties,
    context: ClientContext,
    seeks: RandomStream | null,
  ): ClientProcess {
    const { bootstrap, rules, recorder, checker } = context;
    const isFinal = host === FINAL_READER_HOST;
    return new ConsumerProcess({
      host,
      bootstrap,
      partitions,
      config,
      rules,
      recorder,
      checker,
      seeks,
      isFinal,
    });
  }
}
