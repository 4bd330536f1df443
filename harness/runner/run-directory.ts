/**
 * The run directory, `<runs>/<scenario>/<seed>/`, and the pointer `<runs>/latest` to the last written directory.
 *
 * A directory is complete or absent: all files are written beside it, and a rename at the end moves them into place. A failure
 * (no permission, a full disk) is one error message; the caller already has the verdict and prints it too.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { HistoryHeader } from '../history/operation.js';
import { hashText } from '../kernel/digest.js';
import type { RunEvidence } from './execute-run.js';
import { hostLog } from './host-log.js';
import { discard, reasonOf, replaceFile } from './replace-file.js';
import type { CampaignDocument, ResultsDocument, RunDocument } from './run-data.js';
import type { PlanDocument } from './run-documents.js';

/** Renders `report.html` for the run directory at this path. */
export type RenderReport = (runDirectory: string) => string | Promise<string>;

export interface RunFiles {
  /** The run document. Its `runDirectory` is set by `writeRunDirectory`. */
  readonly run: RunDocument;
  readonly results: ResultsDocument;
  readonly plan: PlanDocument;
  /** The plan before minimisation; null when the run was not minimised. */
  readonly originalPlan: PlanDocument | null;
  readonly header: HistoryHeader;
  readonly evidence: RunEvidence;
}

export class RunDirectoryError extends Error {
  constructor(directory: string, cause: unknown) {
    super(`cannot write ${directory}: ${reasonOf(cause)}`, { cause });
    this.name = 'RunDirectoryError';
  }
}

export function runDirectoryPath(runsDirectory: string, scenario: string, seed: string): string {
  return join(runsDirectory, fileName(scenario), fileName(seed));
}

/** Returns the path of the directory. @throws RunDirectoryError */
export async function writeRunDirectory(
  runsDirectory: string,
  files: RunFiles,
  renderReport: RenderReport,
): Promise<string> {
  const directory = runDirectoryPath(runsDirectory, files.run.scenario, files.run.seed);
  const partial = `${directory}.partial-${process.pid}`;
  try {
    makeDirectory(partial);
    writeDocuments(partial, { ...files, run: { ...files.run, runDirectory: directory } });
    const report = await renderReport(partial);
    writeFileSync(join(partial, 'report.html'), report);
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
  } catch (error) {
    discard(partial);
    throw new RunDirectoryError(directory, error);
  }
  pointLatestAt(runsDirectory, directory);
  return directory;
}

/** `<runs>/<scenario>/campaign-<first>-<last>/campaign.json`. @throws RunDirectoryError */
export function writeCampaignDirectory(
  runsDirectory: string,
  name: { readonly scenario: string; readonly firstSeed: number; readonly lastSeed: number },
  document: CampaignDocument,
): string {
  const directory = join(
    runsDirectory,
    fileName(name.scenario),
    `campaign-${name.firstSeed}-${name.lastSeed}`,
  );
  try {
    makeDirectory(directory);
    replaceFile(join(directory, 'campaign.json'), toJson(document));
  } catch (error) {
    throw new RunDirectoryError(directory, error);
  }
  return directory;
}

/** Replaces the report of a run directory. On failure the old report stays. Returns its path. @throws RunDirectoryError */
export function writeReport(runDirectory: string, report: string): string {
  const path = join(runDirectory, 'report.html');
  try {
    replaceFile(path, report);
  } catch (error) {
    throw new RunDirectoryError(path, error);
  }
  return path;
}

/**
 * Writes a plan alone, for a token that this code cannot replay. When the directory of a run exists, the plan has a separate
 * name there and the run's plan stays. @throws RunDirectoryError
 */
export function writePlan(runsDirectory: string, scenario: string, seed: string, plan: PlanDocument): string {
  const directory = runDirectoryPath(runsDirectory, scenario, seed);
  const isOfRun = existsSync(join(directory, 'run.json'));
  const path = join(directory, isOfRun ? 'plan-from-token.json' : 'plan.json');
  try {
    makeDirectory(directory);
    writeFileSync(path, toJson(plan));
  } catch (error) {
    throw new RunDirectoryError(path, error);
  }
  return path;
}

/** Creates directories level by level. Node's recursive mkdir never returns in places without write support, such as /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have created the directory meanwhile.
    if (!existsSync(path)) throw error;
  }
}

function writeDocuments(directory: string, files: RunFiles): void {
  writeFileSync(join(directory, 'run.json'), toJson(files.run));
  writeFileSync(join(directory, 'results.json'), toJson(files.results));
  writeFileSync(join(directory, 'plan.json'), toJson(files.plan));
  if (files.originalPlan !== null) {
    writeFileSync(join(directory, 'plan-before-minimisation.json'), toJson(files.originalPlan));
  }
  writeLines(join(directory, 'history.jsonl'), [files.header, ...files.evidence.operations].map(toLine));
  writeLines(join(directory, 'trace.jsonl'), files.evidence.lines.map(toLine));
  for (const [host, lines] of files.evidence.logs) {
    writeLines(join(directory, `${fileName(host)}.log`), hostLog(host, lines));
  }
}

const LINES_PER_WRITE = 4096;

/** Writes lines in pieces, because a long trace does not fit one string. */
function writeLines(path: string, lines: readonly string[]): void {
  const file = openSync(path, 'w');
  try {
    for (let from = 0; from < lines.length; from += LINES_PER_WRITE) {
      const bytes = Buffer.from(lines.slice(from, from + LINES_PER_WRITE).join(''));
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    }
  } finally {
    closeSync(file);
  }
}

/** Sets `latest`: a symbolic link, or a text file with the path on systems that refuse links. */
function pointLatestAt(runsDirectory: string, directory: string): void {
  const latest = join(runsDirectory, 'latest');
  const fresh = `${latest}.partial-${process.pid}`;
  try {
    rmSync(fresh, { force: true });
    const target = process.platform === 'win32' ? resolve(directory) : relative(dirname(latest), directory);
    symlinkSync(target, fresh, 'junction');
    if (process.platform === 'win32') rmSync(latest, { recursive: true, force: true });
    renameSync(fresh, latest);
  } catch {
    discard(fresh);
    try {
      writeFileSync(`${latest}.txt`, `${directory}\n`);
    } catch (error) {
      throw new RunDirectoryError(latest, error);
    }
  }
}

const FILE_NAME_MAX = 100;

/** A file name that every file system accepts. Different names stay different in practice. */
function fileName(name: string): string {
  const whole = name.replaceAll(/[^A-Za-z0-9._+-]/g, '_');
  const safe =
    whole.length <= FILE_NAME_MAX
      ? whole
      : `${whole.slice(0, FILE_NAME_MAX - 9)}-${(hashText(name) >>> 0).toString(16).padStart(8, '0')}`;
  return safe === '' || /^\.+$/.test(safe) ? `_${safe}` : safe;
}

function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
