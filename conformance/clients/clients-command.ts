/** `npm run conformance -- clients`: every unmodified client against this project's cluster, and the table of the results. */
import { LiveCluster } from '../../live/live-cluster.js';
import type { Outcome } from '../outcome.js';
import { type Client, clients } from './clients.js';
import { conformanceTable, type TableColumn } from './conformance-table.js';
import { type ClientRun, runClient } from './run-client.js';
import { writeTable } from './write-table.js';

export interface ClientsOptions {
  readonly install: boolean;
  /** Names of clients; none: all. */
  readonly only: readonly string[];
  /** Against this running cluster instead of one of this project; its brokers are not rolled. */
  readonly kafka: string | null;
  /** The page into which the table is written; null: none. */
  readonly table: string | null;
  readonly print: (line: string) => void;
}

export async function clientsCommand(options: ClientsOptions): Promise<Outcome> {
  const columns: TableColumn[] = [];
  const chosen = clients.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  for (const client of chosen) columns.push(await runOne(client, options));
  options.print(conformanceTable(columns));
  if (options.table !== null) writeTable(options.table, columns);
  const ran = columns.filter(({ missing }) => missing === null);
  const failed = ran.filter(({ results }) => results.some(({ outcome }) => outcome === 'failed'));
  return failed.length > 0 ? 'failed' : ran.length === 0 ? 'skipped' : 'passed';
}

async function runOne({ name, find }: Client, options: ClientsOptions): Promise<TableColumn> {
  const found = find(options.install);
  if (!found.ok) {
    options.print(`skipped: ${name}: ${found.missing} is missing`);
    return { name, missing: found.missing, results: [] };
  }
  const run = await withCluster(options, (cluster) => runClient(found.runnable, cluster));
  for (const { capability, outcome, detail } of run.results) {
    options.print(`${name}: ${capability}: ${outcome}${detail === undefined ? '' : `: ${detail}`}`);
  }
  if (run.results.length === 0) {
    options.print(`${name}: no result: ${run.complaints}`);
    return { name, missing: null, results: [{ capability: 'start', outcome: 'failed' }] };
  }
  return { name, missing: null, results: run.results };
}

type Body = Parameters<typeof runClient>[1];

/** A cluster for each client, so that one cannot disturb the next. */
async function withCluster(
  options: ClientsOptions,
  use: (context: Body) => Promise<ClientRun>,
): Promise<ClientRun> {
  const topicPrefix = `c${Date.now().toString(36)}`;
  if (options.kafka !== null) {
    return use({ bootstrapServers: options.kafka, topicPrefix, roll: async () => undefined });
  }
  const cluster = await LiveCluster.start({ brokers: 3 });
  let rolling = Promise.resolve();
  const roll = async (): Promise<void> => {
    rolling = rollBrokers(cluster);
  };
  try {
    return await use({ bootstrapServers: cluster.bootstrapServers, topicPrefix, roll });
  } finally {
    await rolling;
    cluster.kill();
  }
}

async function rollBrokers(cluster: LiveCluster): Promise<void> {
  for (const broker of cluster.brokers) {
    await broker.stop();
    await broker.start();
  }
}
