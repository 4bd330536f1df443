/** `seismolog audit`: is this configuration safe? */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { chooseExecutor } from '../../harness/api/choose-executor.js';
import { UsageError } from '../../harness/api/usage-error.js';
import type { AddCommand, CliParts } from '../../harness/cli/cli-parts.js';
import { EXIT, exitCodeOf } from '../../harness/cli/exit-code.js';
import { writeHtml } from '../../harness/cli/html-file.js';
import { parseCount, parseDirectory, parseWallTime, parseWorkers } from '../../harness/cli/option-values.js';
import { DEFAULT_RUNS_DIRECTORY, Session } from '../../harness/cli/session.js';
import { profileName } from '../judgement/guarantee.js';
import { type AuditDocument, runAudit } from './audit.js';
import { AUDIT_SEEDS } from './audit-call.js';
import { findingLines, replayLines, settingLines, tableLines } from './audit-lines.js';
import { auditPage } from './audit-page.js';
import { auditGuarantee } from './audit-scenario.js';
import { COMMIT_ORDERS, type CommitOrder, PROCESS_KINDS, type ProcessKind } from './audit-settings.js';
import { ConfigurationFileError, readConfigurationFile } from './configuration-file.js';
import { FAILURE_CLASSES } from './failure-classes.js';
import { type AuditPromise, type FailureChoice, isPromise, PROMISE_NAMES } from './promises.js';
import {
  KAFKA_VERSIONS,
  type KafkaVersion,
  PROCESSING_MILLIS,
  parseAssignment,
  readSettings,
  type SettingsReading,
  type WrittenProperties,
} from './read-settings.js';

interface AuditCommandOptions extends Readonly<Partial<Record<ProcessKind, string>>> {
  readonly set: readonly WrittenProperties[];
  readonly brokers?: number;
  readonly replicationFactor?: number;
  readonly partitions?: number;
  readonly kafka: KafkaVersion;
  readonly commit?: CommitOrder;
  readonly processing: number;
  readonly seeds: number;
  readonly for: number;
  readonly workers?: number;
  readonly promise: readonly AuditPromise[];
  readonly failures: FailureChoice;
  readonly changes: boolean;
  readonly replays?: boolean;
  readonly json?: boolean;
  readonly html?: string;
  readonly runsDir: string;
}

const help = `
Examples:
  seismolog audit                                            Kafka's defaults, three replicas
  seismolog audit --broker server.properties --topic topic.properties --producer producer.properties
  seismolog audit --producer application.yml --broker docker-compose.yml
  seismolog audit --set producer.acks=1 --set topic.min.insync.replicas=2
  seismolog audit --broker server.properties --promise no-loss --failures single    a gate in CI

A file may have Kafka's keys, the names of Spring Boot (spring.kafka.producer.acks; properties or YAML) or the
environment variables of a container (KAFKA_MIN_INSYNC_REPLICAS, KAFKA_CFG_…; a Compose file, or one variable in a line).
Every key of Kafka 4.3 has its standing in docs/configuration.md.

The exit code is that of the promises: 0 kept, 1 broken, 2 unknown. Without a promise it is 0 when everything that can be
measured was.
Promises: ${PROMISE_NAMES.join(', ')}.
Failures: single (default: one failure at a time), all, or a list of these:
  ${FAILURE_CLASSES.map(({ name }) => name).join(', ')}.
`;

/** @param parts the house, which the command needs for its runs. */
export const auditCommandOf =
  (parts: () => CliParts): AddCommand =>
  (program, terminal, done) => {
    describe(program).action(async (options: AuditCommandOptions) => {
      const session = new Session({ parts: parts(), terminal, runsDirectory: options.runsDir, module: null });
      done(await auditCommand(session, options));
    });
  };

function describe(program: Command): Command {
  const command = program
    .command('audit')
    .description('measure what a configuration can lose, repeat and reorder, and how long it stands still');
  for (const kind of PROCESS_KINDS) command.option(`--${kind} <file>`, `the configuration of ${WHOSE[kind]}`);
  return command
    .option(
      '--set <process.key=value>',
      'one key, such as producer.acks=1; may be repeated',
      addAssignment,
      [],
    )
    .option('--brokers <count>', 'brokers of the cluster (3)', parseCount)
    .option(
      '--replication-factor <count>',
      'replicas of a partition (default.replication.factor of --broker, or 3)',
      parseCount,
    )
    .option('--partitions <count>', 'partitions of the topic (num.partitions of --broker, or 3)', parseCount)
    .option('--kafka <version>', `whose defaults: ${KAFKA_VERSIONS.join(' or ')}`, parseVersion, '4.3')
    .addOption(
      new Option(
        '--commit <order>',
        'when offsets are committed: auto (by the consumer; default with enable.auto.commit), after or before the records are processed (after: default without), none',
      ).choices(COMMIT_ORDERS),
    )
    .option(
      '--processing <time>',
      'how long a member works on a record: 50ms, 2s',
      parseProcessing,
      PROCESSING_MILLIS,
    )
    .option('--promise <name>', 'what must be kept; may be repeated', addPromise, [])
    .option(
      '--failures <which>',
      'the failures under which it must be kept: single, all, or names with commas, which are then measured alone',
      parseFailures,
      'single',
    )
    .option('--seeds <count>', 'runs of each class of failure', parseCount, AUDIT_SEEDS)
    .option('--for <time>', 'the longest time for everything: 60s, 10m', parseWallTime, 60_000)
    .option('--workers <count>', 'worker threads (one per processor)', parseWorkers)
    .option('--no-changes', 'do not look for a change that mends what is broken')
    .option('--replays', 'print a replay line for every broken cell')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .option('--html <file>', 'also write the audit as one HTML page', parseDirectory)
    .option(
      '--runs-dir <directory>',
      'where the run directory of the counterexample is written',
      parseDirectory,
      DEFAULT_RUNS_DIRECTORY,
    )
    .addHelpText('after', help);
}

const WHOSE: Readonly<Record<ProcessKind, string>> = {
  broker: 'every broker and controller: server.properties',
  topic: 'the topic',
  producer: 'the producers',
  consumer: 'the consumers',
};

async function auditCommand(session: Session, options: AuditCommandOptions): Promise<number> {
  const { remarks, written } = readFiles(options);
  const reading = readSettings({
    written,
    kafka: options.kafka,
    processingMillis: options.processing,
    ...(options.commit === undefined ? {} : { commit: options.commit }),
    ...(options.brokers === undefined ? {} : { brokers: options.brokers }),
    ...(options.replicationFactor === undefined ? {} : { replicationFactor: options.replicationFactor }),
    ...(options.partitions === undefined ? {} : { partitions: options.partitions }),
  });
  const whole: SettingsReading = { ...reading, remarks: [...remarks, ...reading.remarks] };
  const isText = options.json !== true;
  if (isText) session.print(settingLines(whole, profileName(auditGuarantee(whole.settings))));
  const document = await measure(session, whole, options, isText);
  if (options.json === true)
    session.printJson({ ...document, remarks: whole.remarks, accepted: whole.accepted });
  else {
    session.print(['', ...tableLines(document.rows), ...findingLines(document)]);
    if (options.replays === true) session.print(['', ...replayLines(document.rows)]);
  }
  return exitCodeWith(session, document, whole, options);
}

/** The page is the last thing: a verdict is printed whether it can be written or not. */
function exitCodeWith(
  session: Session,
  document: AuditDocument,
  reading: SettingsReading,
  { html }: AuditCommandOptions,
): number {
  const code = exitCodeOf(document.verdict);
  if (html === undefined) return code;
  const page = auditPage(document, reading, dirname(html));
  const problem = writeHtml(html, page, session.house.renderSummary);
  if (problem === null) return code;
  session.terminal.err(`${problem}\n`);
  return code === EXIT.valid ? EXIT.harnessFailed : code;
}

async function measure(
  session: Session,
  { settings }: SettingsReading,
  options: AuditCommandOptions,
  isText: boolean,
): Promise<AuditDocument> {
  const executor = chooseExecutor(session, options.workers);
  const { seeds, promise, failures, changes } = options;
  try {
    return await session.interruptible(() =>
      runAudit(
        session,
        executor,
        { settings, seeds, promises: promise, failures, wallMillis: options.for, seeksChanges: changes },
        // The first look is progress; the result comes at the end.
        isText
          ? { onFirstTable: (rows) => session.terminal.err(`\n${tableLines(rows).join('\n')}\n\n`) }
          : {},
      ),
    );
  } finally {
    await executor.close();
  }
}

/** @throws UsageError */
function readFiles(options: AuditCommandOptions): {
  readonly written: readonly WrittenProperties[];
  readonly remarks: readonly string[];
} {
  const written: WrittenProperties[] = [];
  const remarks: string[] = [];
  for (const kind of PROCESS_KINDS) {
    const path = options[kind];
    if (path === undefined) continue;
    if (!existsSync(path) || statSync(path).isDirectory()) throw new UsageError(`there is no file ${path}`);
    try {
      const reading = readConfigurationFile(kind, path, readFileSync(path, 'utf8'));
      written.push({ kind, source: path, properties: reading.properties });
      remarks.push(...reading.remarks);
    } catch (error) {
      if (error instanceof ConfigurationFileError) throw new UsageError(error.message);
      throw error;
    }
  }
  return { written: [...written, ...options.set], remarks };
}

function addAssignment(text: string, before: readonly WrittenProperties[]): readonly WrittenProperties[] {
  const assignment = parseAssignment(text);
  if (assignment === null)
    throw new InvalidArgumentError(
      'It must be broker., topic., producer. or consumer. with a key and a value.',
    );
  const { kind, property } = assignment;
  return [...before, { kind, source: '--set', properties: [property] }];
}

function addPromise(text: string, before: readonly AuditPromise[]): readonly AuditPromise[] {
  if (!isPromise(text)) throw new InvalidArgumentError(`It must be one of ${PROMISE_NAMES.join(', ')}.`);
  return [...before, text];
}

const PROCESSING_MILLIS_MAX = 3_600_000;

function parseProcessing(text: string): number {
  const match = /^(\d{1,9})(ms|s)$/.exec(text);
  const millis = match === null ? Number.NaN : Number(match[1]) * (match[2] === 's' ? 1_000 : 1);
  if (!(millis <= PROCESSING_MILLIS_MAX))
    throw new InvalidArgumentError('It must be a time from 0ms to 3600s, such as 50ms.');
  return millis;
}

function parseVersion(text: string): KafkaVersion {
  const version = KAFKA_VERSIONS.find((each) => each === text);
  if (version === undefined) throw new InvalidArgumentError(`It must be ${KAFKA_VERSIONS.join(' or ')}.`);
  return version;
}

function parseFailures(text: string): FailureChoice {
  if (text === 'single' || text === 'all') return text;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !FAILURE_CLASSES.some((each) => each.name === name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `"${unknown}" is no class of failure; there are ${FAILURE_CLASSES.map(({ name }) => name).join(', ')}.`,
    );
  return names;
}
