import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HistoryError } from '../harness/checkers/check-file.js';
import { checkAnyFile } from './check-any-file.js';

const folder = mkdtempSync(join(tmpdir(), 'seismolog-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(...lines: readonly string[]) {
  const path = join(folder, 'history');
  writeFileSync(path, lines.join('\n'));
  const { verdict, anomalies, unknownBecause } = checkAnyFile(path);
  return { verdict, anomalies: anomalies.map(({ name }) => name), unknownBecause };
}

const line = (fields: object): string => JSON.stringify({ timestamp: 1_700_000_000_000, ...fields });
const sent = (value: string, offset: number): string =>
  line({ name: 'producer_send_success', key: null, value, offset, topic: 'orders', partition: 0 });
const refused = (value: string, exception: string): string =>
  line({
    name: 'producer_send_error',
    key: null,
    value,
    topic: 'orders',
    exception: `class ${exception}`,
    message: '',
  });
const read = (value: string, offset: number): string =>
  line({ name: 'record_data', key: null, value, topic: 'orders', partition: 0, offset });
const startup = line({ name: 'startup_complete' });

describe("the lines of Kafka's verifiable clients", () => {
  it('are valid when everything acknowledged was read', () => {
    const producer = [startup, sent('0', 0), sent('1', 1), line({ name: 'tool_data', sent: 2, acked: 2 })];
    const consumer = [line({ name: 'records_consumed', count: 2 }), read('0', 0), read('1', 1)];
    expect(check(...producer, ...consumer)).toMatchObject({ verdict: 'valid', anomalies: [] });
  });

  it('show a record that was acknowledged and is not there', () => {
    expect(check(startup, sent('0', 0), sent('1', 1), read('1', 1))).toMatchObject({
      verdict: 'invalid',
      anomalies: ['lost-write', 'unseen'],
    });
  });

  it('show a record that was read twice', () => {
    expect(check(startup, sent('0', 0), read('0', 0), read('0', 1)).anomalies).toContain('duplicate');
  });

  it('leave open whether a send that timed out happened, and hold a refused one to its refusal', () => {
    const timedOut = refused('1', 'org.apache.kafka.common.errors.TimeoutException');
    expect(check(startup, sent('0', 0), timedOut, read('0', 0), read('1', 1)).verdict).toBe('valid');
    const tooLarge = refused('1', 'org.apache.kafka.common.errors.RecordTooLargeException');
    expect(check(startup, sent('0', 0), tooLarge, read('0', 0), read('1', 1)).anomalies).toContain('G1a');
  });

  it('of a producer alone are no ground for a verdict, and a line that a kill cut off is left out', () => {
    const cut = '{"timestamp":1,"name":"producer_send_success","val';
    expect(check(startup, sent('0', 0), cut)).toMatchObject({
      verdict: 'unknown',
      anomalies: [],
      unknownBecause: expect.arrayContaining([expect.stringContaining('--verbose')]),
    });
  });
});

describe("Jepsen's history.edn", () => {
  const send = (index: number, type: string, completion: string): string =>
    `{:index ${index}, :time ${index}, :process 0, :type :${type}, :f :send, :value [[:send 1 ${completion}]]}`;
  const poll = (records: string): readonly string[] => [
    '{:index 4, :time 5, :process 1, :type :invoke, :f :poll, :value [[:poll]]}',
    `#jepsen.history.Op{:index 5, :time 6, :process 1, :type :ok, :f :poll, :value [[:poll {1 ${records}}]]}`,
    '{:index 6, :time 7, :process :nemesis, :type :info, :f :start-partition, :value nil}',
  ];
  const sends = [
    send(0, 'invoke', '10'),
    send(1, 'ok', '[0 10]'),
    send(2, 'invoke', '11'),
    send(3, 'ok', '[1 11]'),
  ];

  it('is judged as its JSON would be', () => {
    expect(check(...sends, ...poll('[[0 10] [1 11]]'))).toMatchObject({ verdict: 'valid', anomalies: [] });
    expect(check(...sends, ...poll('[[1 11]]'))).toMatchObject({
      verdict: 'invalid',
      anomalies: ['lost-write', 'unseen'],
    });
  });

  it('that is broken is an error with its line', () => {
    expect(() => check(...sends, '{:index 4, :time')).toThrow(HistoryError);
    expect(() => check(...sends, '[1 2]')).toThrow('line 5');
  });
});
