/**
 * The command line: from argv to the exit code. Results go to standard output; with `--json` that is one document and nothing
 * else. Progress, remarks and errors go to standard error.
 */
import { Command, CommanderError } from 'commander';
import { UsageError } from '../api/usage-error.js';
import { PlanError } from '../faults/plan.js';
import { divertConsole } from '../runner/divert-console.js';
import { ReplayTokenError } from '../runner/replay-token.js';
import { RunDirectoryError } from '../runner/run-directory.js';
import { loadScenarioModule } from '../runner/scenario-module.js';
import { ScenarioModuleError } from '../runner/scenario-module-error.js';
import type { CliParts } from './cli-parts.js';
import { EXIT } from './exit-code.js';
import { checkHelp, mergeHelp, museumHelp, replayHelp, rootHelp, runHelp } from './help-texts.js';
import { type MergeCommandOptions, mergeCommand } from './merge-command.js';
import { type MuseumCommandOptions, museumCommand } from './museum-command.js';
import {
  parseAnnotate,
  parseCount,
  parseDirectory,
  parseModule,
  parseSeed,
  parseShard,
  parseWallTime,
  parseWire,
  parseWorkers,
} from './option-values.js';
import { type ReplayCommandOptions, replayCommand } from './replay-command.js';
import { type RunCommandOptions, runCommand, tellStory } from './run-command.js';
import { DEFAULT_RUNS_DIRECTORY, Session } from './session.js';
import { checkCommand, listCommand, reportCommand } from './small-commands.js';
import { processTerminal, type Terminal } from './terminal.js';

/** @param argv the arguments without program and script: `['run', 'leader-crash']`. Resolves to the exit code; never throws. */
export async function main(
  argv: readonly string[],
  parts: CliParts,
  terminal: Terminal = processTerminal(),
): Promise<number> {
  const result = { exitCode: EXIT.valid as number };
  try {
    const program = buildProgram(parts, terminal, (exitCode) => {
      result.exitCode = exitCode;
    });
    if (argv.length === 0) {
      const session = new Session({ parts, terminal, runsDirectory: DEFAULT_RUNS_DIRECTORY, module: null });
      return await tellStory(session);
    }
    await program.parseAsync([...argv], { from: 'user' });
    return result.exitCode;
  } catch (error) {
    return explain(error, terminal);
  }
}

function explain(error: unknown, terminal: Terminal): number {
  // Commander has already printed its message. Help and version are not errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.valid : EXIT.usage;
  if (
    error instanceof UsageError ||
    error instanceof PlanError ||
    error instanceof ReplayTokenError ||
    error instanceof ScenarioModuleError ||
    error instanceof RunDirectoryError
  ) {
    terminal.err(`seismolog: ${error.message}\n`);
    return EXIT.usage;
  }
  terminal.err(`seismolog: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  if (error instanceof Error && error.cause instanceof Error)
    terminal.err(`caused by ${error.cause.stack}\n`);
  return EXIT.harnessFailed;
}

function buildProgram(parts: CliParts, terminal: Terminal, done: (exitCode: number) => void): Command {
  const program = new Command('seismolog')
    .description(
      'Deterministic fault injection for Apache Kafka: finds lost, duplicated and reordered records.',
    )
    .version(parts.version)
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .addHelpText('after', rootHelp);
  const session: MakeSession = (options) => openSession(parts, terminal, options);
  addRun(program, session, done);
  addReplay(program, session, done);
  addMerge(program, session, done);
  addMuseum(program, session, done);
  addReadOnly(program, session, done);
  for (const add of parts.commands ?? []) add(program, terminal, done);
  return program;
}

interface Everywhere {
  readonly runsDir?: string;
  readonly scenarios?: string;
}

type MakeSession = (options: Everywhere) => Promise<Session>;
/** Loads the module before any run begins, so that errors in it are reported as bad input. */
async function openSession(parts: CliParts, terminal: Terminal, options: Everywhere): Promise<Session> {
  const { runsDir: runsDirectory = DEFAULT_RUNS_DIRECTORY, scenarios } = options;
  if (scenarios === undefined) return new Session({ parts, terminal, runsDirectory, module: null });
  divertConsole();
  const module = await loadScenarioModule(scenarios);
  return new Session({ parts, terminal, runsDirectory, module });
}

type Done = (exitCode: number) => void;

const RUNS_DIRECTORY = [
  '--runs-dir <directory>',
  'where run directories are written',
  parseDirectory,
  DEFAULT_RUNS_DIRECTORY,
] as const;
const SCENARIOS_OPTION = [
  '--scenarios <module>',
  'scenarios of your own: an ES module that exports them',
  parseModule,
] as const;
const WIRE_OPTION = [
  '--wire <how>',
  'typed (default): connections pass values, the faster way; bytes: they carry the bytes of the protocol',
  parseWire,
] as const;
const HTML_OPTION = ['--html <file>', 'also write one HTML page over all scenarios', parseDirectory] as const;
const ANNOTATE_OPTION = [
  '--annotate <server>',
  'github: also print the failures as annotations of a GitHub Actions job',
  parseAnnotate,
] as const;
const JSON_OPTION = ['--json', 'print one JSON document on standard output and nothing else'] as const;

function addRun(program: Command, session: MakeSession, done: Done): void {
  program
    .command('run')
    .description('run scenarios over many seeds, or one seed')
    .argument(
      '[scenario...]',
      'names from `seismolog list`; all when none is given (with --scenarios: all of the module)',
    )
    .option(
      '--seeds <count>',
      'seeds per scenario (50); a promised loss is looked for as long as its scenario says',
      parseCount,
    )
    .option('--seed <seed>', 'the first seed; alone: run just this one and write its report', parseSeed)
    .option('--for <time>', 'go on for so long, all scenarios together: 60s, 10m', parseWallTime)
    .option('--workers <count>', 'worker threads (one per processor)', parseWorkers)
    .option(...SCENARIOS_OPTION)
    .option('--bail', 'end a scenario at its first failing seed')
    .option(
      '--decisions',
      'count the answers to every decision; name those never asked or always answered alike',
    )
    .option(...WIRE_OPTION)
    .option('--no-minimise', 'leave the plan of the first failing seed as it was drawn')
    .option(...JSON_OPTION)
    .option(...HTML_OPTION)
    .option('--junit <file>', 'also write the verdicts as JUnit XML')
    .option('--junit-suite <name>', 'the name of the JUnit suite (seismolog): one per shard of a pipeline')
    .option(
      '--shard <i/n>',
      'run the i-th of n parts of the seeds; `seismolog merge` joins the documents',
      parseShard,
    )
    .option(...ANNOTATE_OPTION)
    .option(...RUNS_DIRECTORY)
    .addHelpText('after', runHelp)
    .action(async (names: string[], options: RunCommandOptions & Everywhere) => {
      done(await runCommand(await session(options), names, options));
    });
}

function addReplay(program: Command, session: MakeSession, done: Done): void {
  program
    .command('replay')
    .description('run one run again: from a replay token, a plan file or a run directory')
    .argument('<token|plan.json>', 'what a failing run printed, or the plan it wrote')
    .option(...SCENARIOS_OPTION)
    .option('--scenario <name>', 'for a plan that names none')
    .option('--seed <seed>', 'another seed than the plan names', parseSeed)
    .option(...WIRE_OPTION)
    .option('--minimise', 'make the plan smaller while the same anomaly stays')
    .option(...JSON_OPTION)
    .option(...RUNS_DIRECTORY)
    .addHelpText('after', replayHelp)
    .action(async (what: string, options: ReplayCommandOptions & Everywhere) => {
      done(await replayCommand(await session(options), what, options));
    });
}

function addMerge(program: Command, session: MakeSession, done: Done): void {
  program
    .command('merge')
    .description('join the documents of the shards of a campaign into one verdict')
    .argument('<document.json...>', 'what `seismolog run --shard i/n --json` printed, one file per shard')
    .option(...SCENARIOS_OPTION)
    .option(...JSON_OPTION)
    .option(...HTML_OPTION)
    .option('--junit <file>', 'also write the verdicts as JUnit XML')
    .option(...ANNOTATE_OPTION)
    .addHelpText('after', mergeHelp)
    .action(async (paths: string[], options: MergeCommandOptions & Everywhere) => {
      done(mergeCommand(await session(options), paths, options));
    });
}

function addMuseum(program: Command, session: MakeSession, done: Done): void {
  program
    .command('museum')
    .description('put historic mistakes back into the broker and show that they are found')
    .argument('[exhibit]', 'one of them; all when none is given')
    .option('--workers <count>', 'worker threads (one per processor)', parseWorkers)
    .option(...JSON_OPTION)
    .option(...RUNS_DIRECTORY)
    .addHelpText('after', museumHelp)
    .action(async (id: string | undefined, options: MuseumCommandOptions & Everywhere) => {
      done(await museumCommand(await session(options), id, options));
    });
}

function addReadOnly(program: Command, session: MakeSession, done: Done): void {
  program
    .command('list')
    .description('list the scenarios and what each promises')
    .option(...SCENARIOS_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: Everywhere & { readonly json?: boolean }) => {
      done(listCommand(await session(options), options));
    });
  program
    .command('report')
    .description('draw report.html of a run directory again')
    .argument('<run directory>', 'such as runs/latest')
    .option(...JSON_OPTION)
    .action(async (directory: string, options: { readonly json?: boolean }) => {
      done(await reportCommand(await session({}), directory, options));
    });
  program
    .command('check')
    .description('judge a history recorded anywhere')
    .argument('<history.jsonl>', 'one operation a line: index, time, process, type, f, value')
    .option(...JSON_OPTION)
    .addHelpText('after', checkHelp)
    .action(async (path: string, options: { readonly json?: boolean }) => {
      done(await checkCommand(await session({}), path, options));
    });
}
