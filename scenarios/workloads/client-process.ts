/**
 * A client of the cluster on a host of its own: what a workload is a list of. A producer, a consumer, a member of a group
 * and a hosted service are client processes; the experiment knows none of them by kind.
 *
 * Life of a client process: the host starts it, perhaps many times (`start`); `stopNewWork` ends the safety phase; when nothing
 * in the cluster or in any process waits any more, `proveLive` asks each process to show that it still works.
 */
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Address } from '../../broker/env.js';
import type { Program } from '../../harness/env.js';
import type { HostChange } from '../../harness/kernel/host.js';
import type { World } from '../../harness/world/world.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import type { Recorder } from './recorder.js';

export interface ClientProcess extends Program {
  readonly host: string;
  /** The host crashed, lost power, was started or the like. */
  hostChanged(change: HostChange): void;
  /** The process invokes no new operation; operations under way go on to their end. */
  stopNewWork(): void;
  /** The process does its work once more, again until it succeeds; `waitsFor` is not empty before. */
  proveLive(): void;
  /** What the process still has to do, in words; [] when it has come to rest. */
  waitsFor(): readonly string[];
}

/** A host that runs client processes, and the group by which fault targets name it (`any consumer`, `consumers`). */
export interface ClientHost {
  readonly host: string;
  /** Singular, as in `any producer`. */
  readonly group: string;
}

/** What a client process is made with. */
export interface ClientContext {
  readonly world: World;
  readonly bootstrap: readonly Address[];
  /** Every partition of the cluster (`orders-0`), in a fixed order. */
  readonly partitions: readonly string[];
  readonly recorder: Recorder;
  readonly checker: ReplicaChecker;
  readonly rules: ClientRules;
  /** Length of the safety phase. */
  readonly durationMicros: number;
  /** `acks=all`: a broker that refuses a sequence number must have a reason. */
  readonly judgesRefusals: boolean;
}
