import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { examineRun } from './examine.js';
import type { RenderReport } from './run-directory.js';
import { runDirectoryPath } from './run-directory.js';
import { validatePlanDocument } from './run-documents.js';
import { safeRegister } from './testing/register-experiment.js';

const scratch = mkdtempSync(join(tmpdir(), 'seismolog-'));
let runs = scratch;
beforeEach(() => {
  runs = mkdtempSync(join(scratch, 'runs-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function examine(seed: string, renderReport: RenderReport = () => '<html>') {
  return examineRun({
    scenario: safeRegister,
    seed,
    minimiseRunsMax: null,
    origin: { kind: 'built-in', fingerprint: 'a1b2c3d4e5f6', module: null },
    runsDirectory: runs,
    renderReport,
    versions: { seismolog: '1' },
  });
}

function fullDisk(): never {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

describe('a run directory', () => {
  it('holds the whole run in files that can be read back', async () => {
    const { document, result } = await examine('1');
    const read = (name: string) => readFileSync(join(document.runDirectory!, name), 'utf8');
    expect(JSON.parse(read('run.json'))).toEqual(document);
    expect(JSON.parse(read('results.json'))).toMatchObject({
      verdict: 'valid',
      promise: safeRegister.promise,
    });
    expect(validatePlanDocument(JSON.parse(read('plan.json')))).toMatchObject({
      scenario: 'safe-register',
      seed: '1',
      faults: result.plan.faults,
    });
    const [header, ...operations] = read('history.jsonl').trimEnd().split('\n');
    expect(JSON.parse(header!)).toMatchObject({
      seismolog: 'history',
      version: 1,
      seed: '1',
      versions: { seismolog: '1' },
    });
    expect(operations.length).toBe(result.evidence?.operations.length);
    expect(read('trace.jsonl').trimEnd().split('\n').length).toBe(result.evidence?.lines.length);
  });

  it('has a log per host in the form of pino, on virtual time', async () => {
    const { document } = await examine('1');
    const [line] = readFileSync(join(document.runDirectory!, 's1.log'), 'utf8').split('\n');
    expect(JSON.parse(line!)).toEqual({
      level: 30,
      time: expect.any(Number),
      hostname: 's1',
      t: 0,
      peer: 's2',
      msg: 'register starts',
    });
  });

  it('is pointed at by latest, which moves on', async () => {
    for (const seed of ['1', '2']) {
      const { document } = await examine(seed);
      expect(realpathSync(join(runs, 'latest'))).toBe(realpathSync(document.runDirectory!));
    }
  });

  it('is replaced as a whole', async () => {
    await examine('1');
    await examine('1', () => '<html>second');
    expect(readFileSync(join(runs, 'safe-register', '1', 'report.html'), 'utf8')).toBe('<html>second');
    expect(readdirSync(join(runs, 'safe-register'))).toEqual(['1']);
  });

  it('leaves nothing half-written on a full disk, keeps what was there, and the verdict is not lost', async () => {
    await examine('1');
    const { result, document, problems } = await examine('1', fullDisk);
    expect(result.verdict).toBe('valid');
    expect(document.runDirectory).toBeNull();
    expect(problems).toEqual([
      `cannot write ${join(runs, 'safe-register', '1')}: no space left on the disk (ENOSPC)`,
    ]);
    expect(readdirSync(join(runs, 'safe-register'))).toEqual(['1']);
    expect(existsSync(join(runs, 'safe-register', '1', 'report.html'))).toBe(true);
  });

  it('has a name that every file system takes', () => {
    expect(runDirectoryPath('runs', 'a+b', '../7:x')).toBe(join('runs', 'a+b', '.._7_x'));
    expect(runDirectoryPath('runs', '..', '.')).toBe(join('runs', '_..', '_.'));
  });
});
