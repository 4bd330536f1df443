import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkChunks, checkFile, HistoryError } from './check-file.js';
import { Story } from './queue/testing/story.js';

const directory = mkdtempSync(join(tmpdir(), 'check-file-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(text: string): string {
  const path = join(directory, 'history.jsonl');
  writeFileSync(path, text);
  return path;
}

function errorOf(path: string): HistoryError {
  try {
    checkFile(path);
  } catch (error) {
    if (error instanceof HistoryError) return error;
    throw error;
  }
  throw new Error('this should not have been judged');
}

describe('checking a file', () => {
  it('says valid, invalid or unknown, and shows the operations that prove it as they stand in the file', () => {
    const story = new Story();
    const lost = story.sends(0, ['x', 1, 0]);
    story.sends(0, ['x', 2, 1]);
    const reader = story.polls(1, { x: [[1, 2]] });
    const judgement = checkFile(fileOf(`\n${story.history.toJsonLines()}`));
    expect(judgement).toMatchObject({ verdict: 'invalid', operations: 6, header: null });
    expect(judgement.anomalies.find(({ name }) => name === 'lost-write')?.witnesses).toEqual([
      { key: 'x', value: 1, index: 0, 'max-read-index': 1, writer: lost, 'max-read': reader },
    ]);
    const healthy = new Story();
    healthy.sends(0, ['x', 1, 0]);
    healthy.polls(1, { x: [[0, 1]] });
    expect(checkFile(fileOf(healthy.history.toJsonLines())).verdict).toBe('valid');
    expect(checkFile(fileOf('')).verdict).toBe('unknown');
  });

  it('judges in pieces as in one', () => {
    const story = new Story();
    for (let value = 0; value < 200; value++) story.sends(value % 3, ['x', value, 1000 - value]);
    story.polls(9, { x: [[900, 100]] });
    const bytes = new TextEncoder().encode(story.history.toJsonLines());
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 777) pieces.push(bytes.subarray(at, at + 777));
    expect(checkChunks(pieces)).toEqual(checkChunks([bytes]));
    expect(checkChunks([bytes]).anomalies).toEqual(story.check().anomalies);
  });

  it('passes over the nemesis', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0]);
    story.polls(1, { x: [[0, 1]] });
    const nemesis = '{"process":"nemesis","type":"info","f":"kill","value":{"b1":"killed"}}\n';
    expect(checkFile(fileOf(nemesis + story.history.toJsonLines() + nemesis))).toMatchObject({
      verdict: 'valid',
      operations: 4,
    });
  });

  it('names the line of an operation in no known shape', () => {
    const line = (value: string) => `{"process":0,"type":"ok","f":"txn","value":${value}}`;
    const cases = [
      ['[["sent","x",1]]', 'a micro-operation is'],
      ['[["send",null,1]]', 'the key of a send'],
      ['[["send","x",[1,2,3]]]', "a send's value must be"],
      ['[["send","x",[0.5,2]]]', "a send's value must be"],
      ['[["poll",7]]', "a poll's records must be"],
      ['[["poll",[["x"]]]]', "a poll's records by key must be"],
      ['[["poll",{"x":{}}]]', 'the records of a key must be'],
      ['[["poll",{"x":[[0]]}]]', 'a polled record must be'],
      ['[["poll",{"x":[5]}]]', 'a polled record must be [offset, value], not 5'],
      ['{"send":1}', 'the value must be a list'],
    ] as const;
    for (const [value, problem] of cases) {
      const error = errorOf(fileOf(`\n${line('[]')}\n${line(value)}\n`));
      expect(error).toMatchObject({ kind: 'malformed-line', line: 3 });
      expect(error.message).toContain(problem);
    }
  });

  it('names the line of an invocation in no known shape that never completed', () => {
    const healthy = '{"process":1,"type":"ok","f":"send","value":[["send","x",[0,1]]]}\n';
    const open = (value: string) => `{"process":0,"type":"invoke","f":"txn","value":${value}}\n`;
    for (const value of ['5', '[["frob",1,2]]']) {
      expect(errorOf(fileOf(healthy + open(value) + healthy))).toMatchObject({
        kind: 'malformed-line',
        line: 2,
      });
    }
  });

  it('refuses numbers that it would have to round: two records would become one', () => {
    const send = (value: string) => `{"process":0,"type":"ok","f":"send","value":${value}}\n`;
    const beyond = [
      send('[["send",1,[0,9007199254740993]]]'),
      send('[["send",9007199254740993,[0,1]]]'),
      send('[["send",1,1e999]]'),
      '{"process":0,"type":"ok","f":"poll","value":[["poll",{"1":[[0,9007199254740993]]}]]}\n',
      '{"process":0,"type":"ok","f":"assign","value":[9007199254740993]}\n',
      '{"process":9007199254740993,"type":"ok","f":"send","value":[["send",1,[0,1]]]}\n',
    ];
    for (const line of beyond) {
      const error = errorOf(fileOf(send('[["send",1,[0,1]]]') + line));
      expect(error).toMatchObject({ kind: 'malformed-line', line: 2 });
      expect(error.message).toMatch(/2\^53/);
    }
  });

  it('reads offsets beyond 2^53 from text, exactly', () => {
    const line = (process: number, type: string, f: string, value: string) =>
      `{"process":${process},"type":"${type}","f":"${f}","value":${value}}\n`;
    const send = (process: number, value: number, offset: string) =>
      line(process, 'invoke', 'send', `[["send","9",${value}]]`) +
      line(process, 'ok', 'send', `[["send","9",["${offset}",${value}]]]`);
    const poll = (records: string) =>
      line(7, 'invoke', 'poll', '[["poll"]]') + line(7, 'ok', 'poll', `[["poll",{"9":[${records}]}]]`);
    const [first, second] = ['1678012345678901231', '1678012345678901232'];
    expect(Number(first)).toBe(Number(second));
    const sent = send(0, 1, second) + send(0, 2, first);
    const ordered = checkFile(
      fileOf(send(0, 1, first) + send(0, 2, second) + poll(`["${first}",1],["${second}",2]`)),
    );
    expect(ordered).toMatchObject({ verdict: 'valid', anomalies: [] });
    expect(checkFile(fileOf(sent)).anomalies.map(({ name }) => name)).toContain('nonmonotonic-send');
    const inconsistent = checkFile(fileOf(send(0, 1, first) + send(1, 2, first)));
    expect(
      inconsistent.anomalies.find(({ name }) => name === 'inconsistent-offsets')?.witnesses,
    ).toMatchObject([{ key: '9', offset: first, values: [1, 2] }]);
    const atTheEdge = checkFile(
      fileOf(send(0, 1, '9007199254740991') + poll('[9007199254740991,1],["9007199254740992",2]')),
    );
    expect(atTheEdge.anomalies).toEqual([]);
    expect(errorOf(fileOf(send(0, 1, '1e5'))).message).toContain("a send's value must be");
  });

  it('refuses a process with two open invocations, with the line of the second', () => {
    const invoke = (process: string, value: number) =>
      `{"process":"${process}","type":"invoke","f":"send","value":[["send","k",${value}]]}\n`;
    const error = errorOf(fileOf(invoke('p', 1) + invoke('q', 2) + invoke('p', 3)));
    expect(error).toMatchObject({ kind: 'malformed-line', line: 3 });
    expect(error.message).toContain('process p invokes this while its send (index 0) is open');
  });

  it('judges the order within a producer session of our own histories, as the run did', () => {
    const header = (sessionOrder: string | null) =>
      `${JSON.stringify({ seismolog: 'history', version: 1, scenario: 's', seed: '1', cluster: {}, plan: {}, versions: {}, ...(sessionOrder === null ? {} : { sessionOrder }) })}\n`;
    const story = new Story();
    const send = (process: string, value: number, offset: number) => {
      const invocation = story.history.invoke(story.operations.length, process, 'send', [
        ['send', 'x', value],
      ]);
      story.complete(invocation, 'ok', [['send', 'x', [offset, value]]]);
    };
    send('p1#1/0', 1, 1);
    send('p1#1/1', 2, 0);
    story.polls(9, {
      x: [
        [0, 2],
        [1, 1],
      ],
    });
    const names = (sessionOrder: string | null) =>
      checkFile(fileOf(header(sessionOrder) + story.history.toJsonLines())).anomalies.map(({ name }) => name);
    expect(names('every-send')).toContain('reordered-send');
    expect(names('acknowledged-sends')).toContain('reordered-send');
    expect(names('none')).not.toContain('reordered-send');
    expect(names(null)).not.toContain('reordered-send');
  });

  it('knows a key again whose number became the name of a property', () => {
    for (const key of ['1234567890123456', '9007199254740991', '-1234567890123456', '1.5', '0', '-7']) {
      const lines = [
        `{"process":0,"type":"invoke","f":"send","value":[["send",${key},1]]}`,
        `{"process":0,"type":"ok","f":"send","value":[["send",${key},[0,1]]]}`,
        '{"process":1,"type":"invoke","f":"poll","value":[["poll"]]}',
        `{"process":1,"type":"ok","f":"poll","value":[["poll",{"${key}":[[0,1]]}]]}`,
      ];
      expect(checkFile(fileOf(lines.join('\n'))), key).toMatchObject({ verdict: 'valid', anomalies: [] });
    }
  });

  it('says which file it cannot read, and why', () => {
    const error = errorOf(join(directory, 'absent.jsonl'));
    expect(error.kind).toBe('unreadable-file');
    expect(error.message).toContain('absent.jsonl');
    expect(errorOf(directory).kind).toBe('unreadable-file');
  });
});
