/**
 * Micro-operations in all known spellings: names with or without Clojure's colon; the value of a send alone, or as
 * [offset, value] with offset null when unknown; the records of a poll as an object by key, as a list of pairs, or absent.
 * The visitor is called for each record. The result is a description of the error, or null.
 */

import type { MicroOperationVisitor } from '../../history/micro-operation-visitor.js';
import type { Key, Value } from '../../history/operation.js';

/** Receives micro-operations from JSON, in which an offset may be text. */
export interface OffsetReader extends MicroOperationVisitor {
  /** The number that stands for an offset; null when the text is no offset. */
  offsetOf(offset: number | string): number | null;
}

export function visitMicroOperations(value: unknown, visitor: OffsetReader): string | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return 'the value must be a list of micro-operations';
  for (const micro of value) {
    const problem = visitMicroOperation(micro, visitor);
    if (problem !== null) return problem;
  }
  return null;
}

/** Null: the value is no micro-operation. */
export function microOperationName(micro: unknown): 'send' | 'poll' | 'commit' | null {
  if (!Array.isArray(micro)) return null;
  const name: unknown = micro[0];
  if (name === 'send' || name === ':send') return 'send';
  if (name === 'poll' || name === ':poll') return 'poll';
  return name === 'commit' || name === ':commit' ? 'commit' : null;
}

function visitMicroOperation(micro: unknown, visitor: OffsetReader): string | null {
  const name = microOperationName(micro);
  if (name === null || !Array.isArray(micro)) {
    return `a micro-operation is ["send", key, value], ["poll", records] or ["commit", key, offset], not ${excerpt(micro)}`;
  }
  if (name === 'commit') return visitCommit(micro, visitor);
  if (name === 'poll') return micro.length < 2 ? null : visitPoll(micro[1], visitor);
  const [, key, sent] = micro;
  if (!isScalar(key)) return `the key of a send must be ${whatIsNeeded(key)}`;
  if (isScalar(sent)) {
    visitor.send(key, sent, -1);
    return null;
  }
  const offset = offsetOf(sent, visitor);
  if (offset === null || !isPair(sent))
    return tooLarge(sent) ?? `a send's value must be a value or [offset, value], not ${excerpt(sent)}`;
  visitor.send(key, sent[1], offset);
  return null;
}

function visitCommit([, key, offset]: readonly unknown[], visitor: OffsetReader): string | null {
  if (!isScalar(key)) return `the key of a commit must be ${whatIsNeeded(key)}`;
  const isOffset = typeof offset === 'string' || (Number.isSafeInteger(offset) && (offset as number) >= 0);
  const read = isOffset ? visitor.offsetOf(offset as number | string) : null;
  if (read === null || read === -1)
    return `the offset of a commit must be an integer from 0, not ${excerpt(offset)}`;
  visitor.commit(key, read);
  return null;
}

function visitPoll(records: unknown, visitor: OffsetReader): string | null {
  if (records === undefined || records === null) return null;
  if (typeof records !== 'object')
    return `a poll's records must be an object by key, not ${excerpt(records)}`;
  if (!Array.isArray(records)) {
    for (const name in records) {
      visitor.pollKey(name, true);
      const problem = visitRecords((records as Readonly<Record<string, unknown>>)[name], visitor);
      if (problem !== null) return problem;
    }
    return null;
  }
  for (const entry of records) {
    if (!Array.isArray(entry) || entry.length !== 2 || !isScalar(entry[0])) {
      return `a poll's records by key must be [key, [[offset, value] …]], not ${excerpt(entry)}`;
    }
    visitor.pollKey(entry[0], false);
    const problem = visitRecords(entry[1], visitor);
    if (problem !== null) return problem;
  }
  return null;
}

function visitRecords(pairs: unknown, visitor: OffsetReader): string | null {
  if (!Array.isArray(pairs)) return `the records of a key must be a list, not ${excerpt(pairs)}`;
  for (const pair of pairs) {
    const offset = offsetOf(pair, visitor);
    if (offset === null || !isPair(pair))
      return tooLarge(pair) ?? `a polled record must be [offset, value], not ${excerpt(pair)}`;
    visitor.pollRecord(pair[1], offset);
  }
  return null;
}

/**
 * True for a text, or for a number that JavaScript holds exactly. Rounded numbers could make one record of two, and the
 * verdict would be about a different history.
 */
export function isScalar(value: unknown): value is Key {
  return (
    typeof value === 'string' || (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
  );
}

/** What a rejected scalar must be, and what it is: the end of an error message. */
export function whatIsNeeded(value: unknown): string {
  return typeof value === 'number'
    ? `written as a string: as a number, ${value} is beyond what can be read exactly (2^53 - 1)`
    : `a number or a string, not ${excerpt(value)}`;
}

/** The error for the first part of a pair that is too large a number; null when the pair has another error. */
function tooLarge(pair: unknown): string | null {
  const part: unknown = Array.isArray(pair)
    ? pair.find((each) => typeof each === 'number' && !isScalar(each))
    : pair;
  if (typeof part !== 'number' || isScalar(part)) return null;
  return `${excerpt(pair)}: this must be ${whatIsNeeded(part)}`;
}

function isPair(pair: unknown): pair is readonly [unknown, Value] {
  return Array.isArray(pair) && pair.length === 2 && isScalar(pair[1]);
}

/** The offset of a pair, −1 when unknown (Kafka answers −1 with acks=0); null when the pair has no offset. Large offsets are text. */
function offsetOf(pair: unknown, visitor: OffsetReader): number | null {
  if (!isPair(pair)) return null;
  const [offset] = pair;
  if (offset === null) return -1;
  if (typeof offset === 'string') return visitor.offsetOf(offset);
  if (!Number.isSafeInteger(offset)) return null;
  return (offset as number) < 0 ? -1 : visitor.offsetOf(offset as number);
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
