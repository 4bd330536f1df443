/** The documents a run leaves behind (`run.json`, `results.json`, `trace.jsonl`) and `--json` prints; types only. */
import type { Anomaly, Verdict } from '../checkers/verdict.js';
import type { Fault } from '../faults/fault.js';
import type { FaultAccount, SourceAccount } from '../faults/fault-account.js';

export type { FaultAccount, SourceAccount };

/** How many operations of one type (`f`) completed, and how. */
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
  /** By type of operation. */
  readonly operations: Readonly<Record<string, OperationCount>>;
  readonly faults: readonly FaultAccount[];
  /** Replay token. */
  readonly replay: string;
  /** The command (or the call) that replays it, `--scenarios` included where it is needed. */
  readonly replayLine: string;
  readonly runDirectory: string | null;
}

/** A dated sentence of the story that the CLI and the report tell. */
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
  /** One paragraph in words: what broke, or that nothing did. */
  readonly summary: string;
  readonly story: readonly StoryLine[];
  /** Why the run did not converge after healing; empty when it did. */
  readonly waitingFor: readonly string[];
  /** What makes the verdict `unknown`, if anything. */
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
  /** When safety phase ended and healing began. */
  readonly healedAtMicros: number;
  readonly endedAtMicros: number;
}

/** What happened to the simulated world: hosts, faults, packets and marks. `host` is a host name. */
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
      /** The hosts it resolved to. */
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

/** What happened in the system under test; `kind` and the other fields are the experiment's own. */
export interface SystemLine {
  readonly t: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** One line of `trace.jsonl`, in order of `t` (virtual microseconds). */
export type TraceLine = WorldLine | SystemLine;

/**
 * Decision to answer to how often: the decisions that the system takes by named functions, the answers sorted into a few labels
 * each. A decision that was never asked for has no answers.
 */
export type DecisionCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a campaign prints with `--json`. */
export interface CampaignDocument {
  readonly scenario: string;
  readonly promise: string;
  readonly verdict: Verdict;
  /** Why the campaign shows less than it promised; empty when nothing is missing. */
  readonly unknownBecause: readonly string[];
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
  /** By type of operation, over all runs. */
  readonly operations: Readonly<Record<string, OperationCount>>;
  readonly failures: readonly RunDocument[];
  readonly faults: readonly FaultAccount[];
  /** Per entry of the scenario's `faults`. */
  readonly faultSources: readonly SourceAccount[];
  readonly marks: Readonly<Record<string, number>>;
  /** With `--decisions`: decision to answer to how often; `{}` for one that was never asked for. */
  readonly decisions?: DecisionCounts;
}
