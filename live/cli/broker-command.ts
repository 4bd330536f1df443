/** `seismolog broker`: a cluster on real sockets and a real disk, until it is ended by a signal. */
import { type Command, InvalidArgumentError } from 'commander';
import { ConfigException, type Properties } from '../../broker/config/definitions.js';
import type { Address } from '../../broker/env.js';
import { UsageError } from '../../harness/api/usage-error.js';
import type { AddCommand } from '../../harness/cli/cli-parts.js';
import { EXIT } from '../../harness/cli/exit-code.js';
import type { Terminal } from '../../harness/cli/terminal.js';
import { DirectoryInUse } from '../directory-lock.js';
import { LiveCluster } from '../live-cluster.js';
import type { TopicToCreate } from '../start-up.js';

interface BrokerCommandOptions {
  readonly brokers: number;
  readonly listen: Address;
  readonly data?: string;
  readonly set: Properties;
  readonly create: Readonly<Record<string, TopicToCreate>>;
  readonly remote?: boolean;
}

const help = `
Examples:
  seismolog broker                                    one broker on 127.0.0.1:9092, its data removed at the end
  seismolog broker --brokers 3 --listen 127.0.0.1:0   three brokers, each on a free port
  seismolog broker --data ./data --create orders:6:3  what was acknowledged is there at the next start
  seismolog broker --set min.insync.replicas=2        a configuration key of Kafka, for all brokers

The last line on standard output is the value for clients: bootstrap.servers=127.0.0.1:9092,…
SIGTERM or Ctrl-C is a controlled shutdown; a second one ends the process at once.
`;

export const addBrokerCommand: AddCommand = (program, terminal, done) => {
  describe(program).action(async (options: BrokerCommandOptions) => {
    done(await brokerCommand(terminal, options));
  });
};

function describe(program: Command): Command {
  return program
    .command('broker')
    .description('start a Kafka cluster for clients of any language, without a JVM')
    .option('--brokers <count>', 'number of brokers; their ids are 1, 2, …', parseBrokers, 1)
    .option(
      '--listen <host:port>',
      'where the first broker listens, the others on the ports after it; port 0: free ports',
      parseAddress,
      { host: '127.0.0.1', port: 9092 },
    )
    .option('--data <directory>', 'keep the logs here (otherwise: a temporary directory, removed at the end)')
    .option('--set <key=value>', 'a configuration key of Kafka; may be repeated', addSetting, {})
    .option('--create <topic:partitions:replicas>', 'a topic to create; may be repeated', addTopic, {})
    .option('--remote', 'permit an address that other machines can reach; there is no authentication')
    .addHelpText('after', help);
}

async function brokerCommand(terminal: Terminal, options: BrokerCommandOptions): Promise<number> {
  const { brokers, listen, data, set, create, remote = false } = options;
  if (!remote && !isLoopback(listen.host)) {
    throw new UsageError(`${listen.host} can be reached from other machines; --remote permits that`);
  }
  const startedAt = performance.now();
  const ended = interrupted(terminal);
  const cluster = await start({
    brokers,
    listen,
    config: set,
    topics: create,
    ...(data === undefined ? {} : { dataDirectory: data }),
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(2);
  terminal.err(`${brokers} ${brokers === 1 ? 'broker is' : 'brokers are'} ready after ${seconds} s\n`);
  terminal.out(`bootstrap.servers=${cluster.bootstrapServers}\n`);
  await ended;
  await cluster.close();
  return EXIT.valid;
}

async function start(options: Parameters<typeof LiveCluster.start>[0]): Promise<LiveCluster> {
  try {
    return await LiveCluster.start(options);
  } catch (error) {
    if (error instanceof ConfigException || error instanceof DirectoryInUse)
      throw new UsageError(error.message);
    if (error instanceof Error && 'code' in error) throw new UsageError(`cannot start: ${error.message}`);
    throw error;
  }
}

/** Resolves at the first signal. The terminal ends the process at the second one. */
function interrupted(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    terminal.onInterrupt(resolve);
  });
}

/** The addresses of a host that only this machine can reach (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function parseBrokers(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 100) throw new InvalidArgumentError('a number of brokers from 1 to 100');
  return count;
}

function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new InvalidArgumentError('host:port, for example 127.0.0.1:9092');
  return { host: match[1] ?? match[2] ?? '', port };
}

function addSetting(text: string, settings: Properties): Properties {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('key=value, for example min.insync.replicas=2');
  return { ...settings, [text.slice(0, at).trim()]: text.slice(at + 1) };
}

function addTopic(
  text: string,
  topics: Readonly<Record<string, TopicToCreate>>,
): Readonly<Record<string, TopicToCreate>> {
  const match = /^([^:]+)(?::(\d{1,6}))?(?::(\d{1,4}))?$/.exec(text);
  const [, name, partitions, replicas] = match ?? [];
  if (name === undefined) throw new InvalidArgumentError('topic:partitions:replicas, for example orders:6:3');
  const topic: TopicToCreate = {
    ...(partitions === undefined ? {} : { partitions: Number(partitions) }),
    ...(replicas === undefined ? {} : { replicationFactor: Number(replicas) }),
  };
  return { ...topics, [name]: topic };
}
