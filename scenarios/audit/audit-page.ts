/** An audit as one page: what `seismolog audit --html` writes. */
import { relative } from 'node:path';
import {
  type PageCell,
  type PageLine,
  type PageSection,
  plainCell,
  type SummaryPage,
} from '../../harness/api/summary-page.js';
import type { AuditDocument } from './audit.js';
import { changeLines, runsOf, settingLines } from './audit-lines.js';
import { PROCESS_KINDS } from './audit-settings.js';
import { type AuditRow, type Cell, HARM_TITLES, HARMS, type StandstillCell } from './audit-table.js';
import type { SettingsReading } from './read-settings.js';

/** @param directory the directory of the page: the link to the report is relative to it. */
export function auditPage(document: AuditDocument, reading: SettingsReading, directory: string): SummaryPage {
  const { verdict, profile, rows, acknowledgedAfterMicros } = document;
  const broken = rows.flatMap(({ cells }) => HARMS.filter((harm) => cells[harm].verdict === 'broken'));
  const { brokers, replicationFactor, partitions } = reading.settings;
  return {
    title: `audit: ${profile}`,
    verdict,
    headline: `${broken.length === 0 ? 'nothing' : broken.length} of ${rows.length * HARMS.length} cells broken`,
    figures: [
      { name: 'brokers', value: String(brokers) },
      { name: 'replication factor', value: String(replicationFactor) },
      { name: 'partitions', value: String(partitions) },
      { name: 'measured', value: runsOf(rows) },
      ...(acknowledgedAfterMicros === null
        ? []
        : [{ name: 'acknowledged after', value: `${(acknowledgedAfterMicros / 1e3).toFixed(1)} ms` }]),
    ],
    sections: [
      tableSection(rows),
      ...counterexampleSections(document, directory),
      ...(document.changes === null
        ? []
        : [linesSection('What mends it', changeLines(document.changes, rows))]),
      ...document.promises.map(({ promise, verdict: kept, because }) =>
        linesSection(promise, [kept, ...because]),
      ),
      ...(document.unknownBecause.length === 0
        ? []
        : [linesSection('Unknown because', document.unknownBecause)]),
      linesSection('Configuration', [...settingLines(reading, profile), ...keysOf(reading)]),
      replaySection(rows),
    ],
  };
}

function linesSection(heading: string, lines: readonly string[]): PageSection {
  return { heading, lines: lines.map((text) => ({ text: text.trim() })), table: null };
}

function keysOf({ settings }: SettingsReading): readonly string[] {
  return PROCESS_KINDS.flatMap((kind) =>
    Object.entries(settings[kind]).map(([key, value]) => `${kind} ${key}=${value}`),
  );
}

function tableSection(rows: readonly AuditRow[]): PageSection {
  return {
    heading: 'What you get',
    lines: [
      {
        text: 'Rows: what fails. The last three columns: the longest time without, median / worst, virtual seconds.',
      },
    ],
    table: {
      head: ['when', ...HARMS.map((harm) => HARM_TITLES[harm]), 'writes', 'reads', 'processing'],
      rows: rows.map((row) => [
        plainCell(row.title),
        ...HARMS.map((harm) => cellOf(row.cells[harm])),
        ...[row.writes, row.reads, row.processing].map(standstillOf),
      ]),
    },
  };
}

function cellOf(cell: Cell): PageCell {
  switch (cell.verdict) {
    case 'kept':
      return plainCell('kept', 'good');
    case 'broken':
      return plainCell(`${cell.brokenRuns} of ${cell.runs}`, 'bad');
    case 'unknown':
      return plainCell('unknown', 'unsure');
    case 'not measured':
      return plainCell('–', 'quiet');
  }
}

function standstillOf(cell: StandstillCell): PageCell {
  if (cell.verdict === 'not measured') return plainCell('–', 'quiet');
  const [median, worst] = [cell.medianMicros, cell.worstMicros].map((micros) => (micros / 1e6).toFixed(1));
  return plainCell(`${median} / ${worst}`);
}

function counterexampleSections(
  { counterexample }: AuditDocument,
  directory: string,
): readonly PageSection[] {
  if (counterexample === null) return [];
  const { failure, harm, faults, story, replayLine, report } = counterexample;
  const lines: readonly PageLine[] = [
    { text: `${HARM_TITLES[harm]} when ${failure} (${faults} faults)` },
    ...story.map(
      ({ timeMicros, text }): PageLine => ({ text: `${(timeMicros / 1e6).toFixed(3)} s  ${text}` }),
    ),
    { text: replayLine, isCommand: true },
    ...(report === null ? [] : [{ text: 'the report of the run', link: relative(directory, report) }]),
  ];
  return [{ heading: 'The shortest counterexample', lines, table: null }];
}

function replaySection(rows: readonly AuditRow[]): PageSection {
  const lines = rows.flatMap(({ title, cells }) =>
    HARMS.flatMap((harm): readonly PageLine[] => {
      const cell = cells[harm];
      if (cell.verdict !== 'broken' || cell.replay === undefined) return [];
      return [{ text: `${HARM_TITLES[harm]} when ${title}` }, { text: cell.replay, isCommand: true }];
    }),
  );
  return { heading: 'Replay lines', lines, table: null };
}
