/** The parts that the composition root supplies to the command line, which depends on no scenario, report or checker. */
import type { Command } from 'commander';
import type { RenderSummary } from '../api/summary-page.js';
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { House } from '../runner/catalogue.js';
import type { Scenario } from '../runner/experiment.js';
import type { Terminal } from './terminal.js';

/** The result of `check`: the judgement of a history. */
export interface CheckDocument {
  readonly verdict: Verdict;
  readonly anomalies: readonly Anomaly[];
  readonly unknownBecause: readonly string[];
}

/**
 * Adds one command to the program. `done` receives the exit code. A command that knows Kafka is written outside the
 * harness and comes here through the composition root.
 */
export type AddCommand = (program: Command, terminal: Terminal, done: (exitCode: number) => void) => void;

export interface CliParts extends House {
  /** Commands besides those of the harness, in the order of the help text. */
  readonly commands?: readonly AddCommand[];
  /** The scenarios of the default story; absent: every one. */
  readonly story?: readonly Scenario[];
  /** Renders the page of an audit or of a campaign. */
  readonly renderSummary: RenderSummary;
  /** Judges a history file. @throws HistoryError */
  readonly checkFile: (path: string) => CheckDocument | Promise<CheckDocument>;
}
