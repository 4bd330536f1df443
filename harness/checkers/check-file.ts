/**
 * The work of `seismolog check <history.jsonl>`: reads a history and judges it in one pass over the file. The bytes of the
 * file stay in memory, its operations do not.
 *
 * Throws HistoryError when the file cannot be read or a line of it is not an operation.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { Int32List } from '../history/growable.js';
import { HistoryReader } from '../history/history-reader.js';
import { LineArchive } from '../history/line-archive.js';
import { MalformedHistory } from '../history/malformed-history.js';
import type { HistoryHeader } from '../history/operation.js';
import { verdictOf } from './profile.js';
import { type CheckOptions, checkIndex, type QueueAnalysis } from './queue/check.js';
import { HistoryIndexer } from './queue/history-indexer.js';
import { MalformedOperation } from './queue/malformed-operation.js';
import type { QueueIndex } from './queue/queue-index.js';
import { checkSendOrder, sessionOfProcess } from './sessions/send-order.js';
import type { Anomaly, Verdict } from './verdict.js';

export interface HistoryJudgement extends QueueAnalysis {
  readonly verdict: Verdict;
  readonly header: HistoryHeader | null;
}

export class HistoryError extends Error {
  readonly kind: 'unreadable-file' | 'malformed-line';
  /** The line of the error, counted from 1; null when the error concerns no single line. */
  readonly line: number | null;

  constructor(kind: HistoryError['kind'], message: string, line: number | null = null) {
    super(message);
    this.name = 'HistoryError';
    this.kind = kind;
    this.line = line;
  }
}

const CHUNK_BYTES = 256 * 1024;

/** Throws HistoryError. */
export function checkFile(path: string, options: CheckOptions = {}): HistoryJudgement {
  return checkChunks(readChunks(path), options);
}

/** Keeps references to the chunks: the caller must not change them afterwards. Throws HistoryError. */
export function checkChunks(chunks: Iterable<Uint8Array>, options: CheckOptions = {}): HistoryJudgement {
  const { index, header } = indexChunks(chunks);
  const analysis = checkIndex(index, options);
  const order = orderInSessions(index, header);
  const anomalies = order === null ? analysis.anomalies : [...analysis.anomalies, order];
  return { ...analysis, verdict: verdictOf(anomalies, analysis.unknownBecause), header, anomalies };
}

/** Judges the order in sessions as the run did: the header of Seismolog's histories names the sends that must be in order. */
function orderInSessions(index: QueueIndex, header: HistoryHeader | null): Anomaly | null {
  const sessionOrder = header?.sessionOrder ?? 'none';
  if (sessionOrder === 'none') return null;
  return checkSendOrder(index, {
    sessionOf: sessionOfProcess,
    acknowledgedOnly: sessionOrder === 'acknowledged-sends',
  });
}

function indexChunks(chunks: Iterable<Uint8Array>) {
  const archive = new LineArchive();
  const lineNumbers = new Int32List();
  const indexer = new HistoryIndexer((position) => archive.operationAt(lineNumbers.at(position), position));
  const reader = new HistoryReader({
    lines: (bytes, firstLine) => archive.add(bytes, firstLine),
    operation: (operation, line) => {
      lineNumbers.push(line);
      indexer.add(operation);
    },
    scanned: (scanned, line) => {
      lineNumbers.push(line);
      indexer.addScanned(scanned);
    },
  });
  try {
    for (const chunk of chunks) reader.push(chunk);
    reader.end();
    return { index: indexer.build(), header: reader.header };
  } catch (error) {
    if (error instanceof MalformedHistory)
      throw new HistoryError('malformed-line', error.message, error.line);
    if (error instanceof MalformedOperation) {
      const line = lineNumbers.at(error.position);
      throw new HistoryError('malformed-line', `line ${line}: ${error.problem}`, line);
    }
    throw error;
  }
}

function* readChunks(path: string): Iterable<Uint8Array> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const length = readChunk(file, chunk, path);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function readChunk(file: number, chunk: Uint8Array, path: string): number {
  try {
    return readSync(file, chunk);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): HistoryError {
  const reason = error instanceof Error ? error.message : String(error);
  return new HistoryError('unreadable-file', `cannot read ${path}: ${reason}`);
}
