/** The parts that the composition root supplies to the command line, which depends on no scenario, report or checker. */
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { House } from '../runner/catalogue.js';

/** The result of `check`: the judgement of a history. */
export interface CheckDocument {
  readonly verdict: Verdict;
  readonly anomalies: readonly Anomaly[];
  readonly unknownBecause: readonly string[];
}

export interface CliParts extends House {
  /** Judges a history file. @throws HistoryError */
  readonly checkFile: (path: string) => CheckDocument | Promise<CheckDocument>;
}
