/**
 * From files and `--set` to the settings of an audit, with everything that an engineer should know about the keys that were
 * written: refused, ignored by Kafka, without effect here, overridden by Kafka.
 */
import { type Properties, resolveConsumerConfig } from '../../broker/config/definitions.js';
import type { Property } from '../../broker/config/properties-file.js';
import {
  type ConfigReading,
  type ConfigRemark,
  readConfiguration,
} from '../../broker/config/read-configuration.js';
import { UsageError } from '../../harness/api/usage-error.js';
import {
  type AuditSettings,
  type CommitOrder,
  DEFAULT_SETTINGS,
  PROCESS_KINDS,
  type Processing,
  type ProcessKind,
} from './audit-settings.js';
import { overriddenByKafka, refusedByKafka } from './contradictions.js';

/** Where properties were written: a file, or the command line. */
export interface WrittenProperties {
  readonly kind: ProcessKind;
  readonly source: string;
  readonly properties: readonly Property[];
}

export interface SettingsInput {
  readonly written: readonly WrittenProperties[];
  /** Absent: from the brokers' `default.replication.factor`, or 3. */
  readonly replicationFactor?: number;
  readonly brokers?: number;
  /** Absent: from the brokers' `num.partitions`, or 3. */
  readonly partitions?: number;
  readonly kafka?: KafkaVersion;
  /** Absent: `auto` with enable.auto.commit, which is Kafka's default; otherwise `after`. */
  readonly commit?: CommitOrder;
  /** For each record. Absent: 5. */
  readonly processingMillis?: number;
}

export type KafkaVersion = '3.9' | '4.3';
export const KAFKA_VERSIONS: readonly KafkaVersion[] = ['3.9', '4.3'];

/** Defaults of clients that Kafka 4.0 changed (KIP-1030). */
const DEFAULTS_OF_3: Readonly<Partial<Record<ProcessKind, Properties>>> = { producer: { 'linger.ms': '0' } };

export interface SettingsReading {
  readonly settings: AuditSettings;
  /** One line each: keys that Kafka ignores, and what Kafka overrides. */
  readonly remarks: readonly string[];
  /** Keys without effect in a run. */
  readonly accepted: readonly ConfigRemark[];
}

/** @throws UsageError with every refused key, or with the combination that Kafka refuses. */
export function readSettings(input: SettingsInput): SettingsReading {
  const readings = input.written.map(({ kind, source, properties }) =>
    readConfiguration(kind, properties, source),
  );
  const refused = readings.flatMap((reading) => reading.refused);
  if (refused.length > 0)
    throw new UsageError(['these keys are refused:', ...refused.map(remarkLine)].join('\n'));
  const settings = withShape(input, readings);
  refuseCompaction(settings);
  const contradiction = refusedByKafka(settings);
  if (contradiction !== null) throw new UsageError(contradiction);
  return {
    settings,
    remarks: [
      ...readings.flatMap(({ former }) => former.map(remarkLine)),
      ...readings.flatMap(({ unknown }) =>
        unknown.map((remark) => `${remarkLine(remark)}; Kafka ignores it`),
      ),
      ...overriddenByKafka(settings),
    ],
    accepted: readings.flatMap(({ accepted }) => accepted),
  };
}

function withShape(input: SettingsInput, readings: readonly ConfigReading[]): AuditSettings {
  const properties = Object.fromEntries(
    PROCESS_KINDS.map((kind): [ProcessKind, Properties] => [
      kind,
      Object.assign(
        {},
        input.kafka === '3.9' ? DEFAULTS_OF_3[kind] : {},
        ...readings.filter((reading) => reading.kind === kind).map((reading) => reading.properties),
      ),
    ]),
  ) as Record<ProcessKind, Properties>;
  const { broker } = properties;
  const brokers = input.brokers ?? DEFAULT_SETTINGS.brokers;
  const ofBroker = (key: string): number | undefined =>
    broker[key] === undefined ? undefined : Number(broker[key]);
  const replicationFactor =
    input.replicationFactor ?? ofBroker('default.replication.factor') ?? Math.min(3, brokers);
  if (replicationFactor > brokers)
    throw new UsageError(
      `a replication factor of ${replicationFactor} needs more than ${brokers} brokers (--brokers)`,
    );
  return {
    brokers,
    replicationFactor,
    partitions: input.partitions ?? ofBroker('num.partitions') ?? DEFAULT_SETTINGS.partitions,
    ...properties,
    processing: processingOf(input, properties.consumer),
  };
}

export const PROCESSING_MILLIS = 5;

/** @throws UsageError when the order of commit and the consumer contradict each other. */
function processingOf(
  { commit, processingMillis = PROCESSING_MILLIS }: SettingsInput,
  consumer: Properties,
): Processing {
  const written = consumer['enable.auto.commit'];
  const isOn = written === undefined ? null : resolveConsumerConfig(consumer)['enable.auto.commit'];
  if (commit === 'auto' && isOn === false)
    throw new UsageError(
      'with enable.auto.commit=false the consumer does not commit by itself: not --commit auto',
    );
  if (commit === 'none' && isOn === true)
    throw new UsageError('with enable.auto.commit=true the consumer commits by itself: not --commit none');
  return { commit: commit ?? (isOn === false ? 'after' : 'auto'), millis: processingMillis };
}

function remarkLine({ place, key, words }: ConfigRemark): string {
  return `${place} ${key} ${words}`;
}

/** `producer.acks=1`, as `--set` takes it. Null: the text has another form. */
export function parseAssignment(
  text: string,
): { readonly kind: ProcessKind; readonly property: Property } | null {
  const match = /^(broker|topic|producer|consumer)\.([^=\s]+)\s*=(.*)$/s.exec(text);
  const kind = PROCESS_KINDS.find((each) => each === match?.[1]);
  if (match === null || kind === undefined) return null;
  return { kind, property: { key: match[2]!, value: match[3]!.trim(), line: 1 } };
}

/** The producers of an audit send records without keys, and a compacted topic takes none of those. */
function refuseCompaction({ broker, topic }: AuditSettings): void {
  const policy = topic['cleanup.policy'] ?? broker['log.cleanup.policy'] ?? '';
  if (policy.includes('compact'))
    throw new UsageError(
      'cleanup.policy lets compaction remove the older records of a key, and the records of an audit have no keys',
    );
}
