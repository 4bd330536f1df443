/** The documents that a run writes (`run.json`, `results.json`, `trace.jsonl`) and that `--json` prints; types only. */
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { Fault } from '../faults/fault.js';
import type { FaultAccount, SourceAccount } from '../faults/fault-account.js';

export type { FaultAccount, SourceAccount };

/** The outcomes of the operations of one type (`f`). */
export interface OperationCount {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Error name to how many operations failed with it. Absent: none did. */
  readonly failedBy?: Readonly<Record<string, number>>;
  /** Error name to how many operations have an unknown outcome for it. Absent: none has. */
  readonly unknownBy?: Readonly<Record<string, number>>;
}

/** Acknowledged records that one cause took from one log. */
export interface LossAccount {
  /** The log, by the name that it has in the history. */
  readonly key: string;
  readonly records: number;
  /** The lowest offset among them. */
  readonly fromOffset: number;
  readonly timeMicros: number;
  /** One word of the experiment: what kind of event took the records. */
  readonly cause: string;
  /** The event in words. */
  readonly reason: string;
  /** The configuration permits the loss. */
  readonly allowed: boolean;
}

/** The longest time for which one thing did not happen though a client waited for it. */
export interface Standstill {
  readonly longestMicros: number;
  readonly endedAtMicros: number;
  /** The event that probably ended it, in words; null: none is known. */
  readonly endedBy: string | null;
}

/** The longest standstills of one log. Null: nobody waited, or the experiment does not measure it. */
export interface AvailabilityAccount {
  /** The log, by the name that it has in the history. */
  readonly key: string;
  readonly writes: Standstill | null;
  readonly reads: Standstill | null;
  readonly processing: Standstill | null;
}

/** The longest standstill of a campaign, and where it was. */
export interface LongestStandstill {
  readonly longestMicros: number;
  readonly seed: string;
  readonly key: string;
  readonly endedBy: string | null;
}

/** Null: nobody waited in any run, or the experiment does not measure it. */
export interface CampaignAvailability {
  readonly writes: LongestStandstill | null;
  readonly reads: LongestStandstill | null;
  readonly processing: LongestStandstill | null;
}

/** What became of the acknowledged records, in numbers of records. */
export interface RecordOutcome {
  /** Acknowledged, and gone at the end. */
  readonly lost: number;
  /** Stored again, after the first copy. */
  readonly repeated: number;
  /** Acknowledged, and stored before a record that the same session sent to the same log earlier. */
  readonly reordered: number;
  /** A reader received it, and it is gone at the end. */
  readonly readAndGone: number;
  /** Null: nobody processes the records of the run. */
  readonly processing: ProcessingOutcome | null;
}

/** How the records were processed, in numbers of records. */
export interface ProcessingOutcome {
  /** Acknowledged, and never processed. */
  readonly unprocessed: number;
  /** Processed again, after the first time. */
  readonly repeated: number;
}

/** How long sends waited for their acknowledgement. */
export interface AcknowledgementDelay {
  readonly meanMicros: number;
  readonly longestMicros: number;
}

/** `run.json`, and one element of `failures` in a campaign document. */
export interface RunDocument {
  readonly scenario: string;
  readonly seed: string;
  readonly digest: string;
  readonly verdict: Verdict;
  readonly anomalies: readonly Anomaly[];
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly events: number;
  /** Acknowledged. */
  readonly records: number;
  /** Acknowledged, and gone at the end: the sum of `losses`. */
  readonly recordsGone: number;
  readonly losses: readonly LossAccount[];
  readonly availability: readonly AvailabilityAccount[];
  /** By type of operation. */
  readonly operations: Readonly<Record<string, OperationCount>>;
  readonly faults: readonly FaultAccount[];
  /** Replay token. */
  readonly replay: string;
  /** The command (or the call) that replays the run, with `--scenarios` when it is needed. */
  readonly replayLine: string;
  readonly runDirectory: string | null;
}

/** A sentence of the story in the CLI and the report, with its time. */
export interface StoryLine {
  readonly timeMicros: number;
  readonly text: string;
}

/** `results.json`: the verdict and everything that explains it. */
export interface ResultsDocument {
  readonly verdict: Verdict;
  readonly promise: string;
  readonly profile: string;
  /** Settings that the harness chose because the user wrote none. */
  readonly setByHarness?: Readonly<Record<string, string>>;
  readonly anomalies: readonly Anomaly[];
  /** One paragraph: the broken promise, or the statement that nothing broke. */
  readonly summary: string;
  readonly story: readonly StoryLine[];
  /** Why the run did not converge after healing; empty when it did. */
  readonly waitingFor: readonly string[];
  /** The reasons for the verdict `unknown`; empty without any. */
  readonly unknownBecause: readonly string[];
  readonly marks: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, OperationCount>>;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly minimisation?: {
    readonly runs: number;
    readonly faultsBefore: number;
    readonly faultsAfter: number;
    readonly log: readonly string[];
  };
  /** The end of the safety phase, when all faults are healed. */
  readonly healedAtMicros: number;
  readonly endedAtMicros: number;
}

/** An event of the simulated world: hosts, faults, packets and marks. `host` is a host name. */
export type WorldLine =
  | {
      readonly t: number;
      readonly kind: 'host';
      readonly host: string;
      readonly state: 'up' | 'down' | 'paused';
    }
  | {
      readonly t: number;
      readonly kind: 'fault';
      readonly id: number;
      readonly fault: Fault;
      readonly phase: 'start' | 'end';
      /** The hosts that the target resolved to. */
      readonly targets: readonly string[];
    }
  | { readonly t: number; readonly kind: 'mark'; readonly name: string; readonly host: string }
  | {
      readonly t: number;
      readonly kind: 'packet';
      readonly from: string;
      readonly to: string;
      readonly label: string;
      readonly sentAt: number;
      readonly sizeBytes: number;
    };

/** An event of the system under test. The experiment defines `kind` and the other fields. */
export interface SystemLine {
  readonly t: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** One line of `trace.jsonl`, in order of `t` (virtual microseconds). */
export type TraceLine = WorldLine | SystemLine;

/**
 * Decision → answer → count. A decision is a named function of the system; its answers are grouped under a few labels. A
 * decision that was never asked for has no answers.
 */
export type DecisionCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The document of a campaign that `--json` prints. */
export interface CampaignDocument {
  readonly scenario: string;
  readonly promise: string;
  readonly verdict: Verdict;
  /** The reasons for `unknown`; empty when the campaign tested everything it must. */
  readonly unknownBecause: readonly string[];
  /** The reasons among them that other seeds cannot settle: the harness failed, or two runs of one seed differ. */
  readonly doubts: readonly string[];
  /** The seeds that were asked for: consecutive. */
  readonly seeds: { readonly first: number; readonly count: number };
  readonly runs: number;
  readonly valid: number;
  readonly invalid: number;
  readonly unknown: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** Acknowledged, over all runs. */
  readonly records: number;
  /** Acknowledged, and gone at the end of their run. */
  readonly recordsGone: number;
  readonly availability: CampaignAvailability;
  /** By type of operation, over all runs. */
  readonly operations: Readonly<Record<string, OperationCount>>;
  readonly failures: readonly RunDocument[];
  readonly faults: readonly FaultAccount[];
  /** One account per entry of the scenario's `faults`. */
  readonly faultSources: readonly SourceAccount[];
  readonly marks: Readonly<Record<string, number>>;
  /** With `--decisions`: decision → answer → count; `{}` for a decision that was never asked for. */
  readonly decisions?: DecisionCounts;
}
