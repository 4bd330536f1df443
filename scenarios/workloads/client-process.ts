/**
 * A client of the cluster on a host of its own. A workload is a list of client processes: producers, consumers,
 * members of a group, hosted services. The experiment does not distinguish them.
 *
 * Life of a client process: the host starts it, perhaps many times (`start`). `stopNewWork` ends the safety phase.
 * When nothing in the cluster or in any process waits any more, `proveLive` asks each process to show that it still
 * works.
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
  /** The host crashed, lost power, restarted, or changed otherwise. */
  hostChanged(change: HostChange): void;
  /** The process invokes no new operation. Operations under way continue to their end. */
  stopNewWork(): void;
  /** The process does its work once more and retries until it succeeds; until then `waitsFor` is not empty. */
  proveLive(): void;
  /** What the process still has to do, in words; []: nothing. */
  waitsFor(): readonly string[];
  /** Its next record takes `millis` longer to process; false: it processes none now. Absent: it never processes any. */
  workSlowly?(millis: number): boolean;
}

/** A host that runs client processes, and the group under which fault targets name it (`any consumer`, `consumers`). */
export interface ClientHost {
  readonly host: string;
  /** Singular, as in `any producer`. */
  readonly group: string;
}

/** The arguments for making a client process. */
export interface ClientContext {
  readonly world: World;
  readonly bootstrap: readonly Address[];
  /** Every partition of the cluster (`orders-0`), in a fixed order. */
  readonly partitions: readonly string[];
  readonly recorder: Recorder;
  readonly checker: ReplicaChecker;
  readonly rules: ClientRules;
  /** `offsets.retention.minutes` of the brokers. */
  readonly offsetsRetentionMicros: number;
  /** Length of the safety phase. */
  readonly durationMicros: number;
  /** `acks=all`: the run checks that a broker that refuses a sequence number has a reason. */
  readonly judgesRefusals: boolean;
}
