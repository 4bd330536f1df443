import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunDirectoryError, readRunDirectory } from './read-run-directory.js';
import { renderReport } from './render-report.js';
import type { ReportInput } from './report-input.js';
import { syntheticRun } from './testing/synthetic-run.js';

let directory = '';
const input = syntheticRun();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'seismolog-report-'));
  write(input);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function write({ run, results, plan, operations, trace, versions, files }: ReportInput): void {
  for (const name of files) put(name, '');
  put('run.json', JSON.stringify(run));
  put('results.json', JSON.stringify(results));
  put('plan.json', JSON.stringify(plan));
  put('history.jsonl', lines([{ seismolog: 'history', version: 1, versions }, ...operations]));
  put('trace.jsonl', lines(trace));
}

describe('reading a run directory', () => {
  it('gives the same report as the run that was written into it', () => {
    expect(readRunDirectory(directory)).toEqual(input);
    expect(renderReport(readRunDirectory(directory))).toBe(renderReport(input));
  });

  it('keeps a line that spans two chunks, and characters of several bytes', () => {
    const value = 'ü€😀'.repeat(500_000);
    const operation = { index: 0, time: 1, process: 'p', type: 'ok', f: 'send', value };
    put('history.jsonl', lines([operation, operation]));
    expect(readRunDirectory(directory).operations).toEqual([operation, operation]);
  });

  it('does without history and trace', () => {
    rmSync(join(directory, 'history.jsonl'));
    rmSync(join(directory, 'trace.jsonl'));
    expect(readRunDirectory(directory)).toMatchObject({ operations: [], trace: [], versions: {} });
  });

  it('leaves out the packets of the trace and a last line that was torn', () => {
    const up = { t: 0, kind: 'host', host: 'b1', state: 'up' };
    put('trace.jsonl', `${lines([up, { t: 1, kind: 'packet' }])}{"t":2,"kind":"ho`);
    expect(readRunDirectory(directory).trace).toEqual([up]);
  });

  it('says which line of a file is broken', () => {
    put('trace.jsonl', '{"t":0,"kind":"mark","name":"x","host":"b1"}\nnonsense\n{}\n');
    expect(() => readRunDirectory(directory)).toThrow(/trace\.jsonl:2 is not a JSON object/);
  });

  it('says what is missing, unreadable or incomplete', () => {
    put('plan.json', '{"version":1}');
    expect(() => readRunDirectory(directory)).toThrow(/plan\.json lacks faults/);
    put('plan.json', '{');
    expect(() => readRunDirectory(directory)).toThrow(/plan\.json cannot be read/);
    rmSync(join(directory, 'run.json'));
    expect(() => readRunDirectory(directory)).toThrow(RunDirectoryError);
    expect(() => readRunDirectory(directory)).toThrow(/not a run directory: it has no run\.json/);
  });
});
