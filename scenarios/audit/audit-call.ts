/** `audit` of the public API: measures a configuration as `seismolog audit` does, and returns the result as a value. */
import type { Properties } from '../../broker/config/definitions.js';
import { isWhole, refuseUnknownOptions, refuseUnless, workersMax } from '../../harness/api/check-options.js';
import { chooseExecutor } from '../../harness/api/choose-executor.js';
import { openWorkplace } from '../../harness/api/open-workplace.js';
import { UsageError } from '../../harness/api/usage-error.js';
import type { Verdict } from '../../harness/checkers/verdict.js';
import type { House } from '../../harness/runner/catalogue.js';
import { profileName } from '../judgement/guarantee.js';
import { type AuditDocument, runAudit } from './audit.js';
import { findingLines, settingLines, tableLines } from './audit-lines.js';
import { auditGuarantee } from './audit-scenario.js';
import { COMMIT_ORDERS, type CommitOrder, PROCESS_KINDS, type ProcessKind } from './audit-settings.js';
import { FAILURE_CLASSES } from './failure-classes.js';
import { type AuditPromise, type FailureChoice, isPromise, PROMISE_NAMES } from './promises.js';
import { KAFKA_VERSIONS, type KafkaVersion, readSettings, type SettingsInput } from './read-settings.js';

/** Kafka's own keys as a user writes them. Absent: Kafka's defaults. */
export type AuditedConfiguration = Readonly<Partial<Record<ProcessKind, Properties>>>;

export interface AuditOptions {
  /** Absent: 3. */
  readonly brokers?: number;
  /** Absent: the brokers' `default.replication.factor`, or 3. */
  readonly replicationFactor?: number;
  /** Absent: the brokers' `num.partitions`, or 3. */
  readonly partitions?: number;
  /** Whose defaults. Absent: 4.3. */
  readonly kafka?: KafkaVersion;
  /** When offsets are committed. Absent: `auto` with enable.auto.commit, which is Kafka's default; otherwise `after`. */
  readonly commit?: CommitOrder;
  /** How long a member of the group works on a record. Absent: 5. */
  readonly processingMillis?: number;
  /** What must be kept; the verdict is that of these promises. Absent: nothing. */
  readonly promises?: readonly AuditPromise[];
  /** The failures under which it must be kept. Absent: `single`, one failure at a time. */
  readonly failures?: FailureChoice;
  /** Runs of each class of failure, 1 or more. Absent: 12. */
  readonly seeds?: number;
  /** The wall time in milliseconds after which no more is begun. Absent: no limit. */
  readonly wallMillis?: number;
  /** Looks for the smallest change that mends what is broken. Absent: false. */
  readonly seeksChanges?: boolean;
  /** Worker threads. Absent: one per processor. */
  readonly workers?: number;
  /** The directory for the run directory of the counterexample. Absent: nothing is written. */
  readonly runsDirectory?: string;
  readonly signal?: AbortSignal;
}

export interface AuditResult {
  /** The verdict of the promises; without any, `valid` when everything that can be measured was. */
  readonly verdict: Verdict;
  readonly document: AuditDocument;
  /** Keys that Kafka ignores, and what Kafka overrides, one line each. */
  readonly remarks: readonly string[];
  /** The text that `seismolog audit` prints. Use it as a test's message. */
  readonly text: string;
}

const OPTIONS = [
  'brokers',
  'replicationFactor',
  'partitions',
  'kafka',
  'commit',
  'processingMillis',
  'promises',
  'failures',
  'seeds',
  'wallMillis',
  'seeksChanges',
  'workers',
  'runsDirectory',
  'signal',
] as const satisfies readonly (keyof AuditOptions)[];

export const AUDIT_SEEDS = 12;
const COUNT_MAX = 1_000;
const PROCESSING_MILLIS_MAX = 3_600_000;

/** @throws UsageError when an option or a key is refused. */
export async function auditIn(
  house: House,
  configuration: AuditedConfiguration,
  options: AuditOptions,
): Promise<AuditResult> {
  checkOptions(configuration, options);
  const reading = readSettings(inputOf(configuration, options));
  const { settings } = reading;
  const workplace = await openWorkplace(house, [], {
    ...(options.runsDirectory === undefined ? {} : { runsDirectory: options.runsDirectory }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const executor = chooseExecutor(workplace, options.workers);
  try {
    const document = await runAudit(workplace, executor, {
      settings,
      seeds: options.seeds ?? AUDIT_SEEDS,
      promises: options.promises ?? [],
      failures: options.failures ?? 'single',
      wallMillis: options.wallMillis ?? null,
      seeksChanges: options.seeksChanges ?? false,
    });
    const text = [
      ...settingLines(reading, profileName(auditGuarantee(settings))),
      '',
      ...tableLines(document.rows),
      ...findingLines(document),
    ].join('\n');
    return { verdict: document.verdict, document, remarks: reading.remarks, text };
  } finally {
    await executor.close();
  }
}

function inputOf(configuration: AuditedConfiguration, options: AuditOptions): SettingsInput {
  const { brokers, replicationFactor, partitions, kafka, commit, processingMillis } = options;
  return {
    written: PROCESS_KINDS.flatMap((kind) => {
      const properties = configuration[kind];
      if (properties === undefined) return [];
      const written = Object.entries(properties).map(([key, value]) => ({ key, value, line: 1 }));
      return [{ kind, source: kind, properties: written }];
    }),
    ...(brokers === undefined ? {} : { brokers }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(kafka === undefined ? {} : { kafka }),
    ...(commit === undefined ? {} : { commit }),
    ...(processingMillis === undefined ? {} : { processingMillis }),
  };
}

/** @throws UsageError */
function checkOptions(configuration: AuditedConfiguration, options: AuditOptions): void {
  const call = 'audit';
  refuseUnknownOptions(call, configuration, PROCESS_KINDS);
  refuseUnknownOptions(call, options, OPTIONS);
  for (const kind of PROCESS_KINDS) {
    for (const [key, value] of Object.entries(configuration[kind] ?? {}))
      refuseUnless(
        typeof value === 'string',
        call,
        `${kind}['${key}']`,
        'text, as in a properties file',
        value,
      );
  }
  for (const name of ['brokers', 'replicationFactor', 'partitions', 'seeds'] as const) {
    const value = options[name];
    refuseUnless(
      value === undefined || isWhole(value, 1, COUNT_MAX),
      call,
      name,
      `a whole number, 1 to ${COUNT_MAX}`,
      value,
    );
  }
  const { workers, wallMillis, kafka, promises = [], failures = 'single' } = options;
  refuseUnless(
    workers === undefined || isWhole(workers, 1, workersMax()),
    call,
    'workers',
    `a whole number from 1 to ${workersMax()}`,
    workers,
  );
  refuseUnless(
    wallMillis === undefined || (typeof wallMillis === 'number' && wallMillis > 0),
    call,
    'wallMillis',
    'milliseconds, more than 0',
    wallMillis,
  );
  refuseUnless(
    kafka === undefined || KAFKA_VERSIONS.includes(kafka),
    call,
    'kafka',
    KAFKA_VERSIONS.join(' or '),
    kafka,
  );
  checkProcessing(call, options);
  for (const promise of promises)
    refuseUnless(isPromise(promise), call, 'promises', `some of ${PROMISE_NAMES.join(', ')}`, promise);
  for (const name of typeof failures === 'string' ? [] : failures) {
    if (!FAILURE_CLASSES.some((each) => each.name === name))
      throw new UsageError(
        `audit: "${name}" is no class of failure; there are ${FAILURE_CLASSES.map((each) => each.name).join(', ')}`,
      );
  }
}

function checkProcessing(call: string, { commit, processingMillis }: AuditOptions): void {
  refuseUnless(
    commit === undefined || COMMIT_ORDERS.includes(commit),
    call,
    'commit',
    COMMIT_ORDERS.join(', '),
    commit,
  );
  refuseUnless(
    processingMillis === undefined || isWhole(processingMillis, 0, PROCESSING_MILLIS_MAX),
    call,
    'processingMillis',
    `a whole number, 0 to ${PROCESSING_MILLIS_MAX}`,
    processingMillis,
  );
}
