/**
 * The closed union of faults. A fault is data: when, what, on whom, and when it heals. Times are virtual microseconds
 * from the start of the run. A target is text that is resolved when the fault fires (`target.ts`), so a plan survives
 * changes of the code: `b2`, `any broker #3`, `leader of orders-0`, `controller`, `client p1`.
 * Every kind states why a correct system must survive it; `budget.ts` says in which combinations.
 */
import type { FailingOperation } from '../world/disk-faults.js';

export type Fault = HostFault | NetworkFault | DiskFault | ClockFault | ClusterAction;

interface Timed {
  readonly atMicros: number;
}

interface Lasting extends Timed {
  /** Until healing; what still lasts at the end of the safety phase is healed then. */
  readonly durationMicros: number;
}

export type HostFault =
  /**
   * The process dies; the page cache survives; started again after `durationMicros`. To survive: what a replica alone
   * has, others have
   * too once it counts as committed, and what is half written is found out by its CRC.
   */
  | ({ readonly kind: 'crash'; readonly target: string } & Lasting)
  /**
   * The machine dies: unsynced writes and directory entries may be lost or torn. To survive: what was promised
   * rests on other hosts, or on what was synced.
   */
  | ({ readonly kind: 'power-loss'; readonly target: string } & Lasting)
  /**
   * SIGSTOP / SIGCONT: time goes on, the process does not see it. To survive: every machine collects garbage or is
   * migrated; epochs fence who comes back.
   */
  | ({ readonly kind: 'pause'; readonly target: string } & Lasting)
  /**
   * The program is asked to stop (SIGTERM: controlled shutdown), then started again. To survive: it is how every upgrade
   * is done.
   */
  | ({ readonly kind: 'clean-restart'; readonly target: string } & Lasting)
  /**
   * Comes back with an empty disk. To survive: disks are replaced; a replica that lost its log must not count as one
   * that has it.
   */
  | ({ readonly kind: 'wipe-disk'; readonly target: string } & Lasting);

export type NetworkFault =
  /**
   * No packet passes between target and peer (both ways, or from target to peer only). To survive: a switch or a
   * firewall rule does no less.
   */
  | ({
      readonly kind: 'cut';
      readonly target: string;
      readonly peer: string;
      readonly oneWay: boolean;
    } & Lasting)
  /**
   * target is cut from every other host that `scope` names (`brokers`, `all`). To survive: a host that nobody hears
   * must not go on deciding alone.
   */
  | ({
      readonly kind: 'isolate';
      readonly target: string;
      readonly scope: string;
      readonly oneWay: boolean;
    } & Lasting)
  /** Two halves that see each other only through target. To survive: who is alive depends on whom one asks. */
  | ({ readonly kind: 'bridge'; readonly target: string } & Lasting)
  /** Every server sees only its neighbours in a ring: each a different majority. To survive: as for a bridge. */
  | ({ readonly kind: 'ring' } & Lasting)
  /** The two hear each other later than usual. To survive: nothing but a timeout may depend on how long a packet takes. */
  | ({
      readonly kind: 'delay';
      readonly target: string;
      readonly peer: string;
      readonly extraMicros: number;
    } & Lasting)
  /**
   * Little fits through between the two. To survive: a host that cannot keep up must not hold up
   * the rest.
   */
  | ({
      readonly kind: 'slow-link';
      readonly target: string;
      readonly peer: string;
      readonly bytesPerSecond: number;
    } & Lasting)
  /** Every connection between the two is reset once. To survive: a request without an answer may have been carried out. */
  | ({ readonly kind: 'reset'; readonly target: string; readonly peer: string } & Timed)
  /**
   * Connections between the two lose their far end without a word: half-open. To survive: NAT tables forget; requests
   * time out.
   */
  | ({ readonly kind: 'half-open'; readonly target: string; readonly peer: string } & Timed)
  /**
   * Packets from target to peer wait, in order, and are released at healing. To survive: what arrives late is of an
   * older epoch.
   */
  | ({ readonly kind: 'hold'; readonly target: string; readonly peer: string } & Lasting)
  /**
   * Messages of one kind, by the names that the experiment gives them, from target wait, and what is behind them on their
   * connections. To survive: any request may be the one that is slow, and the order between connections is nobody's promise.
   */
  | ({ readonly kind: 'hold-kind'; readonly target: string; readonly messageKind: string } & Lasting);

export type DiskFault =
  /** Nothing completes until healing. To survive: a server that hangs must be noticed by those that wait for it. */
  | ({ readonly kind: 'disk-hang'; readonly target: string } & Lasting)
  /** Everything takes longer. To survive: as for a slow link. */
  | ({ readonly kind: 'disk-slow'; readonly target: string; readonly extraMicros: number } & Lasting)
  /** No file grows, none is created. To survive: it is the most ordinary failure of a log, and what is stored stays. */
  | ({ readonly kind: 'disk-full'; readonly target: string } & Lasting)
  /**
   * EIO on the named operation: the next `count` times. To survive: a server that meets one stops rather than guess what
   * is on its disk.
   */
  | ({
      readonly kind: 'disk-error';
      readonly target: string;
      readonly operation: FailingOperation;
      readonly count: number;
    } & Lasting)
  /** The next write takes only part of its bytes. To survive: POSIX allows it. */
  | ({ readonly kind: 'short-write'; readonly target: string } & Timed)
  /**
   * sync answers at once and does nothing. To survive: some disks and hypervisors lie; then it is as if nobody had
   * synced.
   */
  | ({ readonly kind: 'lying-sync'; readonly target: string } & Lasting)
  /** One bit of stored data flips. To survive: the CRC of a batch finds it, and another replica has the record. */
  | ({ readonly kind: 'bit-rot'; readonly target: string } & Timed);

export type ClockFault =
  /** The wall clock jumps. To survive: NTP steps; no decision about replication may read the wall clock. */
  | ({ readonly kind: 'clock-step'; readonly target: string; readonly stepMillis: number } & Timed)
  /**
   * Both clocks of the host run fast or slow. To survive: no two quartzes agree; timeouts are about one machine's own
   * time.
   */
  | ({ readonly kind: 'clock-drift'; readonly target: string; readonly partsPerMillion: number } & Lasting);

/**
 * Something an operator does. The experiment gives a meaning to `name`, `target` and `args`, and says which of them it
 * knows (`Experiment.rejectAction`). Absent `args`: the action has no arguments, or all of them keep their defaults.
 */
export type ClusterAction = {
  readonly kind: 'action';
  readonly name: string;
  readonly target: string;
  readonly args?: ActionArguments;
} & Timed;

export type ActionArguments = Readonly<Record<string, JsonValue>>;

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export type FaultKind = Fault['kind'];

export interface FaultPlan {
  readonly version: 1;
  readonly faults: readonly Fault[];
}
