/**
 * The closed union of faults. A fault is data: when, what, on whom, and when it heals. Times are virtual microseconds
 * from the start of the run. A target is text that is resolved when the fault fires (`target.ts`), so a plan survives
 * changes of the code: `b2`, `any broker #3`, `leader of orders-0`, `controller`, `client p1`.
 * Every kind states why a correct system must survive it; `budget.ts` says in which combinations.
 */
export type Fault = HostFault | NetworkFault | DiskFault | ClockFault | ClusterAction;

interface Timed {
  readonly atMicros: number;
}

interface Lasting extends Timed {
  /** Until healing; what still lasts at the end of the safety phase is healed then. */
  readonly durationMicros: number;
}

export type HostFault =
  /** The process dies; the page cache survives; started again after `durationMicros`. */
  | ({ readonly kind: 'crash'; readonly target: string } & Lasting)
  /** The machine dies: unsynced writes and directory entries may be lost or torn. */
  | ({ readonly kind: 'power-loss'; readonly target: string } & Lasting)
  /** SIGSTOP / SIGCONT: time goes on, the process does not see it. */
  | ({ readonly kind: 'pause'; readonly target: string } & Lasting)
  /** The program is asked to stop (SIGTERM: controlled shutdown), then started again. */
  | ({ readonly kind: 'clean-restart'; readonly target: string } & Lasting)
  /** Comes back with an empty disk. */
  | ({ readonly kind: 'wipe-disk'; readonly target: string } & Lasting);

export type NetworkFault =
  /** No packet passes between target and peer (both ways, or from target to peer only). */
  | ({
      readonly kind: 'cut';
      readonly target: string;
      readonly peer: string;
      readonly oneWay: boolean;
    } & Lasting)
  /** target is cut from every other host that `scope` names (`brokers`, `all`). */
  | ({
      readonly kind: 'isolate';
      readonly target: string;
      readonly scope: string;
      readonly oneWay: boolean;
    } & Lasting)
  /** Two halves that see each other only through target. */
  | ({ readonly kind: 'bridge'; readonly target: string } & Lasting)
  /** Every server sees only its neighbours in a ring: each a different majority. */
  | ({ readonly kind: 'ring' } & Lasting)
  | ({
      readonly kind: 'delay';
      readonly target: string;
      readonly peer: string;
      readonly extraMicros: number;
    } & Lasting)
  | ({
      readonly kind: 'slow-link';
      readonly target: string;
      readonly peer: string;
      readonly bytesPerSecond: number;
    } & Lasting)
  /** Every connection between the two is reset once. */
  | ({ readonly kind: 'reset'; readonly target: string; readonly peer: string } & Timed)
  /** Connections between the two lose their far end without a word: half-open. */
  | ({ readonly kind: 'half-open'; readonly target: string; readonly peer: string } & Timed)
  /** Packets from target to peer wait, in order, and are released at healing. */
  | ({ readonly kind: 'hold'; readonly target: string; readonly peer: string } & Lasting)
  /** Messages of one kind (`AlterPartition`, `Produce response` …) from target wait, and what is behind them on their connections. */
  | ({ readonly kind: 'hold-kind'; readonly target: string; readonly messageKind: string } & Lasting);

export type DiskFault =
  | ({ readonly kind: 'disk-hang'; readonly target: string } & Lasting)
  | ({ readonly kind: 'disk-slow'; readonly target: string; readonly extraMicros: number } & Lasting)
  | ({ readonly kind: 'disk-full'; readonly target: string } & Lasting)
  /** EIO on the named operation: the next `count` times. */
  | ({
      readonly kind: 'disk-error';
      readonly target: string;
      readonly operation: 'read' | 'write' | 'sync';
      readonly count: number;
    } & Lasting)
  /** The next write takes only part of its bytes. */
  | ({ readonly kind: 'short-write'; readonly target: string } & Timed)
  /** sync answers at once and does nothing. */
  | ({ readonly kind: 'lying-sync'; readonly target: string } & Lasting)
  /** One bit of stored data flips. */
  | ({ readonly kind: 'bit-rot'; readonly target: string } & Timed);

export type ClockFault =
  | ({ readonly kind: 'clock-step'; readonly target: string; readonly stepMillis: number } & Timed)
  | ({ readonly kind: 'clock-drift'; readonly target: string; readonly partsPerMillion: number } & Lasting);

/** Something an operator does; the scenario gives it meaning by `name`. */
export type ClusterAction = {
  readonly kind: 'action';
  readonly name: string;
  readonly target: string;
} & Timed;

export type FaultKind = Fault['kind'];

export interface FaultPlan {
  readonly version: 1;
  readonly faults: readonly Fault[];
}
