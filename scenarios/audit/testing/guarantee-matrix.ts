/**
 * The matrix of guarantees: settings × class of failure. Each cell has what Kafka promises, which `kafka-promise.ts` derives,
 * and what was measured, which `docs/guarantees.md` keeps: the first seed that breaks it, or how many runs did not.
 */
import { executeRun } from '../../../harness/runner/execute-run.js';
import { auditScenario } from '../audit-scenario.js';
import { type AuditSettings, DEFAULT_SETTINGS } from '../audit-settings.js';
import type { Harm } from '../audit-table.js';
import { FAILURE_CLASSES, type FailureClass } from '../failure-classes.js';
import { type CellPromise, kafkaPromise } from '../kafka-promise.js';

export interface MatrixCell {
  readonly harm: 'lost' | 'repeated' | 'reordered';
  /** The row: the settings in words. */
  readonly row: string;
  readonly settings: AuditSettings;
  readonly failure: FailureClass;
  readonly promise: CellPromise;
}

/** A losing cell must be found within this many seeds. */
export const SEEDS_TO_FIND = 200;
/** Runs of a cell that is kept, or that may be. */
export const SEEDS_KEPT = 12;

const BROKER_FAILURES = [
  'broker-dies',
  'two-brokers-die',
  'all-brokers-die',
  'power-loss',
  'last-replica-loses-power',
  'all-lose-power',
  'leader-cut-off',
  'leader-pauses',
  'disk-trouble',
  'rolling-restart',
  'preferred-election',
];
const PRODUCER_FAILURES = ['client-cut', 'broker-dies', 'power-loss', 'leader-pauses', 'rolling-restart'];

const ONE_PARTITION = { ...DEFAULT_SETTINGS, partitions: 1 };

function lossRows(): readonly AuditSettings[] {
  const rows: AuditSettings[] = [{ ...ONE_PARTITION, producer: { acks: '0' } }];
  for (const acks of ['1', 'all']) {
    for (const minInSync of acks === '1' ? ['1'] : ['1', '2']) {
      for (const unclean of ['false', 'true']) {
        for (const flush of [{}, { 'flush.messages': '1' }]) {
          const topic = {
            'min.insync.replicas': minInSync,
            'unclean.leader.election.enable': unclean,
            ...flush,
          };
          rows.push({ ...ONE_PARTITION, producer: { acks }, topic });
        }
      }
    }
  }
  return rows;
}

const IN_FLIGHT = 'max.in.flight.requests.per.connection';
const PRODUCER_ROWS: readonly AuditSettings[] = [
  { 'enable.idempotence': 'false', retries: '0' },
  { 'enable.idempotence': 'false', [IN_FLIGHT]: '1' },
  { 'enable.idempotence': 'false', [IN_FLIGHT]: '5' },
  { 'enable.idempotence': 'true' },
].map((producer) => ({ ...ONE_PARTITION, producer, topic: { 'min.insync.replicas': '2' } }));

export function guaranteeMatrix(): readonly MatrixCell[] {
  return [
    ...lossRows().flatMap((settings) => cells(settings, ['lost'], BROKER_FAILURES)),
    ...PRODUCER_ROWS.flatMap((settings) => cells(settings, ['repeated', 'reordered'], PRODUCER_FAILURES)),
  ];
}

function cells(
  settings: AuditSettings,
  harms: readonly MatrixCell['harm'][],
  failures: readonly string[],
): readonly MatrixCell[] {
  return harms.flatMap((harm) =>
    failures.map((name) => {
      const failure = FAILURE_CLASSES.find((each) => each.name === name);
      if (failure === undefined) throw new Error(`there is no class of failure "${name}"`);
      const promise = kafkaPromise(settings, name, harm);
      if (promise === null) throw new Error(`Kafka promises nothing about ${harm}`);
      return { harm, row: rowWords(settings, harm), settings, failure, promise };
    }),
  );
}

function rowWords({ producer, topic }: AuditSettings, harm: Harm): string {
  const of = (properties: Readonly<Record<string, string>>): string[] =>
    Object.entries(properties).map(([key, value]) => `${key}=${value}`);
  return [...of(producer), ...(harm === 'lost' ? of(topic) : [])].join(', ');
}

/** The first seed from `firstSeed` on that breaks the cell; null: none of so many does. */
export function firstBreakingSeed(cell: MatrixCell, firstSeed: number, seeds: number): number | null {
  const scenario = auditScenario(cell.settings, cell.failure);
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { outcome } = executeRun(scenario, { seed: String(seed) });
    if (outcome === null || outcome[cell.harm] > 0) return seed;
  }
  return null;
}

/** One line of the page, which `readMeasurement` reads back. `seed` null: kept over so many runs. */
export function cellLine(cell: MatrixCell, seed: number | null): string {
  const { settings, failure, promise } = cell;
  const name = auditScenario(settings, failure).name;
  const measured =
    seed === null ? `kept over ${SEEDS_KEPT} runs` : `broken by \`seismolog run '${name}' --seed ${seed}\``;
  return `| ${failure.title} | ${PROMISE_WORDS[promise]} | ${measured} |`;
}

const PROMISE_WORDS: Readonly<Record<CellPromise, string>> = {
  kept: 'never',
  breaks: 'permitted',
  permitted: 'permitted, and rare here',
};

/** The measurements of the page, in the order of the matrix: the seed, or null for a cell that is kept. */
export function readMeasurements(
  page: string,
): readonly { readonly line: string; readonly seed: number | null }[] {
  return page
    .split('\n')
    .filter((line) => /^\| .* \| (never|permitted)/.test(line))
    .map((line) => ({ line, seed: Number(/--seed (\d+)`/.exec(line)?.[1] ?? Number.NaN) }))
    .map(({ line, seed }) => ({ line, seed: Number.isNaN(seed) ? null : seed }));
}

const TITLES: Readonly<Record<MatrixCell['harm'], string>> = {
  lost: 'Acknowledged records are lost',
  repeated: 'Records are repeated',
  reordered: 'Acknowledged records are out of order',
};

export function guaranteesPage(
  cellsOfPage: readonly MatrixCell[],
  seeds: readonly (number | null)[],
): string {
  const lines = [
    '# What Kafka guarantees, and what was measured',
    '',
    'Three brokers, three replicas. For each choice of settings and each class of failure: what Kafka permits, and what the runs of',
    '`seismolog audit` show. The command in a broken cell runs it again. `scenarios/audit/guarantees.test.ts` holds the page;',
    '`node --import tsx scripts/guarantees.mjs` measures it anew. `eligible.leader.replicas.version` is 0.',
  ];
  let [harm, row] = ['', ''];
  for (const [index, cell] of cellsOfPage.entries()) {
    if (cell.harm !== harm) lines.push('', `## ${TITLES[cell.harm]}`);
    if (cell.harm !== harm || cell.row !== row)
      lines.push('', `### ${cell.row}`, '', '| when | Kafka | measured |', '|---|---|---|');
    [harm, row] = [cell.harm, cell.row];
    lines.push(cellLine(cell, seeds[index] ?? null));
  }
  return `${lines.join('\n')}\n`;
}
