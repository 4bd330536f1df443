/**
 * Reads a run directory back into memory. `run.json`, `results.json` and `plan.json` must be there and whole; the
 * history and the trace may be missing, and may end in a torn line (a full disk, a killed process): what is readable
 * is used. Anything else that is wrong is a `RunDirectoryError` in words.
 */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { FaultPlan } from '../harness/faults/fault.js';
import type { Operation } from '../harness/history/operation.js';
import type { ResultsDocument, RunDocument } from '../harness/runner/run-data.js';
import type { ReportInput } from './report-input.js';
import type { ReportLine } from './trace-line.js';

export class RunDirectoryError extends Error {
  override readonly name = 'RunDirectoryError';
}

export function readRunDirectory(path: string): ReportInput {
  const run = readDocument<RunDocument>(path, 'run.json', ['scenario', 'seed', 'verdict', 'anomalies']);
  const results = readDocument<ResultsDocument>(path, 'results.json', ['verdict', 'promise', 'anomalies']);
  const plan = readDocument<FaultPlan>(path, 'plan.json', ['faults']);
  const operations: Operation[] = [];
  let versions: Readonly<Record<string, string>> = {};
  readJsonLines(join(path, 'history.jsonl'), (line) => {
    if ('seismolog' in line) versions = versionsOf(line);
    else operations.push(line as unknown as Operation);
  });
  const trace: ReportLine[] = [];
  readJsonLines(join(path, 'trace.jsonl'), (line) => {
    // Packets are the bulk of a trace and the report draws none of them.
    if (line.kind !== 'packet') trace.push(line as unknown as ReportLine);
  });
  const files = readdirSync(path).filter((name) => !name.startsWith('report.html'));
  // Earlier releases wrote the token alone.
  const replay = run.replayLine ?? run.replay;
  return { run, results, plan, operations, trace, replay, versions, files: files.sort() };
}

function versionsOf(header: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const versions = header.versions;
  if (typeof versions !== 'object' || versions === null) return {};
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, String(version)]));
}

function readDocument<Document>(directory: string, name: string, required: readonly string[]): Document {
  const path = join(directory, name);
  if (!existsSync(path))
    throw new RunDirectoryError(`${directory} is not a run directory: it has no ${name}`);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RunDirectoryError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (typeof document !== 'object' || document === null)
    throw new RunDirectoryError(`${path} is not a JSON object`);
  const missing = required.filter((field) => !(field in document));
  if (missing.length > 0) throw new RunDirectoryError(`${path} lacks ${missing.join(', ')}`);
  return document as Document;
}

const chunkSizeBytes = 1 << 20;

/** By chunks: a trace may be longer than the longest string. Stops without complaint at a torn last line. */
function readJsonLines(path: string, visit: (line: Readonly<Record<string, unknown>>) => void): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(chunkSizeBytes);
    const decoder = new StringDecoder('utf8');
    let lineNumber = 0;
    let rest = '';
    for (;;) {
      const size = readSync(file, chunk, 0, chunkSizeBytes, null);
      const lines = (rest + (size === 0 ? decoder.end() : decoder.write(chunk.subarray(0, size)))).split(
        '\n',
      );
      rest = lines.pop() ?? '';
      for (const line of lines) visitLine(path, ++lineNumber, line, visit);
      if (size === 0) break;
    }
    visitTornLine(rest, visit);
  } finally {
    closeSync(file);
  }
}

function visitLine(
  path: string,
  lineNumber: number,
  line: string,
  visit: (line: Readonly<Record<string, unknown>>) => void,
): void {
  if (line.trim() === '') return;
  const value = parseObject(line);
  if (value === null) throw new RunDirectoryError(`${path}:${lineNumber} is not a JSON object`);
  visit(value);
}

function visitTornLine(line: string, visit: (line: Readonly<Record<string, unknown>>) => void): void {
  const value = line.trim() === '' ? null : parseObject(line);
  if (value !== null) visit(value);
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
