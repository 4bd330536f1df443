/**
 * The table of `docs/delivery.md`: for each way in which a consumer processes and commits, what may be lost, repeated and
 * reordered, and the scenario that shows it or holds it.
 */
import type { DeliveryPromise } from '../invariants/group-checker.js';
import type { ConsumerGroupSettings } from '../workloads/consumer-group/settings.js';

/** The names of the scenarios of a row, by promise. */
type Shown = Readonly<Record<Exclude<DeliveryPromise, 'no-move'>, string>>;

export interface DeliveryRow {
  readonly way: string;
  /** The settings that make the way. The settings of its scenarios have the same values. */
  readonly settings: Partial<ConsumerGroupSettings>;
  readonly scenarios: Shown;
}

export interface Situation {
  readonly situation: string;
  readonly outcome: string;
  readonly scenario: string;
}

const all = (name: string): Shown => ({ 'no-loss': name, 'no-repeat': name, order: name });

export const deliveryRows: readonly DeliveryRow[] = [
  {
    way: 'process, then `commitSync`',
    settings: { commit: 'after-processing', effects: 'plain' },
    scenarios: {
      'no-loss': 'consumer-group',
      'no-repeat': 'consumer-group-repeats',
      order: 'consumer-group',
    },
  },
  {
    way: '`commitSync`, then process',
    settings: { commit: 'before-processing' },
    scenarios: {
      'no-loss': 'consumer-group-at-most-once',
      'no-repeat': 'at-most-once',
      order: 'at-most-once-reorders',
    },
  },
  {
    way: '`enable.auto.commit`, each poll processed before the next',
    settings: { commit: 'auto' },
    scenarios: {
      'no-loss': 'consumer-group-auto-commit',
      'no-repeat': 'auto-commit-repeats',
      order: 'consumer-group-auto-commit',
    },
  },
  {
    way: '`enable.auto.commit`, processing beside the poll loop',
    settings: { commit: 'auto-aside' },
    scenarios: {
      'no-loss': 'consumer-group-auto-commit-aside',
      'no-repeat': 'auto-commit-aside-repeats',
      order: 'auto-commit-aside-reorders',
    },
  },
  {
    way: '`commitSync()` of the position after each record of a poll',
    settings: { commit: 'position-per-record' },
    scenarios: {
      'no-loss': 'consumer-group-commits-position',
      'no-repeat': 'commits-position-repeats',
      order: 'commits-position-reorders',
    },
  },
  {
    way: 'results under a unique key, then `commitSync`',
    settings: { commit: 'after-processing', effects: 'unique-key' },
    scenarios: all('once-by-key'),
  },
  {
    way: 'a look-up before the work instead of a unique key',
    settings: { commit: 'after-processing', effects: 'look-up' },
    scenarios: all('once-by-look-up'),
  },
  {
    way: 'offsets in one transaction with the results; a late transaction is rolled back',
    settings: { commit: 'with-results', fencesResults: true },
    scenarios: all('offsets-with-results'),
  },
  {
    way: 'offsets in one transaction with the results; a late transaction takes place',
    settings: { commit: 'with-results', fencesResults: false },
    scenarios: all('offsets-with-results-unfenced'),
  },
  {
    way: 'a failed record: pause, seek back, resume',
    settings: { failsOneIn: 30, onFailure: 'pause-and-retry' },
    scenarios: {
      'no-loss': 'retry-in-place',
      'no-repeat': 'consumer-group-repeats',
      order: 'retry-in-place',
    },
  },
  {
    way: 'a failed record: skip',
    settings: { failsOneIn: 100, onFailure: 'skip' },
    scenarios: {
      'no-loss': 'failed-record-skipped',
      'no-repeat': 'consumer-group-repeats',
      order: 'failed-record-skipped',
    },
  },
  {
    way: 'a failed record: publish to a retry topic or dead-letter queue, then commit',
    settings: { failsOneIn: 20, onFailure: 'publish-then-commit' },
    scenarios: {
      'no-loss': 'retry-topic',
      'no-repeat': 'consumer-group-repeats',
      order: 'retry-topic-reorders',
    },
  },
  {
    way: 'a failed record: commit, then publish to a retry topic or dead-letter queue',
    settings: { failsOneIn: 3, onFailure: 'commit-then-publish' },
    scenarios: {
      'no-loss': 'retry-topic-loses',
      'no-repeat': 'consumer-group-repeats',
      order: 'retry-topic-reorders',
    },
  },
  {
    way: '`auto.offset.reset=latest`, process, then `commitSync`',
    settings: { commit: 'after-processing', consumerConfig: { 'auto.offset.reset': 'latest' } },
    scenarios: {
      'no-loss': 'latest-skips-first',
      'no-repeat': 'consumer-group-repeats',
      order: 'consumer-group',
    },
  },
];

export const situations: readonly Situation[] = [
  {
    situation: 'members are restarted cleanly; a commit every 20 polls and in `onPartitionsRevoked`',
    outcome: 'nothing is lost, repeated or reordered',
    scenario: 'commits-when-revoked',
  },
  {
    situation: 'members are restarted cleanly; a commit every 20 polls, none in `onPartitionsRevoked`',
    outcome: 'records are repeated',
    scenario: 'forgets-revocation',
  },
  {
    situation: 'processing takes longer than `max.poll.interval.ms`',
    outcome: 'nothing is lost',
    scenario: 'slow-processing',
  },
  {
    situation: 'processing takes longer than `max.poll.interval.ms`',
    outcome: 'records are repeated',
    scenario: 'slow-processing-repeats',
  },
  {
    situation: 'a member hangs past its session and works on (zombie)',
    outcome: 'its commits are refused, its records are processed twice',
    scenario: 'zombie-member',
  },
  {
    situation: 'rolling restart of static members (`group.instance.id`)',
    outcome: 'no partition moves',
    scenario: 'static-members-restart',
  },
  {
    situation: 'rolling restart of dynamic members',
    outcome: 'partitions move',
    scenario: 'dynamic-members-restart',
  },
  {
    situation: 'more members than partitions',
    outcome: 'nothing is lost; waiting members take over',
    scenario: 'group-larger-than-partitions',
  },
  {
    situation: 'the offsets expire, `auto.offset.reset=earliest`',
    outcome: 'every record is repeated',
    scenario: 'expired-offsets-repeat',
  },
  {
    situation: 'the offsets expire, `auto.offset.reset=latest`',
    outcome: 'what was sent meanwhile is lost',
    scenario: 'expired-offsets-lose',
  },
  {
    situation: 'the offsets expire, `auto.offset.reset=none`',
    outcome: 'the group stops until an operator names the offsets; nothing is lost',
    scenario: 'expired-offsets-stop',
  },
  {
    situation: 'a new group, `auto.offset.reset=latest`',
    outcome: 'what was sent before its first position is lost',
    scenario: 'latest-skips-first',
  },
];

/** The page, with a word for each cell: whether the way may break the promise. */
export function deliveryPage(mayBreak: (row: DeliveryRow, promise: keyof Shown) => boolean): string {
  const cell = (row: DeliveryRow, promise: keyof Shown): string =>
    `${mayBreak(row, promise) ? 'may' : 'never'} (\`${row.scenarios[promise]}\`)`;
  return [
    '# What consumers lose, repeat and reorder',
    '',
    'A group reads a replicated topic while coordinators, brokers and members crash and hang. *Lost*: a record that the group has',
    'passed and nobody processed. *Repeated*: a record whose processing took effect twice. *Reordered*: a record that was processed',
    'for the first time after a later one of its partition or key. The settings of the group say which of them may happen',
    '(`scenarios/workloads/consumer-group/delivery.ts`). The scenario in brackets shows it within its seeds, or holds that it never',
    'happens; `seismolog run <scenario>` does so again. A test compares this page with settings and scenarios.',
    '',
    '| an application does | lost | repeated | reordered |',
    '|---|---|---|---|',
    ...deliveryRows.map(
      (row) => `| ${row.way} | ${cell(row, 'no-loss')} | ${cell(row, 'no-repeat')} | ${cell(row, 'order')} |`,
    ),
    '',
    '| situation | outcome | scenario |',
    '|---|---|---|',
    ...situations.map(
      ({ situation, outcome, scenario }) => `| ${situation} | ${outcome} | \`${scenario}\` |`,
    ),
    '',
    'A broken promise names its cause: the commit and the rebalance that lost a record, or the rebalance, the refused commit and the',
    'generation of the member that repeated one.',
    '',
  ].join('\n');
}
