/**
 * How a consumer group processed the acknowledged records: the records that no member processed, and those that were
 * processed more than once. A record counts by its value, so a record that a retry stored twice is processed twice.
 */
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { TapeVisitor } from '../../harness/history/micro-operation-visitor.js';
import type { Key, Value } from '../../harness/history/operation.js';
import type { ProcessingOutcome, StoryLine } from '../../harness/runner/run-data.js';
import type { HostChronicle } from '../cluster/host-chronicle.js';
import type { ProcessedRecord, ProcessedRecords } from '../workloads/processed-records.js';

export interface UnprocessedRecord {
  readonly key: string;
  readonly value: number;
  /** −1: the acknowledgement had none. */
  readonly offset: number;
  readonly acknowledgedMicros: number;
}

export interface ProcessingAccount {
  readonly unprocessed: readonly UnprocessedRecord[];
  /** Every processing of a record after its first. */
  readonly repeated: readonly ProcessedRecord[];
}

/** Null: no group processes the records of the run. */
export function accountOfProcessing(
  history: HistoryTape,
  processed: ProcessedRecords,
  isDeleted: (key: Key, offset: number, value: Value) => boolean = () => false,
): ProcessingAccount | null {
  if (!processed.isUsed) return null;
  const pass = new UnprocessedPass(processed, isDeleted);
  for (let position = 0; position < history.length; position++) {
    if (history.typeAt(position) !== 'ok') continue;
    pass.timeMicros = history.timeAt(position);
    history.visit(position, pass);
  }
  const seen = new Set<number>();
  const repeated = processed.processed.filter(({ value }) => seen.size === seen.add(value).size);
  return { unprocessed: pass.unprocessed, repeated };
}

export function processingOutcome(account: ProcessingAccount | null): ProcessingOutcome | null {
  if (account === null) return null;
  return { unprocessed: account.unprocessed.length, repeated: account.repeated.length };
}

class UnprocessedPass implements TapeVisitor {
  readonly unprocessed: UnprocessedRecord[] = [];
  timeMicros = 0;
  readonly #processed: ProcessedRecords;
  readonly #isDeleted: (key: Key, offset: number, value: Value) => boolean;

  constructor(processed: ProcessedRecords, isDeleted: (key: Key, offset: number, value: Value) => boolean) {
    this.#processed = processed;
    this.#isDeleted = isDeleted;
  }

  send(key: Key, value: Value, offset: number): void {
    const [name, number] = [String(key), Number(value)];
    if (this.#processed.timesOf(number) > 0 || this.#isDeleted(key, offset, value)) return;
    const begin = this.#processed.beginOf(name);
    if (begin === null) return;
    // Values ascend in the order of sending, and a record without an offset has nothing else.
    const isBefore = offset >= 0 ? offset < begin.offset : begin.offset > 0 && number < begin.value;
    if (isBefore) return;
    this.unprocessed.push({ key: name, value: number, offset, acknowledgedMicros: this.timeMicros });
  }

  pollKey(): void {}
  pollRecord(): void {}
  commit(): void {}
  listedKey(): void {}
  rebalancedKey(): void {}
}

const REASON = 'the orders of processing and commit, and what happens to a commit, decide it';

/** The anomalies of a promise that forbids both. */
export function processingAnomalies({ unprocessed, repeated }: ProcessingAccount): readonly Anomaly[] {
  const anomaly = (name: string, records: readonly object[]): readonly Anomaly[] =>
    records.length === 0
      ? []
      : [
          {
            name,
            count: records.length,
            witnesses: records.map((record) => ({ ...record })),
            allowed: false,
            reason: REASON,
          },
        ];
  return [...anomaly('unprocessed-record', unprocessed), ...anomaly('processed-twice', repeated)];
}

const RECORDS_TOLD = 2;

/** The story of the first records that were missed or repeated. */
export function processingStory(
  { unprocessed, repeated }: ProcessingAccount,
  processed: ProcessedRecords,
  chronicle: HostChronicle,
  endMicros: number,
): readonly StoryLine[] {
  const lines: StoryLine[] = [];
  for (const { key, value, offset, acknowledgedMicros } of unprocessed.slice(0, RECORDS_TOLD)) {
    const where = offset < 0 ? key : `${key} at offset ${offset}`;
    lines.push({ timeMicros: acknowledgedMicros, text: `record ${value} acknowledged: ${where}` });
    const cover = processed.commits.find((commit) => commit.key === key && commit.offset > offset);
    if (cover !== undefined) lines.push(...coverLines(cover, chronicle, processed));
    lines.push({ timeMicros: endMicros, text: `no member has processed record ${value}` });
  }
  for (const again of repeated.slice(0, RECORDS_TOLD)) {
    const { key, value, offset, member, timeMicros } = again;
    const before = processed.processed.findLast(
      (each) => each.value === value && each.timeMicros < timeMicros,
    );
    if (before === undefined) continue;
    const commit = processed.commits.findLast(
      (each) => each.key === key && each.timeMicros <= timeMicros && each.offset <= offset,
    );
    lines.push(
      {
        timeMicros: before.timeMicros,
        text: `${before.member} processes record ${value}: ${key} at offset ${before.offset}`,
      },
      ...goneLines(before.member, before.timeMicros, timeMicros, chronicle),
      ...takeover(key, before.timeMicros, timeMicros, processed),
      ...(commit === undefined
        ? []
        : [
            {
              timeMicros: commit.timeMicros,
              text: `${commit.member} commits offset ${commit.offset} of ${key}`,
            },
          ]),
      { timeMicros, text: `${member} processes record ${value} again: ${key} at offset ${offset}` },
    );
  }
  return lines;
}

function coverLines(
  { key, member, offset, timeMicros }: ProcessedRecords['commits'][number],
  chronicle: HostChronicle,
  processed: ProcessedRecords,
): readonly StoryLine[] {
  const end = Number.POSITIVE_INFINITY;
  return [
    { timeMicros, text: `${member} commits offset ${offset} of ${key}` },
    ...goneLines(member, timeMicros, end, chronicle),
    ...takeover(key, timeMicros, end, processed),
  ];
}

/** What ended the member's work after `fromMicros`. */
function goneLines(
  member: string,
  fromMicros: number,
  toMicros: number,
  chronicle: HostChronicle,
): readonly StoryLine[] {
  const host = member.split('#')[0]!;
  const gone = chronicle.events.find(
    ({ host: name, kind, timeMicros }) =>
      name === host && timeMicros >= fromMicros && timeMicros <= toMicros && GONE[kind] !== undefined,
  );
  return gone === undefined ? [] : [{ timeMicros: gone.timeMicros, text: `${host} ${GONE[gone.kind]}` }];
}

const GONE: Readonly<Record<string, string>> = {
  crashed: 'crashes',
  exited: 'exits',
  'power-lost': 'loses power',
  paused: 'is paused',
};

function takeover(
  key: string,
  fromMicros: number,
  toMicros: number,
  { assignments }: ProcessedRecords,
): readonly StoryLine[] {
  const next = assignments.find(
    (each) => each.key === key && each.timeMicros > fromMicros && each.timeMicros <= toMicros,
  );
  return next === undefined
    ? []
    : [
        {
          timeMicros: next.timeMicros,
          text: `${next.member} is assigned ${key} in generation ${next.generationId}`,
        },
      ];
}
