/** What the composition root puts into the command line, which itself knows no scenario, report or checker. */
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { House } from '../runner/catalogue.js';

/** What `check` needs: the judgement of a history from anywhere. */
export interface CheckDocument {
  readonly verdict: Verdict;
  readonly anomalies: readonly Anomaly[];
  readonly unknownBecause: readonly string[];
}

export interface CliParts extends House {
  /** Judges a history file. @throws HistoryError */
  readonly checkFile: (path: string) => CheckDocument | Promise<CheckDocument>;
}
