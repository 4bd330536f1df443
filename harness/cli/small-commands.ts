/** The commands `list`, `check` and `report`, which run no scenario. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { INDENT, openWords } from '../api/story-lines.js';
import { UsageError } from '../api/usage-error.js';
import { HistoryError } from '../checkers/check-file.js';
import type { Scenario } from '../runner/experiment.js';
import { writeReport } from '../runner/run-directory.js';
import { shownPath } from '../runner/shown-path.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import type { Session } from './session.js';

export function listCommand(session: Session, options: { readonly json?: boolean }): number {
  const { chosen: scenarios } = session.catalogue;
  if (options.json === true) {
    session.printJson(
      scenarios.map(({ name, promise, profile, setByHarness = {} }) => ({
        name,
        promise,
        profile,
        setByHarness,
      })),
    );
    return EXIT.valid;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  session.print([
    ...scenarios.flatMap(({ name, promise, profile }) => [
      `${name.padEnd(width)}  ${promise}`,
      `${''.padEnd(width)}  profile: ${profile}`,
    ]),
    ...settingsOfHarness(scenarios),
  ]);
  return EXIT.valid;
}

/** The settings of the harness. Most are the same for every scenario, so each is printed once. */
function settingsOfHarness(scenarios: readonly Scenario[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { setByHarness = {} } of scenarios) {
    for (const [key, value] of Object.entries(setByHarness)) {
      const setting = `${key}=${value}`;
      counts.set(setting, (counts.get(setting) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return [];
  const words = [...counts].map(([setting, count]) =>
    count === scenarios.length ? setting : `${setting} (${count} of ${scenarios.length} scenarios)`,
  );
  return [
    '',
    "Set by the harness where a scenario does not say otherwise, to fit a run; pace: 'kafka' turns it off:",
    ...words.map((each) => `${INDENT}${each}`),
  ];
}

export async function checkCommand(
  session: Session,
  path: string,
  options: { readonly json?: boolean },
): Promise<number> {
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  if (statSync(path).isDirectory()) {
    throw new UsageError(`${path} is a directory; a history is one file, such as runs/latest/history.jsonl`);
  }
  const judged = await judgeFile(session, path);
  const { verdict, anomalies } = judged;
  const unknownBecause = judged.unknownBecause.map((reason) => `${openWords(verdict)} ${reason}`);
  if (options.json === true) {
    session.printJson({ verdict, anomalies });
    for (const line of unknownBecause) session.terminal.err(`${line}\n`);
    return exitCodeOf(verdict);
  }
  session.print([
    ...anomalies.flatMap(({ name, count, witnesses, allowed, reason }) => [
      `${name} ×${count}${allowed ? ` (allowed${reason === undefined ? '' : `: ${reason}`})` : ''}`,
      ...witnesses.slice(0, 3).map((witness) => `${INDENT}${JSON.stringify(witness)}`),
    ]),
    ...unknownBecause,
    verdict,
  ]);
  return exitCodeOf(verdict);
}

async function judgeFile(session: Session, path: string) {
  try {
    return await session.house.checkFile(path);
  } catch (error) {
    if (error instanceof HistoryError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

async function drawReport(session: Session, directory: string): Promise<string> {
  try {
    return await session.house.renderReport(directory);
  } catch (error) {
    // The report renderer has its own error class for damaged files.
    if (error instanceof Error && error.name === 'RunDirectoryError') throw new UsageError(error.message);
    throw error;
  }
}

export async function reportCommand(
  session: Session,
  directory: string,
  options: { readonly json?: boolean },
): Promise<number> {
  if (!existsSync(join(directory, 'run.json'))) {
    throw new UsageError(`${directory} is no run directory: it has no run.json`);
  }
  const path = writeReport(directory, await drawReport(session, directory));
  if (options.json === true) session.printJson({ runDirectory: directory, report: path });
  else session.print([shownPath(path)]);
  return EXIT.valid;
}
