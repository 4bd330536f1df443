/** An examined run, as the public API returns it. */
import type { Verdict } from '../checkers/verdict.js';
import type { Examined } from '../runner/examine.js';
import type { RunResult } from '../runner/execute-run.js';
import type { ResultsDocument, RunDocument } from '../runner/run-data.js';
import { runLines } from './run-lines.js';

export interface ExaminedRun {
  readonly verdict: Verdict;
  /** The content of `run.json`: digest, anomalies, replay token, replay line, run directory. */
  readonly document: RunDocument;
  /** The content of `results.json`: the story, the result of the minimisation, the configuration. */
  readonly results: ResultsDocument;
  /** The run: its plan, its limits, and its history and trace in `evidence`. After minimisation: the smallest failing run. */
  readonly run: RunResult;
  /** The text that `seismolog replay` prints. Use it as a test's message. */
  readonly text: string;
  /** Problems that do not affect the verdict, for example a run directory that could not be written. */
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
