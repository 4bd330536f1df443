/** `seismolog verifiable-producer`: Kafka's own tool of that name, by the native producer, against any cluster. */
import { type Command, InvalidArgumentError } from 'commander';
import { ConfigException } from '../../broker/config/definitions.js';
import type { Address } from '../../broker/env.js';
import { UsageError } from '../../harness/api/usage-error.js';
import type { AddCommand } from '../../harness/cli/cli-parts.js';
import { EXIT } from '../../harness/cli/exit-code.js';
import type { Terminal } from '../../harness/cli/terminal.js';
import { runVerifiableProducer } from '../verifiable-producer.js';
import { parseAddresses, parseInteger, propertiesOf } from './tool-options.js';

interface VerifiableProducerOptions {
  readonly topic: string;
  readonly bootstrapServer: readonly Address[];
  readonly maxMessages: number;
  readonly throughput: number;
  readonly acks: number;
  readonly 'producer.config'?: string;
  readonly commandConfig?: string;
  readonly messageCreateTime: number;
  readonly valuePrefix?: number;
  readonly repeatingKeys?: number;
}

const help = `
The flags and the lines on standard output are those of org.apache.kafka.tools.VerifiableProducer: one JSON object for each record
with its partition and offset, or with the error. Values are consecutive integers. \`seismolog check\` judges the lines.
`;

export const addVerifiableProducerCommand: AddCommand = (program, terminal, done) => {
  describe(program).action(async (options: VerifiableProducerOptions) => {
    done(await verifiableProducerCommand(terminal, options));
  });
};

function describe(program: Command): Command {
  return program
    .command('verifiable-producer')
    .description("send records as Kafka's VerifiableProducer does, to any cluster")
    .requiredOption('--topic <topic>', 'the topic')
    .requiredOption('--bootstrap-server <host:port,…>', 'brokers to connect to first', parseAddresses)
    .option(
      '--max-messages <count>',
      'end after so many records; -1: when the process is ended',
      parseInteger,
      -1,
    )
    .option('--throughput <records per second>', '-1: as fast as possible', parseInteger, -1)
    .option('--acks <acks>', '0, 1 or -1', parseAcks, -1)
    .option('--producer.config <file>', 'a properties file with settings of the producer')
    .option('--command-config <file>', 'the same')
    .option(
      '--message-create-time <ms>',
      'the timestamp of the first record; -1: the wall clock',
      parseInteger,
      -1,
    )
    .option('--value-prefix <integer>', 'values become <prefix>.<n>', parseInteger)
    .option(
      '--repeating-keys <count>',
      'keys 0 to count - 1 in turn; otherwise records have no key',
      parseInteger,
    )
    .addHelpText('after', help);
}

async function verifiableProducerCommand(
  terminal: Terminal,
  options: VerifiableProducerOptions,
): Promise<number> {
  const file = options.commandConfig ?? options['producer.config'];
  let hasStopped = false;
  terminal.onInterrupt(() => {
    hasStopped = true;
  });
  try {
    await runVerifiableProducer({
      bootstrap: options.bootstrapServer,
      topic: options.topic,
      maxMessages: options.maxMessages,
      throughput: options.throughput,
      createTimeMs: options.messageCreateTime,
      valuePrefix: options.valuePrefix ?? null,
      repeatingKeys: options.repeatingKeys ?? null,
      // The tool sends each record once, so that every error is reported, unless the file says otherwise.
      config: { acks: String(options.acks), retries: '0', ...(file === undefined ? {} : propertiesOf(file)) },
      print: (line) => terminal.out(`${line}\n`),
      hasStopped: () => hasStopped,
    });
  } catch (error) {
    if (error instanceof ConfigException) throw new UsageError(error.message);
    throw error;
  }
  return EXIT.valid;
}

function parseAcks(text: string): number {
  const acks = text === 'all' ? -1 : Number(text);
  if (![-1, 0, 1].includes(acks)) throw new InvalidArgumentError('0, 1 or -1');
  return acks;
}
