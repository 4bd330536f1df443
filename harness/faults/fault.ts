/**
 * The closed union of faults. A fault is data: its kind, its target, when it begins and when it heals. Times are virtual
 * microseconds from the start of the run. A target is text that is resolved when the fault fires (`target.ts`), so a plan
 * stays valid when the code changes: `b2`, `any broker #3`, `leader of orders-0`, `controller`, `client p1`. The comment of
 * every kind states why a correct system must survive it; `budget.ts` limits the combinations.
 */
import type { FailingOperation } from '../world/disk-faults.js';

export type Fault = HostFault | NetworkFault | DiskFault | ClockFault | AnswerFault | ClusterAction;

interface Timed {
  readonly atMicros: number;
}

interface Lasting extends Timed {
  /** The time until healing. Faults that still last at the end of the safety phase are healed then. */
  readonly durationMicros: number;
}

export type HostFault =
  /**
   * The process dies; the page cache survives; the process starts again after `durationMicros`. To survive: a committed
   * record is on other replicas too, and the CRC detects a half-written batch.
   */
  | ({ readonly kind: 'crash'; readonly target: string } & Lasting)
  /**
   * The machine dies: unsynced writes and directory entries may be lost or torn. To survive: acknowledged data is on other
   * hosts or was synced.
   */
  | ({ readonly kind: 'power-loss'; readonly target: string } & Lasting)
  /**
   * SIGSTOP / SIGCONT: time goes on while the process stands still. To survive: garbage collection and migration stop every
   * process at times, and epochs fence a process that resumes.
   */
  | ({ readonly kind: 'pause'; readonly target: string } & Lasting)
  /**
   * The program is asked to stop (SIGTERM: controlled shutdown) and is then started again. To survive: every upgrade does this.
   */
  | ({ readonly kind: 'clean-restart'; readonly target: string } & Lasting)
  /**
   * The host comes back with an empty disk. To survive: disks are replaced, and a replica that lost its log must not count
   * as a replica that has it.
   */
  | ({ readonly kind: 'wipe-disk'; readonly target: string } & Lasting);

export type NetworkFault =
  /**
   * No packet passes between target and peer (both ways, or from target to peer only). To survive: a failed switch or a wrong
   * firewall rule has the same effect.
   */
  | ({
      readonly kind: 'cut';
      readonly target: string;
      readonly peer: string;
      readonly oneWay: boolean;
    } & Lasting)
  /**
   * target is cut from every other host of `scope` (`brokers`, `all`). To survive: an isolated host must not go on deciding
   * alone.
   */
  | ({
      readonly kind: 'isolate';
      readonly target: string;
      readonly scope: string;
      readonly oneWay: boolean;
    } & Lasting)
  /** Two halves of the hosts see each other only through target. To survive: hosts may disagree on which hosts are alive. */
  | ({ readonly kind: 'bridge'; readonly target: string } & Lasting)
  /** Every server sees only its neighbours in a ring, so each sees a different majority. To survive: as for a bridge. */
  | ({ readonly kind: 'ring' } & Lasting)
  /** Packets between target and peer take longer. To survive: only timeouts may depend on the time a packet takes. */
  | ({
      readonly kind: 'delay';
      readonly target: string;
      readonly peer: string;
      readonly extraMicros: number;
    } & Lasting)
  /**
   * The bandwidth between target and peer is limited. To survive: a slow host must not slow down the others.
   */
  | ({
      readonly kind: 'slow-link';
      readonly target: string;
      readonly peer: string;
      readonly bytesPerSecond: number;
    } & Lasting)
  /** Every connection between the two is reset once. To survive: a request without a response may have been carried out. */
  | ({ readonly kind: 'reset'; readonly target: string; readonly peer: string } & Timed)
  /**
   * Connections between the two become half-open: one end is gone and the other is not notified. To survive: NAT tables lose
   * entries, and requests time out.
   */
  | ({ readonly kind: 'half-open'; readonly target: string; readonly peer: string } & Timed)
  /**
   * Packets from target to peer wait, in order, and are released at healing. To survive: late requests carry an older epoch.
   */
  | ({ readonly kind: 'hold'; readonly target: string; readonly peer: string } & Lasting)
  /**
   * Messages of one kind from target wait, and so does everything behind them on their connections. The experiment defines the
   * names of the kinds. To survive: any single request may be slow, and no order is guaranteed between connections.
   */
  | ({ readonly kind: 'hold-kind'; readonly target: string; readonly messageKind: string } & Lasting);

export type DiskFault =
  /** No disk operation completes until healing. To survive: the hosts that wait for a hanging server must notice it. */
  | ({ readonly kind: 'disk-hang'; readonly target: string } & Lasting)
  /** Every disk operation takes longer. To survive: as for a slow link. */
  | ({ readonly kind: 'disk-slow'; readonly target: string; readonly extraMicros: number } & Lasting)
  /** No file grows, and no file is created. To survive: a full disk is the most common failure of a log; stored data stays. */
  | ({ readonly kind: 'disk-full'; readonly target: string } & Lasting)
  /**
   * The next `count` operations of the given name fail with EIO. To survive: a server that gets EIO stops, because it cannot
   * know what is on its disk.
   */
  | ({
      readonly kind: 'disk-error';
      readonly target: string;
      readonly operation: FailingOperation;
      readonly count: number;
    } & Lasting)
  /** The next write writes only a part of its bytes. To survive: POSIX allows it. */
  | ({ readonly kind: 'short-write'; readonly target: string } & Timed)
  /**
   * Syncs succeed but make nothing durable. To survive: some disks and hypervisors lie; the data is then as safe as without a
   * sync.
   */
  | ({ readonly kind: 'lying-sync'; readonly target: string } & Lasting)
  /** One bit of stored data flips. To survive: the CRC of a batch finds it, and another replica has the record. */
  | ({ readonly kind: 'bit-rot'; readonly target: string } & Timed);

export type ClockFault =
  /** The wall clock jumps. To survive: NTP steps clocks, and no decision about replication may depend on the wall clock. */
  | ({ readonly kind: 'clock-step'; readonly target: string; readonly stepMillis: number } & Timed)
  /**
   * Both clocks of the host run fast or slow. To survive: no two quartz clocks agree, and every timeout is measured on one
   * machine.
   */
  | ({ readonly kind: 'clock-drift'; readonly target: string; readonly partsPerMillion: number } & Lasting);

export type AnswerFault =
  /**
   * The server on each target answers the next `count` requests of `api` with `error` and does not carry them out. With
   * `partition`, only requests that name the partition get the error, and for this partition alone. The experiment defines the
   * names of APIs, errors and partitions; an error is also known by its number. To survive: a server may refuse a request at any
   * time, and a retriable error asks the client to send the request again.
   */
  {
    readonly kind: 'answer-error';
    readonly target: string;
    readonly api: string;
    readonly error: string | number;
    readonly count: number;
    readonly partition?: string;
  } & Lasting;

/**
 * An action of an operator. The experiment defines the meaning of `name`, `target` and `args`, and rejects those that it does
 * not know (`Experiment.rejectAction`). Absent `args`: the action has no arguments, or all of them keep their defaults.
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
