/** `seismolog verifiable-consumer`: Kafka's own tool of that name, by the native consumer, against any cluster. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { ConfigException, type Properties } from '../../broker/config/definitions.js';
import type { Address } from '../../broker/env.js';
import { UsageError } from '../../harness/api/usage-error.js';
import type { AddCommand } from '../../harness/cli/cli-parts.js';
import { EXIT } from '../../harness/cli/exit-code.js';
import type { Terminal } from '../../harness/cli/terminal.js';
import { runVerifiableConsumer } from '../verifiable-consumer.js';
import { parseAddresses, parseInteger, propertiesOf } from './tool-options.js';

interface VerifiableConsumerOptions {
  readonly topic: string;
  readonly bootstrapServer: readonly Address[];
  readonly groupId: string;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly groupRemoteAssignor?: string;
  readonly groupInstanceId?: string;
  readonly maxMessages: number;
  readonly sessionTimeout: number;
  readonly verbose?: boolean;
  readonly enableAutocommit?: boolean;
  readonly resetPolicy: string;
  readonly assignmentStrategy: string;
  readonly 'consumer.config'?: string;
  readonly commandConfig?: string;
}

const help = `
The flags and the lines on standard output are those of org.apache.kafka.tools.VerifiableConsumer: one JSON object for each assignment,
each poll that returned records and each commit. With --verbose \`seismolog check\` judges the lines.
`;

export const addVerifiableConsumerCommand: AddCommand = (program, terminal, done) => {
  describe(program).action(async (options: VerifiableConsumerOptions) => {
    done(await verifiableConsumerCommand(terminal, options));
  });
};

function describe(program: Command): Command {
  return program
    .command('verifiable-consumer')
    .description("consume in a group as Kafka's VerifiableConsumer does, from any cluster")
    .requiredOption('--topic <topic>', 'the topic')
    .requiredOption('--bootstrap-server <host:port,…>', 'brokers to connect to first', parseAddresses)
    .requiredOption('--group-id <id>', 'the group')
    .addOption(
      new Option('--group-protocol <protocol>', 'the protocol of the group')
        .choices(['classic', 'consumer'])
        .default('classic'),
    )
    .option('--group-remote-assignor <name>', 'the assignor of the coordinator, for the protocol consumer')
    .option('--group-instance-id <id>', 'a static member')
    .option(
      '--max-messages <count>',
      'end after so many records; -1: when the process is ended',
      parseInteger,
      -1,
    )
    .option('--session-timeout <ms>', 'session.timeout.ms, for the protocol classic', parseInteger, 30_000)
    .option('--verbose', 'a line for each record')
    .option('--enable-autocommit', 'the consumer commits by itself; otherwise after each poll')
    .addOption(
      new Option('--reset-policy <policy>', 'auto.offset.reset')
        .choices(['earliest', 'latest', 'none'])
        .default('earliest'),
    )
    .option(
      '--assignment-strategy <class>',
      'the assignor of the members, for the protocol classic',
      'org.apache.kafka.clients.consumer.RangeAssignor',
    )
    .option('--consumer.config <file>', 'a properties file with settings of the consumer')
    .option('--command-config <file>', 'the same')
    .addHelpText('after', help);
}

/** The flags win over the file. */
function configOf(options: VerifiableConsumerOptions): Properties {
  const file = options.commandConfig ?? options['consumer.config'];
  const { groupInstanceId, groupRemoteAssignor } = options;
  const ofProtocol: Properties =
    options.groupProtocol === 'consumer'
      ? {
          'group.protocol': 'consumer',
          ...(groupRemoteAssignor === undefined ? {} : { 'group.remote.assignor': groupRemoteAssignor }),
        }
      : {
          'session.timeout.ms': String(options.sessionTimeout),
          'partition.assignment.strategy': options.assignmentStrategy,
        };
  return {
    ...(file === undefined ? {} : propertiesOf(file)),
    ...ofProtocol,
    'group.id': options.groupId,
    'enable.auto.commit': String(options.enableAutocommit === true),
    'auto.offset.reset': options.resetPolicy,
    ...(groupInstanceId === undefined ? {} : { 'group.instance.id': groupInstanceId }),
  };
}

async function verifiableConsumerCommand(
  terminal: Terminal,
  options: VerifiableConsumerOptions,
): Promise<number> {
  try {
    await runVerifiableConsumer({
      bootstrap: options.bootstrapServer,
      topic: options.topic,
      maxMessages: options.maxMessages,
      isVerbose: options.verbose === true,
      commitsItself: options.enableAutocommit === true,
      config: configOf(options),
      print: (line) => terminal.out(`${line}\n`),
      onStop: (stop) => void terminal.onInterrupt(stop),
    });
  } catch (error) {
    if (error instanceof ConfigException) throw new UsageError(error.message);
    throw error;
  }
  return EXIT.valid;
}
