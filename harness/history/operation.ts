/**
 * One line of a history, in the format of Jepsen's Kafka workload (kafka.clj): the invocation or the completion of an
 * operation. `ok`: the operation happened; `fail`: it did not; `info`: its outcome is unknown. Times are virtual microseconds
 * in Seismolog's histories and nanoseconds in Jepsen's; anomalies depend only on their order.
 */
export interface Operation {
  readonly index: number;
  readonly time: number;
  readonly process: number | string;
  readonly type: OperationType;
  readonly f: string;
  readonly value: unknown;
  readonly error?: string;
  /** The partitions that were assigned or revoked during the operation. Its polls of these keys need not be in order. */
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

/** A micro-operation of `send`: invoked as `['send', key, value]`, completed as `['send', key, [offset | null, value]]`. */
export type SendCompletion = readonly ['send', Key, readonly [number | null, Value]];

/** A micro-operation of `poll`: invoked as `['poll']`, completed as `['poll', {key: [[offset, value] …]}]`. */
export type PollCompletion = readonly [
  'poll',
  Readonly<Record<string, readonly (readonly [number, Value])[]>>,
];

/** See `HistoryHeader`. */
export type SessionOrder = 'every-send' | 'acknowledged-sends' | 'none';

/** The first line of Seismolog's history files. Histories of other tools have none. */
export interface HistoryHeader {
  readonly seismolog: 'history';
  readonly version: 1;
  readonly scenario: string;
  readonly seed: string;
  readonly cluster: unknown;
  readonly plan: unknown;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * The sends that must be in the order of their producer session (`p1#2` for the process `p1#2/7`): sends of every outcome,
   * acknowledged sends only, or none. Older histories lack the field: the order within a session is then not judged.
   */
  readonly sessionOrder?: SessionOrder;
}
