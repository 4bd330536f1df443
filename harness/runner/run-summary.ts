/**
 * The summary of one run that a campaign keeps: plain data from a worker thread, without history, trace and story. A failing
 * seed is run again when more is needed.
 */
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { RunResult } from './execute-run.js';
import type {
  AcknowledgementDelay,
  AvailabilityAccount,
  DecisionCounts,
  FaultAccount,
  LossAccount,
  OperationCount,
  RecordOutcome,
  SourceAccount,
} from './run-data.js';

export interface RunSummary {
  readonly seed: string;
  readonly verdict: Verdict;
  readonly digest: string;
  /** The anomalies. Allowed ones have no witnesses, because a campaign only counts them. */
  readonly anomalies: readonly Anomaly[];
  readonly unknownBecause: readonly string[];
  readonly events: number;
  readonly records: number;
  readonly losses: readonly LossAccount[];
  readonly availability: readonly AvailabilityAccount[];
  /** Null: unknown. */
  readonly outcome: RecordOutcome | null;
  /** Null: nothing was acknowledged. */
  readonly acknowledgedAfter: AcknowledgementDelay | null;
  readonly virtualMicros: number;
  readonly faults: readonly FaultAccount[];
  readonly sources: readonly SourceAccount[];
  readonly marks: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, OperationCount>>;
  /** Absent when decisions were not counted. */
  readonly decisions?: DecisionCounts;
}

export function summarise(result: RunResult): RunSummary {
  return {
    seed: result.seed,
    verdict: result.verdict,
    digest: result.digest,
    anomalies: result.anomalies.map((anomaly) => (anomaly.allowed ? { ...anomaly, witnesses: [] } : anomaly)),
    unknownBecause: result.unknownBecause,
    events: result.events,
    records: result.records,
    losses: result.losses,
    availability: result.availability,
    outcome: result.outcome,
    acknowledgedAfter: result.acknowledgedAfter,
    virtualMicros: result.endedAtMicros,
    faults: result.faults,
    sources: result.sources,
    marks: result.marks,
    operations: result.operations,
    ...(result.decisions === null ? {} : { decisions: result.decisions }),
  };
}
