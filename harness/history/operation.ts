/**
 * One line of a history, in the shapes of Jepsen's Kafka workload (kafka.clj): what a process asked for and what
 * became of it. `ok` happened, `fail` did not, `info` unknown. Times are virtual microseconds in our own histories
 * (nanoseconds in Jepsen's); checkers use only their order.
 */
export interface Operation {
  readonly index: number;
  readonly time: number;
  readonly process: number | string;
  readonly type: OperationType;
  readonly f: string;
  readonly value: unknown;
  readonly error?: string;
  /** Partitions that came or went while the operation ran; polls of these keys promise no order within it. */
  readonly rebalanceLog?: readonly RebalanceEvent[];
}

export interface RebalanceEvent {
  readonly type?: string;
  readonly keys: readonly Key[];
}

export type OperationType = 'invoke' | CompletionType;
export type CompletionType = 'ok' | 'fail' | 'info';

export type Key = number | string;
export type Value = number | string;

/** A micro-operation of `send`: `['send', key, value]` asked, `['send', key, [offset | null, value]]` done. */
export type SendCompletion = readonly ['send', Key, readonly [number | null, Value]];

/** A micro-operation of `poll`: `['poll']` asked, `['poll', {key: [[offset, value] …]}]` done. */
export type PollCompletion = readonly [
  'poll',
  Readonly<Record<string, readonly (readonly [number, Value])[]>>,
];

/** See `HistoryHeader`. */
export type SessionOrder = 'every-send' | 'acknowledged-sends' | 'none';

/** The first line of our own history files. Absent in histories recorded elsewhere. */
export interface HistoryHeader {
  readonly seismolog: 'history';
  readonly version: 1;
  readonly scenario: string;
  readonly seed: string;
  readonly cluster: unknown;
  readonly plan: unknown;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Which sends are bound to the order of their producer session (`p1#2` of the process `p1#2/7`): those of every outcome, the
   * acknowledged ones, or none. Absent in older histories: the order within a session is not judged.
   */
  readonly sessionOrder?: SessionOrder;
}
