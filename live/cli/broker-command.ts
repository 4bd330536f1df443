/** `seismolog broker`: a cluster on real sockets and a real disk, until it is ended by a signal. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { ConfigException, type Properties } from '../../broker/config/definitions.js';
import type { Address } from '../../broker/env.js';
import { UsageError } from '../../harness/api/usage-error.js';
import type { AddCommand } from '../../harness/cli/cli-parts.js';
import { EXIT } from '../../harness/cli/exit-code.js';
import type { Terminal } from '../../harness/cli/terminal.js';
import { PlanError, parseJson } from '../../harness/faults/plan.js';
import { ControlServer } from '../control-server.js';
import { DirectoryInUse } from '../directory-lock.js';
import type { ScramUser, TopicToCreate } from '../kafka-cluster.js';
import { LiveCluster } from '../live-cluster.js';
import { isLoopback } from '../loopback.js';
import { type ListenerSecurity, listenerSecurity, splitSecurity } from '../security/listener-security.js';
import { scramUserOf } from '../security/scram-user.js';
import { faultWords } from './fault-words.js';
import { readServerProperties } from './server-properties.js';

interface BrokerCommandOptions {
  readonly brokers: number;
  readonly listen?: Address;
  readonly addScram: readonly ScramUser[];
  readonly data?: string;
  readonly set: Properties;
  readonly config?: string;
  readonly create: Readonly<Record<string, TopicToCreate>>;
  readonly remote?: boolean;
  readonly faults?: string;
  readonly control?: Address;
}

const help = `
Examples:
  seismolog broker                                    one broker on 127.0.0.1:9092, its data removed at the end
  seismolog broker --brokers 3 --listen 127.0.0.1:0   three brokers, each on a free port
  seismolog broker --data ./data --create orders:6:3  what was acknowledged is there at the next start
  seismolog broker --config server.properties         Kafka's own file; a word about each key without effect here
  seismolog broker --set min.insync.replicas=2        a configuration key of Kafka, for all brokers
  seismolog broker --brokers 3 --faults plan.json     a fault plan, in real time from the moment of readiness
  seismolog broker --control 127.0.0.1:9644           faults and state over HTTP:
    curl -X POST 127.0.0.1:9644/faults -d '{"kind":"crash","target":"leader of orders-0","durationMicros":2000000}'
    curl 127.0.0.1:9644/cluster

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
      'where the first broker listens, the others on the ports after it; port 0: free ports (default: the address in listeners, else 127.0.0.1:9092)',
      parseAddress,
    )
    .option('--data <directory>', 'keep the logs here (otherwise: a temporary directory, removed at the end)')
    .option('--config <server.properties>', 'the settings of the brokers in a file of Kafka')
    .option('--set <key=value>', 'a configuration key of Kafka; may be repeated', addSetting, {})
    .option('--create <topic:partitions:replicas>', 'a topic to create; may be repeated', addTopic, {})
    .option(
      '--add-scram <credential>',
      'a user: SCRAM-SHA-256=[name=alice,password=secret]; may be repeated',
      addScram,
      [],
    )
    .option('--faults <plan.json>', 'a fault plan; its times count from the moment of readiness')
    .option('--control <host:port>', 'faults and state over HTTP on a loopback port', parseAddress)
    .option('--remote', 'permit an address that other machines can reach without TLS or SASL')
    .addHelpText('after', help);
}

async function brokerCommand(terminal: Terminal, options: BrokerCommandOptions): Promise<number> {
  const { brokers, data, set, create, faults, control, addScram: scramUsers } = options;
  const file = options.config === undefined ? null : readServerProperties(options.config);
  for (const remark of file?.remarks ?? []) terminal.err(`${remark}\n`);
  const config = { ...file?.properties, ...set };
  const listen = listenAddress(options, config);
  const startedAt = performance.now();
  const ended = interrupted(terminal);
  const cluster = await start({
    brokers,
    listen,
    config,
    scramUsers,
    topics: create,
    ...(faults === undefined ? {} : { faults: readPlan(faults) }),
    onFault: (phase) => terminal.err(`${faultWords(phase)}\n`),
    ...(data === undefined ? {} : { dataDirectory: data }),
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(2);
  terminal.err(`${brokers} ${brokers === 1 ? 'broker is' : 'brokers are'} ready after ${seconds} s\n`);
  terminal.out(`bootstrap.servers=${cluster.bootstrapServers}\n`);
  const controlPort = control === undefined ? null : await startControl(cluster, control);
  if (controlPort !== null) terminal.err(`control port http://${control?.host}:${controlPort.port}\n`);
  await ended;
  controlPort?.close();
  await cluster.close();
  for (const line of accountLines(cluster)) terminal.err(`${line}\n`);
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

/** @throws UsageError when other machines can reach the address and nothing protects it. */
function listenAddress({ listen, remote = false }: BrokerCommandOptions, config: Properties): Address {
  const { address, protocol } = securityOf(config);
  const chosen = listen ?? address ?? { host: '127.0.0.1', port: 9092 };
  if (!remote && !isLoopback(chosen.host) && protocol === 'PLAINTEXT') {
    const words = `${chosen.host} can be reached from other machines`;
    throw new UsageError(`${words}; TLS or SASL permits that, or --remote`);
  }
  return chosen;
}

/** @throws UsageError when a key of TLS or SASL has an illegal value. */
function securityOf(config: Properties): ListenerSecurity {
  try {
    return listenerSecurity(splitSecurity(config).security);
  } catch (error) {
    if (error instanceof ConfigException) throw new UsageError(error.message);
    throw error;
  }
}

function readPlan(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof PlanError) throw error;
    throw new UsageError(`cannot read the plan: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function startControl(cluster: LiveCluster, at: Address): Promise<ControlServer> {
  try {
    return await ControlServer.start(cluster, at);
  } catch (error) {
    await cluster.close();
    throw new UsageError(
      `cannot start the control port: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** For example `crash 3 configured, 3 fired, 2 mattered`. */
function accountLines(cluster: LiveCluster): readonly string[] {
  return cluster.faults.account().map(({ kind, configured, fired, mattered }) => {
    return `${kind} ${configured} configured, ${fired} fired, ${mattered} mattered`;
  });
}

/** Resolves at the first signal. The terminal ends the process at the second one. */
function interrupted(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    terminal.onInterrupt(resolve);
  });
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

function addScram(text: string, users: readonly ScramUser[]): readonly ScramUser[] {
  const user = scramUserOf(text);
  if (user === null) throw new InvalidArgumentError('for example SCRAM-SHA-256=[name=alice,password=secret]');
  return [...users, user];
}
