import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner, POLL_KEY_EVENT, RECORD_EVENT, SEND_EVENT } from './line-scanner.js';

/** What the scanner understood, in the shape of what JSON.parse makes of the same line; null when it declined. */
function scan(text: string): Record<string, unknown> | null {
  const scanner = new LineScanner();
  const bytes = new TextEncoder().encode(`#${text}#`);
  if (!scanner.scan(bytes, 1, bytes.length - 1)) return null;
  const { type, f, process, time, error } = scanner;
  const understood: Record<string, unknown> = { type, f, process };
  if (Number.isFinite(time)) understood.time = time;
  if (error !== undefined) understood.error = error;
  return { ...understood, records: recordsOf(scanner) };
}

function recordsOf(scanner: LineScanner): unknown[] {
  const records: unknown[] = [];
  let key: unknown;
  for (let at = 0; at < scanner.eventCount; at++) {
    const [event, scalar] = [scanner.events[at], scanner.scalars[at]];
    if (event === POLL_KEY_EVENT) key = scalar;
    else if (event === RECORD_EVENT) records.push(['polled', key, scanner.offsets[at], scalar]);
    else if (event === SEND_EVENT) records.push(['sent', scalar, scanner.offsets[at], scanner.sent[at]]);
  }
  return records;
}

function parse(text: string): Record<string, unknown> {
  const { type, f, process, time, error, value } = JSON.parse(text);
  const records: unknown[] = [];
  const known = (offset: number | null): number => (offset === null || offset < 0 ? -1 : offset);
  const isJudged =
    type.replace(/^:/, '') !== 'invoke' && ['send', 'poll', 'txn'].includes(f.replace(/^:/, ''));
  for (const [name, first, second] of isJudged ? (value ?? []) : []) {
    if (name === 'send' || name === ':send') {
      const [offset, sent] = Array.isArray(second) ? second : [null, second];
      records.push(['sent', first, known(offset), sent]);
    } else if (Array.isArray(first)) throw new Error('the scanner should have declined a list of pairs');
    else {
      for (const [key, pairs] of Object.entries(first ?? {})) {
        for (const [offset, polled] of pairs as readonly (readonly [number, unknown])[]) {
          records.push(['polled', key, known(offset), polled]);
        }
      }
    }
  }
  const parsed: Record<string, unknown> = { type: type.replace(/^:/, ''), f: f.replace(/^:/, ''), process };
  if (typeof time === 'number') parsed.time = time;
  if (typeof error === 'string') parsed.error = error;
  return { ...parsed, records };
}

const scalar = fc.oneof(
  fc.integer(),
  fc.constantFrom('x', 'orders-0', '17', ''),
  fc.constantFrom(0, -1, 123456789012345),
);
const offset = fc.oneof(fc.nat(), fc.constant(null), fc.constant(-1));
const micro = fc.oneof(
  fc.tuple(fc.constantFrom('send', ':send'), scalar, fc.oneof(scalar, fc.tuple(offset, scalar))),
  fc.tuple(fc.constantFrom('poll', ':poll')),
  fc.tuple(
    fc.constant('poll'),
    fc.dictionary(
      fc.constantFrom('a', 'bb', 'ccc', 'orders-0'),
      fc.array(fc.tuple(offset, scalar), { maxLength: 3 }),
    ),
  ),
);
const line = fc.record(
  {
    index: fc.nat(),
    time: fc.nat(),
    process: fc.oneof(fc.nat(), fc.constantFrom('producer/1', 'nemesis')),
    type: fc.constantFrom('invoke', 'ok', 'fail', 'info', ':ok'),
    f: fc.constantFrom('send', 'poll', 'txn', ':txn', 'crash'),
    value: fc.array(micro, { maxLength: 3 }),
    error: fc.constantFrom('timeout', 'a "quoted" one', 'größer'),
    extra: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['process', 'type', 'f', 'value'] },
);
const spacing = fc.constantFrom(undefined, ' ', '\t');
const order = fc.constantFrom<(names: string[]) => string[]>(
  (names) => names,
  (names) => names.reverse(),
  (names) => names.sort(),
);

function write(
  operation: object,
  indent: string | undefined,
  arrange: (names: string[]) => string[],
): string {
  const entries = new Map(Object.entries(operation));
  const arranged = Object.fromEntries(arrange([...entries.keys()]).map((name) => [name, entries.get(name)]));
  return JSON.stringify(arranged, null, indent).replaceAll('\n', ' ');
}

describe('scanning a line', () => {
  it('understands the lines that we write', () => {
    expect(
      scan(
        '{"index":1,"time":25,"process":3,"type":"ok","f":"poll","value":[["poll",{"7":[[0,1],[1,"b"]],"x":[]}]]}',
      ),
    ).toEqual({
      type: 'ok',
      f: 'poll',
      process: 3,
      time: 25,
      records: [
        ['polled', '7', 0, 1],
        ['polled', '7', 1, 'b'],
      ],
    });
    expect(
      scan(
        '{"index":1,"time":25,"process":"p","type":"info","f":"send","value":[["send",7,[null,1]]],"error":"timeout"}',
      ),
    ).toEqual({
      type: 'info',
      f: 'send',
      process: 'p',
      time: 25,
      error: 'timeout',
      records: [['sent', 7, -1, 1]],
    });
  });

  it('agrees with JSON.parse wherever it does not decline, and declines no plain line', () => {
    let understood = 0;
    fc.assert(
      fc.property(line, spacing, order, (operation, indent, arrange) => {
        const text = write(operation, indent, arrange);
        const scanned = scan(text);
        if (scanned === null) return;
        understood++;
        expect(scanned).toEqual(parse(text));
      }),
      { numRuns: 3000, seed: 11 },
    );
    expect(understood).toBeGreaterThan(500);
  });

  it('accepts nothing that JSON.parse refuses, wherever a byte is wrong', () => {
    fc.assert(
      fc.property(line, fc.nat(), fc.constantFrom(...'{}[]",:0e.-n \\', ''), (operation, where, wrong) => {
        const text = write(operation, undefined, (names) => names);
        const at = where % text.length;
        const broken = text.slice(0, at) + wrong + text.slice(at + 1);
        const scanned = scan(broken);
        if (scanned === null) return;
        expect(scanned).toEqual(parse(broken));
      }),
      { numRuns: 10_000, seed: 12 },
    );
  });

  it.each([
    '{"process":1,"type":"ok","f":"assign","value":["x"]}',
    '{"process":1,"type":"ok","f":"poll","value":[["poll",[["x",[]]]]]}',
    '{"process":1,"type":"ok","f":"poll","value":null}',
    '{"process":1,"type":"ok","f":"poll"}',
    '{"process":1,"type":"ok","f":"poll","value":[],"rebalance-log":[]}',
    '{"process":1,"type":"done","f":"poll","value":[]}',
    '{"process":1.5,"type":"ok","f":"poll","value":[]}',
    '{"process":1,"type":"ok","f":"poll","value":[]} {}',
    '{"type":"ok","f":"poll","value":[]}',
    '',
  ])('declines what others must judge: %s', (text) => {
    expect(scan(text)).toBeNull();
  });
});
