import { describe, expect, it } from 'vitest';
import { MalformedHistory } from './malformed-history.js';
import { readHistory } from './read-history.js';

const INVOKE = '{"index":0,"time":1,"process":0,"type":"invoke","f":"poll","value":[["poll"]]}';
const OK = '{"index":1,"time":2,"process":0,"type":"ok","f":"poll","value":[["poll",{"x":[[0,1]]}]]}';

function read(text: string, chunkBytes = Number.POSITIVE_INFINITY) {
  const bytes = new TextEncoder().encode(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return readHistory(chunks).operations;
}

function problemOf(text: string, chunkBytes?: number): { line: number; problem: string } {
  try {
    read(text, chunkBytes);
  } catch (error) {
    if (error instanceof MalformedHistory) return { line: error.line, problem: error.problem };
    throw error;
  }
  throw new Error('this should not have been read');
}

describe('reading a history', () => {
  it('does not depend on where the bytes are cut', () => {
    const text = `${INVOKE}\n${OK}\n{"process":"a·b","type":"info","f":"crash"}\n${INVOKE}`;
    const whole = read(text);
    expect(whole).toHaveLength(4);
    for (const chunkBytes of [1, 2, 3, 7, 80, 81, 82]) expect(read(text, chunkBytes)).toEqual(whole);
  });

  it('lets blank lines, carriage returns and a byte order mark be', () => {
    expect(read(`\uFEFF${INVOKE}\r\n\n   \n${OK}\r\n\n`)).toEqual(read(`${INVOKE}\n${OK}`));
  });

  it('takes names with the colons of Clojure, and its errors as they come', () => {
    const [operation] = read(
      '{"index":4,"time":5,"process":1,"type":":info","f":":send","error":["timeout",3]}',
    );
    expect(operation).toMatchObject({ index: 4, time: 5, type: 'info', f: 'send', error: '["timeout",3]' });
  });

  it('does without index, time and value', () => {
    const [, second] = read('{"process":1,"type":"invoke","f":"poll"}\n{"process":1,"type":"ok","f":"poll"}');
    expect(second).toMatchObject({ index: 1, time: Number.NaN, process: 1, type: 'ok' });
  });

  it('knows a rebalance log under both its names', () => {
    for (const name of ['rebalance-log', 'rebalanceLog']) {
      const [operation] = read(`{"process":1,"type":"ok","f":"poll","${name}":[{"keys":["x"]}]}`);
      expect(operation?.rebalanceLog).toEqual([{ keys: ['x'] }]);
    }
  });

  it('passes over the header of somebody else', () => {
    expect(read(`{"name":"bufstream","start-time":"…"}\n${INVOKE}`)).toHaveLength(1);
  });

  it.each([
    ['{"process":0,"type":"invoke","f":', 'not JSON'],
    ['{"process":0,"type":"done","f":"poll"}', "'type' is 'done'"],
    ['{"process":0,"f":"poll"}', "'type' is missing"],
    ['{"process":0,"type":"ok"}', "'f' is missing"],
    ['{"type":"ok","f":"poll"}', "'process' must be"],
    ['{"process":0,"type":"ok","f":"poll","time":"noon"}', "'time' must be a number"],
    ['{"process":0,"type":"ok","f":"poll","index":"1"}', "'index' must be a number"],
    ['{"process":0,"type":"ok","f":"poll","rebalance-log":{}}', "'rebalance-log' must be"],
    ['[1,2]', 'an operation is a JSON object'],
    [`${INVOKE},${INVOKE}`, 'not JSON'],
  ])('names the line and what is wrong with it: %s', (bad, problem) => {
    for (const chunkBytes of [5, 100, Number.POSITIVE_INFINITY]) {
      const found = problemOf(`${INVOKE}\n\n${OK}\n${bad}\n${INVOKE}`, chunkBytes);
      expect(found.line).toBe(4);
      expect(found.problem).toContain(problem);
    }
  });

  it('refuses a header of another kind or version', () => {
    expect(problemOf(`{"seismolog":"history","version":2}\n${INVOKE}`)).toEqual({
      line: 1,
      problem: 'history version 2 is unknown (this reads version 1)',
    });
    expect(problemOf(`{"seismolog":"plan","version":1}\n${INVOKE}`).line).toBe(1);
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => readHistory([new Uint8Array([0x7b, 0xff, 0xfe, 0x0a])])).toThrow(MalformedHistory);
  });
});
