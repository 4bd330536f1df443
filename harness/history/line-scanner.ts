/**
 * Reads the most common lines of a history directly from their bytes, without creating objects: operations with plain
 * integers, plain ASCII text and a value of sends and polls. The scanner declines every other line (with escapes, fractions,
 * values of other operations or errors in the JSON), and the line is read with JSON.parse instead. The scanner therefore
 * need not be complete; it must only be correct for the lines that it accepts.
 */

import type { Key, OperationType, Value } from './operation.js';

export const SEND_EVENT = 0;
/** A key of a poll's result, before its records. */
export const POLL_KEY_EVENT = 1;
export const RECORD_EVENT = 2;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A JavaScript number holds every integer of up to this many digits exactly. */
const DIGITS_MAX = 15;
const DEPTH_MAX = 64;
const TEXTS = 1 << 12;
const DECLINED = -1;

export class LineScanner {
  type: OperationType = 'invoke';
  f = '';
  process: number | string = 0;
  time = Number.NaN;
  error: string | undefined = undefined;
  /** The value as a list of events, micro-operation by micro-operation: see the …_EVENT constants. */
  readonly events: number[] = [];
  /** Per event: its key (send, poll key) or its value (record). */
  readonly scalars: Key[] = [];
  /** Per event: the value of a send; null for other events. */
  readonly sent: (Value | null)[] = [];
  /** Per event: the offset of a send or record, -1 when unknown. */
  readonly offsets: number[] = [];
  eventCount = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #scalar: number | string = 0;
  readonly #texts: string[] = new Array<string>(TEXTS).fill('');

  /** Returns true when it could read the line [from, to). After false the fields have no meaning. */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    this.#bytes = bytes;
    this.#at = from;
    this.time = Number.NaN;
    this.error = undefined;
    this.eventCount = 0;
    return this.#object() && this.#restIsBlank(to);
  }

  #restIsBlank(to: number): boolean {
    this.#skipBlanks();
    return this.#at === to;
  }

  #object(): boolean {
    if (!this.#take(OPEN_BRACE)) return false;
    let type = '';
    let f = '';
    let hasProcess = false;
    let valueAt = DECLINED;
    let isValueRead = false;
    do {
      const name = this.#text();
      if (name === null || !this.#take(COLON)) return false;
      switch (name) {
        case 'index':
          if (!this.#integer()) return false;
          break;
        case 'time':
          if (!this.#integer()) return false;
          this.time = this.#scalar as number;
          break;
        case 'process':
          if (!this.#anyScalar()) return false;
          this.process = this.#scalar;
          hasProcess = true;
          break;
        case 'type':
          type = this.#bareText() ?? '';
          if (type === '') return false;
          break;
        case 'f':
          f = this.#bareText() ?? '';
          if (f === '') return false;
          break;
        case 'error':
          this.error = this.#text() ?? undefined;
          if (this.error === undefined) return false;
          break;
        case 'value':
          valueAt = this.#at;
          isValueRead = type !== '' && f !== '';
          if (!(isValueRead ? this.#value(type, f) : this.#skip(0))) return false;
          break;
        case 'rebalance-log':
        case 'rebalanceLog':
          return false;
        default:
          if (!this.#skip(0)) return false;
      }
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_BRACE) || !hasProcess || !this.#setNames(type, f)) return false;
    if (isValueRead) return true;
    const end = this.#at;
    if (valueAt === DECLINED) return type === 'invoke' || !isTransaction(f);
    this.#at = valueAt;
    const isRead = this.#value(type, f);
    this.#at = end;
    return isRead;
  }

  #setNames(type: string, f: string): boolean {
    if (f === '' || (type !== 'invoke' && type !== 'ok' && type !== 'info' && type !== 'fail')) return false;
    // The values of these rare operations are keys: JSON.parse reads them.
    if (f === 'assign' || f === 'subscribe' || f === 'commit') return false;
    this.type = type;
    this.f = f;
    return true;
  }

  /** Reads the value. The value of an invocation only needs to be JSON. */
  #value(type: string, f: string): boolean {
    return type === 'invoke' || !isTransaction(f) ? this.#skip(0) : this.#microOperations();
  }

  #microOperations(): boolean {
    this.eventCount = 0;
    if (!this.#take(OPEN_BRACKET)) return false;
    if (this.#take(CLOSE_BRACKET)) return true;
    do {
      if (!this.#take(OPEN_BRACKET)) return false;
      const name = this.#bareText();
      if (name === 'send') {
        if (!this.#send()) return false;
      } else if (name === 'poll') {
        if (this.#take(COMMA) && !this.#poll()) return false;
      } else return false;
      if (!this.#take(CLOSE_BRACKET)) return false;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_BRACKET);
  }

  #send(): boolean {
    if (!this.#take(COMMA) || !this.#anyScalar()) return false;
    const key = this.#scalar;
    if (!this.#take(COMMA)) return false;
    let offset = -1;
    if (this.#take(OPEN_BRACKET)) {
      if (!this.#offset()) return false;
      offset = this.#scalar as number;
      if (!this.#take(COMMA) || !this.#anyScalar() || !this.#take(CLOSE_BRACKET)) return false;
    } else if (!this.#anyScalar()) return false;
    this.#addEvent(SEND_EVENT, key, this.#scalar, offset);
    return true;
  }

  #poll(): boolean {
    if (!this.#take(OPEN_BRACE)) return false;
    if (this.#take(CLOSE_BRACE)) return true;
    do {
      const key = this.#text();
      if (key === null || !this.#take(COLON)) return false;
      this.#addEvent(POLL_KEY_EVENT, key, null, -1);
      if (!this.#records()) return false;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_BRACE);
  }

  #records(): boolean {
    if (!this.#take(OPEN_BRACKET)) return false;
    if (this.#take(CLOSE_BRACKET)) return true;
    do {
      if (!this.#take(OPEN_BRACKET) || !this.#offset()) return false;
      const offset = this.#scalar as number;
      if (!this.#take(COMMA) || !this.#anyScalar() || !this.#take(CLOSE_BRACKET)) return false;
      this.#addEvent(RECORD_EVENT, this.#scalar, null, offset);
    } while (this.#take(COMMA));
    return this.#take(CLOSE_BRACKET);
  }

  #addEvent(event: number, scalar: Key, sent: Value | null, offset: number): void {
    const at = this.eventCount++;
    this.events[at] = event;
    this.scalars[at] = scalar;
    this.sent[at] = sent;
    this.offsets[at] = offset;
  }

  #offset(): boolean {
    if (this.#bytes[this.#at] === 0x6e) {
      this.#scalar = -1;
      return this.#word('null');
    }
    if (!this.#integer()) return false;
    if ((this.#scalar as number) < 0) this.#scalar = -1;
    return true;
  }

  #anyScalar(): boolean {
    this.#skipBlanks();
    if (this.#bytes[this.#at] !== QUOTE) return this.#integer();
    const text = this.#text();
    if (text === null) return false;
    this.#scalar = text;
    return true;
  }

  #integer(): boolean {
    this.#skipBlanks();
    const bytes = this.#bytes;
    let at = this.#at;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const first = at;
    let value = 0;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
      value = value * 10 + digit;
    }
    const digits = at - first;
    if (digits === 0 || digits > DIGITS_MAX || (digits > 1 && bytes[first] === ZERO)) return false;
    const next = bytes[at];
    if (next === 0x2e || next === 0x65 || next === 0x45) return false;
    this.#at = at;
    this.#scalar = isNegative && value !== 0 ? -value : value;
    return true;
  }

  #bareText(): string | null {
    const text = this.#text();
    return text !== null && text.charCodeAt(0) === COLON ? text.slice(1) : text;
  }

  /** Reads a text. Texts repeat, so a small table of recent texts avoids creating most of them again. */
  #text(): string | null {
    this.#skipBlanks();
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) return null;
    const start = ++this.#at;
    let at = start;
    let hash = 0;
    for (let byte = bytes[at]!; byte !== QUOTE; byte = bytes[++at]!) {
      // The comparison also fails at the end of the bytes.
      if (!(byte >= 0x20 && byte < 0x80) || byte === BACKSLASH) return null;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.#at = at + 1;
    const slot = hash & (TEXTS - 1);
    const known = this.#texts[slot]!;
    if (isSameText(known, bytes, start, at)) return known;
    let text = '';
    for (let i = start; i < at; i++) text += String.fromCharCode(bytes[i]!);
    this.#texts[slot] = text;
    return text;
  }

  #word(word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.#bytes[this.#at + i] !== word.charCodeAt(i)) return false;
    this.#at += word.length;
    return true;
  }

  /** Skips any value of plain JSON. */
  #skip(depth: number): boolean {
    this.#skipBlanks();
    switch (this.#bytes[this.#at]) {
      case QUOTE:
        return this.#text() !== null;
      case 0x6e:
        return this.#word('null');
      case 0x74:
        return this.#word('true');
      case 0x66:
        return this.#word('false');
      case OPEN_BRACKET:
        return depth < DEPTH_MAX && this.#skipItems(CLOSE_BRACKET, depth + 1);
      case OPEN_BRACE:
        return depth < DEPTH_MAX && this.#skipItems(CLOSE_BRACE, depth + 1);
      default:
        return this.#integer();
    }
  }

  #skipItems(close: number, depth: number): boolean {
    this.#at++;
    if (this.#take(close)) return true;
    do {
      if (close === CLOSE_BRACE && (this.#text() === null || !this.#take(COLON))) return false;
      if (!this.#skip(depth)) return false;
    } while (this.#take(COMMA));
    return this.#take(close);
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) {
      this.#skipBlanks();
      if (this.#bytes[this.#at] !== byte) return false;
    }
    this.#at++;
    return true;
  }

  /** Skips spaces, tabs and carriage returns, but never the end of the line. */
  #skipBlanks(): void {
    for (let byte = this.#bytes[this.#at]; byte === 0x20 || byte === 0x09 || byte === 0x0d; ) {
      byte = this.#bytes[++this.#at];
    }
  }
}

function isTransaction(f: string): boolean {
  return f === 'send' || f === 'poll' || f === 'txn';
}

function isSameText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
