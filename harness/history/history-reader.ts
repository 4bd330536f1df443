/**
 * Reads a history from JSON Lines: chunks of bytes in, operations out. It reads the files of Seismolog and of other tools:
 * the header is optional; `type` and `f` may have Clojure's leading colon; `index` and `time` may be missing (the index is
 * then the position, the time NaN); blank lines are skipped; `rebalance-log` and `rebalanceLog` mean the same. The reader
 * checks only that a line is an operation; the checkers interpret micro-operations.
 *
 * The reader keeps no operations: they go to a sink, which may read the most common ones directly from their bytes
 * (LineScanner). One fast JSON.parse reads a whole block of lines. A block that does not parse, or that holds something other
 * than operations, is read again line by line to find the wrong line.
 */

import { LineScanner } from './line-scanner.js';
import { MalformedHistory } from './malformed-history.js';
import type { HistoryHeader, Operation, OperationType } from './operation.js';

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/** Receives the operations of a history in the order of the file. */
export interface HistorySink {
  operation(operation: Operation, line: number): void;
  /** When present, receives most operations without an object for each. `scanned` is valid only during the call. */
  scanned?(scanned: LineScanner, line: number): void;
  /** Receives the bytes of whole lines before their operations. `firstLine` counts from 1. */
  lines?(bytes: Uint8Array, firstLine: number): void;
}

export class HistoryReader {
  readonly #sink: HistorySink;
  #operationCount = 0;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #header: HistoryHeader | null = null;
  #pending: Uint8Array[] = [];
  #linesRead = 0;
  #sawFirstLine = false;
  readonly #scanner = new LineScanner();

  constructor(sink: HistorySink) {
    this.#sink = sink;
  }

  /** The header of Seismolog's own files; null when the file has none. */
  get header(): HistoryHeader | null {
    return this.#header;
  }

  /** Throws MalformedHistory. A chunk may end anywhere; the reader keeps no reference to it past the next newline. */
  push(chunk: Uint8Array): void {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      if (chunk.length > 0) this.#pending.push(chunk.slice());
      return;
    }
    const block = chunk.subarray(0, end);
    if (this.#pending.length === 0) this.#readBlock(block);
    else {
      this.#pending.push(block);
      const whole = concatenate(this.#pending);
      this.#pending = [];
      this.#readBlock(whole);
    }
    if (end + 1 < chunk.length) this.#pending.push(chunk.slice(end + 1));
  }

  /** The last line needs no newline. */
  end(): void {
    if (this.#pending.length === 0) return;
    const rest = concatenate(this.#pending);
    this.#pending = [];
    this.#readBlock(rest);
  }

  #readBlock(bytes: Uint8Array): void {
    this.#sink.lines?.(bytes, this.#linesRead + 1);
    if (this.#sink.scanned !== undefined) this.#scanLines(bytes);
    else this.#parseLines(this.#decode(bytes).split('\n'));
  }

  #scanLines(bytes: Uint8Array): void {
    for (let start = 0; start <= bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      const line = this.#linesRead + 1;
      if (this.#sawFirstLine && this.#scanner.scan(bytes, start, end)) {
        this.#operationCount++;
        this.#sink.scanned?.(this.#scanner, line);
      } else this.#addLine(this.#decode(bytes.subarray(start, end)), line);
      this.#linesRead = line;
      start = end + 1;
    }
  }

  #parseLines(lines: readonly string[]): void {
    const first = this.#linesRead + 1;
    this.#linesRead += lines.length;
    const together = this.#sawFirstLine ? parseTogether(lines, this.#operationCount) : null;
    if (together === null) {
      for (let i = 0; i < lines.length; i++) this.#addLine(lines[i] ?? '', first + i);
      return;
    }
    this.#operationCount += together.length;
    for (let i = 0; i < together.length; i++) this.#sink.operation(together[i]!, first + i);
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new MalformedHistory(this.#linesRead + 1, 'this line or one soon after is not UTF-8');
    }
  }

  #addLine(text: string, line: number): void {
    if (text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    if (text.trim() === '') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new MalformedHistory(line, `not JSON (${error instanceof Error ? error.message : 'unreadable'})`);
    }
    const isFirst = !this.#sawFirstLine;
    this.#sawFirstLine = true;
    if (isFirst && this.#isHeader(parsed, line)) return;
    const operation = toOperation(parsed, this.#operationCount);
    if (typeof operation === 'string') throw new MalformedHistory(line, operation);
    this.#operationCount++;
    this.#sink.operation(operation, line);
  }

  #isHeader(parsed: unknown, line: number): boolean {
    if (!isRecord(parsed)) return false;
    if ('seismolog' in parsed) {
      if (parsed.seismolog !== 'history')
        throw new MalformedHistory(line, 'this is not the header of a history');
      if (parsed.version !== 1) {
        throw new MalformedHistory(
          line,
          `history version ${String(parsed.version)} is unknown (this reads version 1)`,
        );
      }
      this.#header = parsed as unknown as HistoryHeader;
      return true;
    }
    // The header of another tool: an object without any field of an operation.
    return !('type' in parsed) && !('f' in parsed) && !('process' in parsed);
  }
}

/** Returns null when the lines do not parse as one operation each. The caller then parses them one by one to find the error. */
function parseTogether(lines: readonly string[], firstPosition: number): readonly Operation[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(`[${lines.join(',')}]`);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || parsed.length !== lines.length) return null;
  const operations: Operation[] = [];
  for (const raw of parsed) {
    const operation = toOperation(raw, firstPosition + operations.length);
    if (typeof operation === 'string') return null;
    operations.push(operation);
  }
  return operations;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** Parses one line of a history that has been read before. */
export function parseOperationLine(text: string, position: number): Operation {
  const operation = toOperation(JSON.parse(text), position);
  if (typeof operation === 'string') throw new Error(operation);
  return operation;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(type: string): type is OperationType {
  return type === 'ok' || type === 'invoke' || type === 'info' || type === 'fail';
}

/** Returns the operation, or a description of its error. Lines that need no change are not copied. */
function toOperation(raw: unknown, position: number): Operation | string {
  if (!isRecord(raw)) return 'an operation is a JSON object';
  const { index, time, process, type, f, error } = raw;
  if (typeof type !== 'string') return "'type' is missing (invoke, ok, fail or info)";
  if (typeof f !== 'string') return "'f' is missing (send, poll, txn, assign …)";
  if (typeof process !== 'number' && typeof process !== 'string')
    return "'process' must be a number or a string";
  if (typeof process === 'number' && Math.abs(process) > Number.MAX_SAFE_INTEGER)
    return "'process' must be written as a string: the number is beyond what can be read exactly (2^53 - 1)";
  const isPlain =
    isType(type) &&
    f.charCodeAt(0) !== 0x3a &&
    typeof index === 'number' &&
    typeof time === 'number' &&
    (error === undefined || typeof error === 'string') &&
    !('rebalance-log' in raw) &&
    !('rebalanceLog' in raw);
  if (isPlain) return raw as unknown as Operation;
  return toOperationWithCare(raw, position, type, f, process);
}

function toOperationWithCare(
  raw: Record<string, unknown>,
  position: number,
  type: string,
  f: string,
  process: number | string,
): Operation | string {
  const bareType = withoutColon(type);
  if (!isType(bareType)) return `'type' is '${type}', which is none of invoke, ok, fail, info`;
  const { index, time, error } = raw;
  if (index !== undefined && index !== null && typeof index !== 'number') return "'index' must be a number";
  if (time !== undefined && time !== null && typeof time !== 'number') return "'time' must be a number";
  let operation: Operation = {
    index: index ?? position,
    time: time ?? Number.NaN,
    process,
    type: bareType,
    f: withoutColon(f),
    value: raw.value,
  };
  if (error !== undefined && error !== null) {
    operation = { ...operation, error: typeof error === 'string' ? error : JSON.stringify(error) };
  }
  const log = raw.rebalanceLog ?? raw['rebalance-log'];
  if (log === undefined || log === null) return operation;
  if (!isRebalanceLog(log)) return "'rebalance-log' must be a list of {keys: […]}";
  return { ...operation, rebalanceLog: log };
}

function isRebalanceLog(log: unknown): log is NonNullable<Operation['rebalanceLog']> {
  return (
    Array.isArray(log) &&
    log.every(
      (event) =>
        isRecord(event) &&
        Array.isArray(event.keys) &&
        event.keys.every((key) => typeof key === 'number' || typeof key === 'string'),
    )
  );
}

function withoutColon(name: string): string {
  return name.charCodeAt(0) === 0x3a ? name.slice(1) : name;
}
