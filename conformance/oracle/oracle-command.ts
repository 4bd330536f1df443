/** `npm run conformance -- oracle`: drawn scripts against Apache Kafka and this project's cluster; differences shrunk and printed. */
import { appendFileSync } from 'node:fs';
import type { Address } from '../../broker/env.js';
import { initProducerIdApi } from '../../broker/protocol/apis/22-init-producer-id.js';
import { findDistribution } from '../apache-kafka/distribution.js';
import { startKafka } from '../apache-kafka/kafka-cluster.js';
import type { Cluster } from '../cluster.js';
import type { Outcome } from '../outcome.js';
import { startSeismolog } from '../seismolog-cluster.js';
import { until } from '../wire/await-cluster.js';
import { RawClient } from '../wire/raw-client.js';
import { attempt, concurrently, type FoundKind, findDifferences, type Pair } from './find-differences.js';
import type { FrozenScript } from './frozen.js';
import { askedApis } from './generate.js';
import type { Script } from './script.js';
import { shrinkScript } from './shrink.js';

export interface OracleOptions {
  readonly install: boolean;
  readonly scripts: number;
  readonly seed: number;
  readonly apis: readonly string[];
  readonly shrink: boolean;
  /** A file to which shrunk scripts are written with Kafka's answers; null: none. */
  readonly freeze: string | null;
  /** Bootstrap servers of a running Apache Kafka, in the order of its broker ids from 1; null: one is started. */
  readonly kafka: string | null;
  /** The same of this project's broker. */
  readonly seismolog: string | null;
  readonly print: (line: string) => void;
}

/** Nothing is deleted by age, since the times of records are those of the scripts; no topic is created unasked. */
const CONFIG = {
  'log.retention.ms': '-1',
  'auto.create.topics.enable': 'false',
};
const CONCURRENCY = 8;
const START_TIMEOUT_MS = 30_000;

export async function oracleCommand(options: OracleOptions): Promise<Outcome> {
  const kafka = await openKafka(options);
  if (kafka === null) return 'skipped';
  try {
    const { seismolog } = options;
    const ours = seismolog === null ? await startSeismolog(CONFIG) : running('Seismolog', seismolog);
    try {
      await Promise.all([kafka, ours].map(awaitProducerIds));
      return await search({ kafka, ours }, options);
    } finally {
      await ours.close();
    }
  } finally {
    await kafka.close();
  }
}

async function openKafka(options: OracleOptions): Promise<Cluster | null> {
  if (options.kafka !== null) return running('Apache Kafka', options.kafka);
  const found = findDistribution(options);
  if (found.ok) return startKafka(found.distribution, CONFIG);
  options.print(`skipped: Apache Kafka as oracle: ${found.missing} is missing`);
  return null;
}

function running(name: string, bootstrapServers: string): Cluster {
  const brokers = bootstrapServers.split(',').map((each, index): [number, Address] => {
    const [host = '', port = ''] = each.split(':');
    return [index + 1, { host, port: Number(port) }];
  });
  return { name, bootstrapServers, brokers: new Map(brokers), close: async () => undefined };
}

/** A broker that has no block of producer ids yet answers COORDINATOR_LOAD_IN_PROGRESS for a time that nobody determines. */
async function awaitProducerIds({ brokers }: Cluster): Promise<void> {
  for (const [brokerId, address] of brokers) {
    const client = new RawClient(address);
    await until(`broker ${brokerId} gives producer ids`, START_TIMEOUT_MS, async () => {
      const outcome = await client.request('InitProducerId', 4, {
        ...initProducerIdApi.request.defaults,
        transactionalId: null,
        transactionTimeoutMs: 1_000,
      });
      return outcome.kind === 'answer' && outcome.body.errorCode === 'NONE';
    });
    client.close();
  }
}

async function search(pair: Pair, options: OracleOptions): Promise<Outcome> {
  const { scripts, seed, print } = options;
  const apis = askedApis().filter((name) => options.apis.length === 0 || options.apis.includes(name));
  const result = await findDifferences(pair, {
    scripts,
    seed,
    apis,
    concurrency: CONCURRENCY,
    onProgress: (done, kinds) => {
      if (done % 100 === 0) print(`${done} scripts, ${kinds} kinds of differences`);
    },
  });
  await concurrently(CONCURRENCY, byScript(result.kinds), (kinds) => show(pair, kinds, options));
  print(
    `${result.scripts} scripts, ${result.steps} requests, seed ${seed}, ${result.unsettled} scripts not settled: ${result.kinds.length} kinds of differences`,
  );
  return result.kinds.length === 0 ? 'passed' : 'failed';
}

/** Kinds that one script showed first mostly have one reason. */
function byScript(kinds: readonly FoundKind[]): readonly (readonly FoundKind[])[] {
  const groups = new Map<Script, FoundKind[]>();
  for (const kind of kinds) {
    const { script } = kind.first;
    groups.set(script, [...(groups.get(script) ?? []), kind]);
  }
  return [...groups.values()];
}

async function show(pair: Pair, kinds: readonly FoundKind[], options: OracleOptions): Promise<void> {
  const heads = kinds.map(({ kind, count }) => `${kind}  ×${count}`);
  const details = options.shrink ? await shrunk(pair, kinds[0]!, options) : [];
  options.print(['', ...heads, ...details].join('\n'));
}

async function shrunk(
  pair: Pair,
  { kind, step, first }: FoundKind,
  options: OracleOptions,
): Promise<readonly string[]> {
  const hasKind = async (script: Script): Promise<boolean> => {
    const again = await attempt(pair, script);
    return again?.differences.some((difference) => difference.kind === kind) ?? false;
  };
  const untilStep = { steps: first.script.steps.slice(0, step + 1) };
  const small = await shrinkScript(untilStep, hasKind);
  const comparison = await attempt(pair, small);
  if (comparison === null) return [JSON.stringify(small)];
  const frozen: FrozenScript = { kind, script: small, kafka: comparison.kafka };
  if (options.freeze !== null) appendFileSync(options.freeze, `${JSON.stringify(frozen)}\n`);
  return [
    JSON.stringify(small),
    `  Kafka ${JSON.stringify(comparison.kafka.at(-1))}`,
    `  ours  ${JSON.stringify(comparison.ours.at(-1))}`,
  ];
}
