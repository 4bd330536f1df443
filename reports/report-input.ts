/**
 * What a report is drawn from: the parsed run directory, and nothing else. Everything in it is treated as hostile text
 * (record values, host names and error messages come from the system under test).
 */
import type { FaultPlan } from '../harness/faults/fault.js';
import type { Operation } from '../harness/history/operation.js';
import type { ResultsDocument, RunDocument } from '../harness/runner/run-data.js';
import type { ReportLine } from './trace-line.js';

export interface ReportInput {
  readonly run: RunDocument;
  readonly results: ResultsDocument;
  /** The plan the run was executed with: after minimisation, the minimised one. */
  readonly plan: FaultPlan;
  readonly operations: readonly Operation[];
  /** Empty when the run was made without a full trace. */
  readonly trace: readonly ReportLine[];
  /** What to type to get the same run again. */
  readonly replay: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Names of the files in the run directory, the report's own excepted; listed at its end. */
  readonly files: readonly string[];
}
