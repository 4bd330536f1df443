/**
 * The clients of an audit: producers, a reader without a group that sees what the log offers, and, unless an audit measures
 * the log alone, a consumer group that processes the records with the consumer configuration.
 */
import type { Properties } from '../../broker/config/definitions.js';
import type { ClientContext, ClientHost, ClientProcess } from '../workloads/client-process.js';
import {
  type ProduceAndConsume,
  produceAndConsume,
} from '../workloads/produce-and-consume/produce-and-consume.js';
import type { SettingsCheck, Workload } from '../workloads/workload.js';
import type { Processing } from './audit-settings.js';
import { ProcessingMember } from './processing-member.js';

export interface AuditWorkloadSettings {
  readonly recordsPerSecond: number;
  readonly producer: Properties;
  /** Every key of the consumers, with those of the group. */
  readonly consumer: Properties;
  /** The keys that act without a group. */
  readonly reader: Properties;
  readonly processing: Processing;
}

const PRODUCERS = 2;
const MEMBERS = 2;
const GROUP = 'audit';
const MEMBER = 'consumer';
const READER = 'reader';

/** Producers and a reader without a group. */
export function auditLogWorkload({
  recordsPerSecond,
  producer,
  reader,
}: Omit<AuditWorkloadSettings, 'consumer' | 'processing'>): ProduceAndConsume {
  return produceAndConsume({
    producers: PRODUCERS,
    consumers: 1,
    recordsPerSecond,
    readAll: true,
    pace: 'kafka',
    producerConfig: producer,
    // A reader without a group has no committed offset, so it begins at the beginning.
    consumerConfig: { ...reader, 'auto.offset.reset': 'earliest' },
  });
}

/** Each static member has an id of its own, as each instance of a deployment has. */
function instanceOn(host: string, { 'group.instance.id': written }: Properties): Properties {
  return written === undefined ? {} : { 'group.instance.id': `${written}-${host}` };
}

export class AuditWorkload implements Workload {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly #given: AuditWorkloadSettings;
  readonly #log: ProduceAndConsume;

  constructor(given: AuditWorkloadSettings) {
    this.#given = given;
    this.#log = auditLogWorkload(given);
    this.settings = {
      ...this.#log.settings,
      consumerConfig: this.consumerConfig,
      members: MEMBERS,
      commit: given.processing.commit,
      processingMillis: given.processing.millis,
    };
  }

  get producerConfig(): Properties {
    return this.#log.producerConfig;
  }

  get consumerConfig(): Properties {
    const { consumer, processing } = this.#given;
    return {
      'group.id': GROUP,
      ...consumer,
      'enable.auto.commit': consumer['enable.auto.commit'] ?? String(processing.commit === 'auto'),
    };
  }

  get setByHarness(): Workload['setByHarness'] {
    return this.#log.setByHarness;
  }

  withConfig(producer: Properties, consumer: Properties): AuditWorkload {
    return new AuditWorkload({ ...this.#given, producer, consumer });
  }

  check(check: SettingsCheck): void {
    this.#log.check(check);
  }

  hosts(): readonly ClientHost[] {
    return [
      ...this.#log.hosts().map(({ host, group }) => ({ host, group: group === MEMBER ? READER : group })),
      ...Array.from({ length: MEMBERS }, (_none, index) => ({ host: `g${index + 1}`, group: MEMBER })),
    ];
  }

  processes(kept: readonly ClientHost[], context: ClientContext): readonly ClientProcess[] {
    const members: ProcessingMember[] = [];
    for (const { host, group } of kept)
      if (group === MEMBER) members.push(this.#memberOn(host, members, context));
    const others = kept
      .filter(({ group }) => group !== MEMBER)
      .map(({ host, group }) => ({ host, group: group === READER ? MEMBER : group }));
    return [...this.#log.processes(others, context), ...members];
  }

  started(): void {}

  finalReader(context: ClientContext): ClientProcess {
    return this.#log.finalReader(context);
  }

  #memberOn(host: string, group: readonly ProcessingMember[], context: ClientContext): ProcessingMember {
    const { bootstrap, partitions, rules, recorder, checker, world } = context;
    const { commit, millis } = this.#given.processing;
    return new ProcessingMember({
      host,
      bootstrap,
      partitions,
      config: { ...this.consumerConfig, ...instanceOn(host, this.consumerConfig) },
      commit,
      processingMicros: millis * 1_000,
      rules,
      recorder,
      checker,
      now: () => world.simulation.nowMicros,
      group,
    });
  }
}
