/** Producers, and a consumer group whose members process what they send. */
import { type Properties, resolveConsumerConfig } from '../../../broker/config/definitions.js';
import type { ClientContext, ClientHost, ClientProcess } from '../client-process.js';
import { produceAndConsume } from '../produce-and-consume/produce-and-consume.js';
import type { SettingsCheck, Workload } from '../workload.js';
import { MemberProcess } from './member-process.js';
import { ResultsDatabase } from './results-database.js';
import { isRetryPartition } from './retry-topic.js';
import {
  type CompleteGroupSettings,
  type ConsumerGroupSettings,
  checkGroupSettings,
  completeGroupSettings,
} from './settings.js';

const MEMBER = 'member';

export function consumerGroup(given: Partial<ConsumerGroupSettings> = {}): ConsumerGroup {
  return new ConsumerGroup(completeGroupSettings(given));
}

export class ConsumerGroup implements Workload {
  readonly settings: ConsumerGroupSettings & Readonly<Record<string, unknown>>;
  readonly setByHarness: CompleteGroupSettings['setByHarness'];
  readonly #complete: CompleteGroupSettings;

  constructor(complete: CompleteGroupSettings) {
    this.#complete = complete;
    this.settings = { ...complete.settings };
    this.setByHarness = complete.setByHarness;
  }

  get producerConfig(): Properties {
    return this.settings.producerConfig;
  }

  get consumerConfig(): Properties {
    return this.settings.consumerConfig;
  }

  withConfig(producerConfig: Properties, consumerConfig: Properties): ConsumerGroup {
    const { setByHarness } = this;
    const settings = { ...this.#complete.settings, producerConfig, consumerConfig };
    const producing = { ...this.#complete.producing, producerConfig };
    return new ConsumerGroup({ settings, producing, setByHarness });
  }

  check(check: SettingsCheck): void {
    checkGroupSettings(this.settings, check);
  }

  hosts(): readonly ClientHost[] {
    const members = Array.from({ length: this.settings.members }, (_none, index) => ({
      host: `g${index + 1}`,
      group: MEMBER,
    }));
    return [...this.#producing().hosts(), ...members];
  }

  processes(kept: readonly ClientHost[], context: ClientContext): readonly ClientProcess[] {
    const members = kept.filter(({ group }) => group === MEMBER);
    // Producers of the workload leave the retry topics to the members.
    const partitions = context.partitions.filter((name) => !isRetryPartition(name));
    const database = new ResultsDatabase();
    const { groups } = context.checker;
    groups.promise(this.#complete.settings.promises);
    const reset = resolveConsumerConfig(this.consumerConfig)['auto.offset.reset'];
    groups.keepsOffsets({
      retentionMicros: context.offsetsRetentionMicros,
      isResetToEnd: reset === 'latest',
    });
    return [
      ...this.#producing().processes(
        kept.filter(({ group }) => group !== MEMBER),
        { ...context, partitions },
      ),
      ...members.map(({ host }, index) => this.#memberOn(host, index === 0, database, context)),
    ];
  }

  started(): void {}

  /** The group has committed everything. */
  finalReader(context: ClientContext): ClientProcess {
    const { checker, partitions } = context;
    for (const name of partitions)
      checker.groups.finished(name, checker.partitions.get(name)?.committedEnd ?? 0);
    return this.#producing().finalReader(context);
  }

  /** The producers, and the reader of the end. The reader is in no group. */
  #producing(): Workload {
    const { producing } = this.#complete;
    const isolation = this.consumerConfig['isolation.level'];
    return produceAndConsume({
      ...producing,
      producerConfig: this.producerConfig,
      ...(isolation === undefined ? {} : { consumerConfig: { 'isolation.level': isolation } }),
    });
  }

  #memberOn(
    host: string,
    speaksForGroup: boolean,
    database: ResultsDatabase,
    context: ClientContext,
  ): ClientProcess {
    const { bootstrap, partitions, rules, recorder, checker } = context;
    const { settings } = this.#complete;
    return new MemberProcess({
      host,
      bootstrap,
      partitions,
      config: settings.isStatic ? { ...this.consumerConfig, 'group.instance.id': host } : this.consumerConfig,
      settings,
      database,
      mark: (name) => context.world.simulation.mark(name),
      rules,
      recorder,
      checker,
      speaksForGroup,
    });
  }
}
