/** What the composition root puts into the command line, which itself knows no scenario, report or checker. */
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { Exhibit } from '../runner/exhibit.js';
import type { Scenario } from '../runner/experiment.js';
import type { RenderReport } from '../runner/run-directory.js';

/** What `check` needs: the judgement of a history from anywhere. */
export interface CheckDocument {
  readonly verdict: Verdict;
  readonly anomalies: readonly Anomaly[];
  readonly unknownBecause: readonly string[];
}

export interface CliParts {
  /** In the order of the story. */
  readonly scenarios: readonly Scenario[];
  readonly exhibits: readonly Exhibit[];
  readonly renderReport: RenderReport;
  /** Judges a history file. @throws HistoryError */
  readonly checkFile: (path: string) => CheckDocument | Promise<CheckDocument>;
  /** Module that exports `runSeeds`: see `runner/campaign-worker.ts`. Null: everything runs in this thread. */
  readonly workerUrl: URL | null;
  /** The directory that holds `harness/`, for the code fingerprint. */
  readonly codeRoot: string;
  readonly version: string;
}
