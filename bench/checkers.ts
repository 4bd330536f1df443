/**
 * The checkers on valid histories of 10 k, 100 k and 1 M lines (10 processes, 20 keys, half sends, half polls), read
 * from JSON Lines as `seismolog check` does; *analysis alone* is that less what reading the same lines takes. The
 * floor of reading is JSON.parse of each line. Then the case that makes one component of the whole history: a single
 * value read before it was sent. All in seconds of CPU, all threads.
 */
import { checkChunks } from '../harness/checkers/check-file.js';
import { History } from '../harness/history/history.js';
import { HistoryReader } from '../harness/history/history-reader.js';
import type { Operation } from '../harness/history/operation.js';
import { type BenchRow, row } from './bench-row.js';

const LINES = [10_000, 100_000, 1_000_000] as const;
const PROCESSES = 10;
const KEYS = 20;
const CHUNK_BYTES = 256 * 1024;

/** For a million lines. Fewer may take their share, and the warming up that a short run never gets over. */
const ANALYSIS_SECONDS = { most: 10, aim: 2 };
const WITH_READING_SECONDS = { most: 14, aim: 4 };
const WARMING_UP_SECONDS = 0.2;

export function measureCheckers(quick: boolean): BenchRow[] {
  const rows: BenchRow[] = [];
  const sizes = quick ? LINES.slice(0, 2) : LINES;
  for (const lines of sizes) {
    const chunks = chunksOf(validHistory(lines));
    const floor = cpuSeconds(() => parseLines(chunks));
    const reading = cpuSeconds(() => readLines(chunks));
    const whole = cpuSeconds(() => expectAnomaly(checkChunks(chunks), null));
    rows.push(
      rowOf(
        `checkers: ${lines} lines, analysis alone`,
        Math.max(0, whole - reading),
        ANALYSIS_SECONDS,
        lines,
      ),
      rowOf(`checkers: ${lines} lines, reading included`, whole, WITH_READING_SECONDS, lines, floor),
    );
  }
  const lines = sizes.at(-1)!;
  const hostile = chunksOf(withFutureRead(lines));
  const future = cpuSeconds(() => expectAnomaly(checkChunks(hostile), 'G1c-realtime'));
  rows.push(rowOf(`checkers: ${lines} lines, one read of the future`, future, WITH_READING_SECONDS, lines));
  return rows;
}

function rowOf(
  name: string,
  value: number,
  limit: { readonly most: number; readonly aim: number },
  lines: number,
  floor?: number,
): BenchRow {
  const allowed = (seconds: number): number =>
    lines === 1_000_000 ? seconds : (seconds * lines) / 1_000_000 + WARMING_UP_SECONDS;
  const judged = { aim: allowed(limit.aim), holds: value <= allowed(limit.most) };
  return row(name, value, 's', floor === undefined ? judged : { ...judged, floor });
}

function cpuSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000_000;
}

function expectAnomaly(
  { anomalies, unknownBecause }: ReturnType<typeof checkChunks>,
  name: string | null,
): void {
  const isAsExpected =
    name === null ? anomalies.length === 0 : anomalies.some((anomaly) => anomaly.name === name);
  if (!isAsExpected || unknownBecause.length > 0)
    throw new Error(`expected ${name ?? 'nothing'} to be found`);
}

function parseLines(chunks: readonly Uint8Array[]): void {
  const decoder = new TextDecoder();
  for (const chunk of chunks) {
    for (const line of decoder.decode(chunk).split('\n')) if (line !== '') JSON.parse(line);
  }
}

function readLines(chunks: readonly Uint8Array[]): void {
  const reader = new HistoryReader({ operation: () => {}, scanned: () => {} });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
}

function chunksOf(operations: readonly Operation[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let lines: string[] = [];
  let size = 0;
  const flush = (): void => {
    if (lines.length > 0) chunks.push(encoder.encode(`${lines.join('\n')}\n`));
    lines = [];
    size = 0;
  };
  for (const operation of operations) {
    const line = JSON.stringify(operation);
    lines.push(line);
    size += line.length;
    if (size >= CHUNK_BYTES) flush();
  }
  flush();
  return chunks;
}

/** Processes take turns at random; a send lands when it is invoked, a poll returns all that is new to its process. */
function validHistory(lines: number): readonly Operation[] {
  const history = new History();
  const random = smallRandom();
  const logs = Array.from({ length: KEYS }, (): number[] => []);
  const positions = Array.from({ length: PROCESSES }, () => new Array<number>(KEYS).fill(0));
  const open = new Array<{ readonly invocation: Operation; readonly done: unknown } | null>(PROCESSES).fill(
    null,
  );
  const poll = (process: number): unknown => {
    const records: Record<string, readonly (readonly [number, number])[]> = {};
    for (let key = 0; key < KEYS; key++) {
      const from = positions[process]![key]!;
      const log = logs[key]!;
      if (from === log.length) continue;
      records[key] = log.slice(from).map((value, at) => [from + at, value] as const);
      positions[process]![key] = log.length;
    }
    return [['poll', records]];
  };
  const complete = (process: number): void => {
    const begun = open[process];
    open[process] = null;
    if (begun)
      history.complete(begun.invocation, history.operations.length, 'ok', begun.done ?? poll(process));
  };
  let value = 0;
  while (history.operations.length < lines - 2 * PROCESSES) {
    const process = random(PROCESSES);
    const time = history.operations.length;
    if (open[process]) complete(process);
    else if (random(2) === 0) {
      const key = random(KEYS);
      const offset = logs[key]!.push(++value) - 1;
      const invocation = history.invoke(time, process, 'send', [['send', key, value]]);
      open[process] = { invocation, done: [['send', key, [offset, value]]] };
    } else open[process] = { invocation: history.invoke(time, process, 'poll', [['poll']]), done: null };
  }
  for (let process = 0; process < PROCESSES; process++) complete(process);
  for (let process = 0; history.operations.length < lines; process = (process + 1) % PROCESSES) {
    open[process] = { invocation: history.invoke(lines, process, 'poll', [['poll']]), done: null };
    complete(process);
  }
  return history.operations;
}

/** The first operation polls the value that the last send sends. */
function withFutureRead(lines: number): readonly Operation[] {
  const operations = validHistory(lines - 2);
  const last = operations.findLast(({ type, f }) => type === 'ok' && f === 'send');
  const [[, key, record]] = last!.value as [[string, number, [number, number]]];
  const seer = { index: -1, time: 0, process: PROCESSES, f: 'poll' } as const;
  return [
    { ...seer, type: 'invoke', value: [['poll']] },
    { ...seer, type: 'ok', value: [['poll', { [key]: [record] }]] },
    ...operations,
  ];
}

/** Enough chance for a workload; the same on every machine. */
function smallRandom(): (below: number) => number {
  let state = 20_221_121;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
