/** `npm run conformance -- oracle`: drawn scripts against Apache Kafka and this project's cluster; differences shrunk and printed. */
import { appendFileSync } from 'node:fs';
import type { Address } from '../../broker/env.js';
import { findDistribution } from '../apache-kafka/distribution.js';
import { startKafka } from '../apache-kafka/kafka-cluster.js';
import type { Cluster } from '../cluster.js';
import type { Outcome } from '../outcome.js';
import { startSeismolog } from '../seismolog-cluster.js';
import { attempt, type FoundKind, findDifferences, type Pair } from './find-differences.js';
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
const KAFKA_CONFIG = {
  'log.retention.ms': '-1',
  'auto.create.topics.enable': 'false',
};
const CONCURRENCY = 8;

export async function oracleCommand(options: OracleOptions): Promise<Outcome> {
  const kafka = await openKafka(options);
  if (kafka === null) return 'skipped';
  try {
    const { seismolog } = options;
    const ours = seismolog === null ? await startSeismolog({}) : running('Seismolog', seismolog);
    try {
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
  if (found.ok) return startKafka(found.distribution, KAFKA_CONFIG);
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
  for (const kind of result.kinds) await show(pair, kind, options);
  print(
    `${result.scripts} scripts, ${result.steps} requests, seed ${seed}, ${result.unsettled} scripts not settled: ${result.kinds.length} kinds of differences`,
  );
  return result.kinds.length === 0 ? 'passed' : 'failed';
}

async function show(pair: Pair, { kind, count, first }: FoundKind, options: OracleOptions): Promise<void> {
  options.print(`\n${kind}  ×${count}`);
  if (!options.shrink) return;
  const hasKind = async (script: Script): Promise<boolean> => {
    const again = await attempt(pair, script);
    return again?.differences.some((difference) => difference.kind === kind) ?? false;
  };
  const small = await shrinkScript(first.script, hasKind);
  options.print(JSON.stringify(small));
  if (options.freeze === null) return;
  const comparison = await attempt(pair, small);
  if (comparison === null) return;
  const frozen: FrozenScript = { kind, script: small, kafka: comparison.kafka };
  appendFileSync(options.freeze, `${JSON.stringify(frozen)}\n`);
}
