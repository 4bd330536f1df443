/** One run that was looked at closely, as the public face hands it out. */
import type { Verdict } from '../checkers/verdict.js';
import type { Examined } from '../runner/examine.js';
import type { RunResult } from '../runner/execute-run.js';
import type { ResultsDocument, RunDocument } from '../runner/run-data.js';
import { runLines } from './run-lines.js';

export interface ExaminedRun {
  readonly verdict: Verdict;
  /** As `run.json` has it: digest, anomalies, replay token, the line that replays it, the run directory. */
  readonly document: RunDocument;
  /** As `results.json` has it: the story in words, what minimisation did, the configuration. */
  readonly results: ResultsDocument;
  /** The run itself: its plan, its limits, and its history and trace in `evidence`. After minimisation the smallest. */
  readonly run: RunResult;
  /** What `seismolog replay` prints. The message of a test. */
  readonly text: string;
  /** What went wrong beside the verdict: a run directory that could not be written, say. */
  readonly problems: readonly string[];
}

export function examinedRun(examined: Examined): ExaminedRun {
  const { document, results, result, problems } = examined;
  return {
    verdict: document.verdict,
    document,
    results,
    run: result,
    text: runLines(examined).join('\n'),
    problems,
  };
}
