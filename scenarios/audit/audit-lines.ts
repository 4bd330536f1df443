/** An audit as lines of text: one screen. */

import type { ConfigRemark } from '../../broker/config/read-configuration.js';
import type { AuditDocument } from './audit.js';
import type { CommitOrder } from './audit-settings.js';
import { type AuditRow, type Cell, HARM_TITLES, type Harm, type StandstillCell } from './audit-table.js';
import type { MendingSearch } from './mend.js';
import { changeWords } from './neighbours.js';
import type { SettingsReading } from './read-settings.js';

const COLUMNS: readonly { readonly harm: Harm; readonly head: readonly [string, string] }[] = [
  { harm: 'lost', head: ['', 'lost'] },
  { harm: 'repeated', head: ['', 'repeated'] },
  { harm: 'reordered', head: ['out of', 'order'] },
  { harm: 'processedLost', head: ['processed:', 'lost'] },
  { harm: 'processedRepeated', head: ['processed:', 'repeated'] },
  { harm: 'readUnsafe', head: ['read', 'unsafe'] },
];
const TITLE_WIDTH = 31;
const CELL_WIDTH = 11;
const STANDSTILL_WIDTH = 14;
const NOT_MEASURED = '–';

const COMMIT_WORDS: Readonly<Record<CommitOrder, string>> = {
  auto: 'a group of two commits by enable.auto.commit',
  after: 'a group of two processes, then commits',
  before: 'a group of two commits, then processes',
  none: 'a group of two commits nothing',
};

export function settingLines(
  { settings, remarks, accepted }: SettingsReading,
  profile: string,
): readonly string[] {
  const { brokers, replicationFactor, partitions, processing } = settings;
  return [
    `${profile} · ${brokers} ${brokers === 1 ? 'broker' : 'brokers'}, replication factor ${replicationFactor}, ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`,
    ...(processing === null
      ? []
      : [`${COMMIT_WORDS[processing.commit]}; a record takes ${processing.millis} ms`]),
    ...remarks.map((remark) => `  remark   ${remark}`),
    ...acceptedLines(accepted),
  ];
}

/** Keys without effect, once for each reason. */
function acceptedLines(accepted: readonly ConfigRemark[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { key, words } of accepted) byReason.set(words, [...(byReason.get(words) ?? []), key]);
  return [...byReason].map(([words, keys]) => {
    const shown = keys.slice(0, 3).join(', ');
    const more = keys.length > 3 ? ` and ${keys.length - 3} more` : '';
    return `  accepted ${shown}${more}: ${words}`;
  });
}

export function tableLines(rows: readonly AuditRow[]): readonly string[] {
  const head = (index: 0 | 1): string =>
    [
      (index === 1 ? runsOf(rows) : '').padEnd(TITLE_WIDTH),
      ...COLUMNS.map((column) => column.head[index].padEnd(CELL_WIDTH)),
      ...(index === 0 ? ['longest time without'] : ['writes', 'reads', 'processing']).map((words) =>
        words.padEnd(STANDSTILL_WIDTH),
      ),
    ].join('');
  return [
    head(0).trimEnd(),
    head(1).trimEnd(),
    ...rows.map((row) =>
      [
        row.title.padEnd(TITLE_WIDTH),
        ...COLUMNS.map(({ harm }) => cellWords(row.cells[harm]).padEnd(CELL_WIDTH)),
        ...[row.writes, row.reads, row.processing].map((cell) =>
          standstillWords(cell).padEnd(STANDSTILL_WIDTH),
        ),
      ]
        .join('')
        .trimEnd(),
    ),
    'times are virtual seconds, median / worst',
  ];
}

/** `12 runs of each`; `9 to 12 runs of each` when the time did not suffice for all. */
export function runsOf(rows: readonly AuditRow[]): string {
  const counts = rows.filter(({ cells }) => cells.lost.verdict !== 'not measured').map(({ runs }) => runs);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${most} runs of each` : `${least} to ${most} runs of each`;
}

function cellWords(cell: Cell): string {
  switch (cell.verdict) {
    case 'kept':
      return 'kept';
    case 'broken':
      return `${cell.brokenRuns} of ${cell.runs}`;
    case 'unknown':
      return 'unknown';
    case 'not measured':
      return NOT_MEASURED;
  }
}

function standstillWords(cell: StandstillCell): string {
  if (cell.verdict === 'not measured') return NOT_MEASURED;
  return `${secondsOf(cell.medianMicros)} / ${secondsOf(cell.worstMicros)}`;
}

const STORY_LINES_MAX = 10;

/** What stands below the table. */
export function findingLines(document: AuditDocument): readonly string[] {
  const { counterexample, changes, promises, unknownBecause, problems, rows } = document;
  const lines: string[] = [''];
  if (counterexample === null) lines.push('Nothing is broken in any cell that is measured.');
  else {
    const { failure, harm, faults, story, replayLine, report } = counterexample;
    lines.push(`The shortest counterexample: ${HARM_TITLES[harm]} when ${failure} (${faults} faults)`);
    for (const { timeMicros, text } of story.slice(0, STORY_LINES_MAX))
      lines.push(`  ${(timeMicros / 1e6).toFixed(3)} s  ${text}`);
    if (story.length > STORY_LINES_MAX)
      lines.push(`  … and ${story.length - STORY_LINES_MAX} more lines in the report`);
    lines.push(`  replay   ${replayLine}`);
    if (report !== null) lines.push(`  report   ${report}`);
  }
  if (changes !== null) lines.push('', ...changeLines(changes, rows));
  for (const { promise, verdict, because } of promises) {
    lines.push(
      '',
      `${promise}: ${verdict === 'valid' ? 'kept' : verdict === 'invalid' ? 'broken' : 'unknown'}`,
    );
    lines.push(...because.map((words) => `  ${words}`));
  }
  for (const reason of unknownBecause) lines.push(`unknown because ${reason}`);
  for (const problem of problems) lines.push(`problem: ${problem}`);
  return lines;
}

export function changeLines(
  { harm, failures, tried, mending, isCutShort }: MendingSearch,
  rows: readonly AuditRow[],
): readonly string[] {
  const titles = rows.filter(({ name }) => failures.includes(name)).map(({ title }) => title);
  const goal = `${HARM_TITLES[harm]} when ${titles.length <= 2 ? titles.join(' or when ') : `${titles[0]}, or in ${titles.length - 1} other rows`}`;
  if (mending.length === 0)
    return [
      isCutShort
        ? `The time was over before a change was found that mends this (${goal}); ${tried} measured.`
        : `No change of one or two keys mends this (${goal}); ${tried} ${tried === 1 ? 'was' : 'were'} measured.`,
    ];
  return [
    `The smallest change that mends it (${goal}; ${tried} measured):`,
    ...mending.flatMap(({ changes, runs, costs, alsoMends }) => [
      `  ${changes.map(changeWords).join(' and ')}   kept over ${runs} runs of each`,
      ...(alsoMends.length > 0 ? [`    also mends ${few(alsoMends)}`] : []),
      `    costs ${costs.length === 0 ? 'nothing that was measured' : few(costs)}`,
    ]),
  ];
}

const SHOWN_MAX = 4;

function few(words: readonly string[]): string {
  const more = words.length > SHOWN_MAX ? `; and ${words.length - SHOWN_MAX} more` : '';
  return `${words.slice(0, SHOWN_MAX).join('; ')}${more}`;
}

/** One line for each broken cell. */
export function replayLines(rows: readonly AuditRow[]): readonly string[] {
  return rows.flatMap(({ title, cells }) =>
    COLUMNS.flatMap(({ harm }) => {
      const cell = cells[harm];
      if (cell.verdict !== 'broken' || cell.replay === undefined) return [];
      return [`${HARM_TITLES[harm]} when ${title}:`, `  ${cell.replay}`];
    }),
  );
}

const secondsOf = (micros: number): string => (micros / 1e6).toFixed(1);
