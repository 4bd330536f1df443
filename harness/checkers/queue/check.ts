/**
 * Judges a history of sends, polls and transactions: every anomaly of Jepsen's Kafka workload, under its own name,
 * with its counts and witnesses. Near-linear in the records sent and polled. Deterministic.
 *
 * A check that fails says so and leaves the verdict open; the others go on. A history with an operation in no known
 * shape is refused as a whole (MalformedOperation).
 */

import type { Operation } from '../../history/operation.js';
import { applyProfile } from '../profile.js';
import type { Anomaly } from '../verdict.js';
import { findAbortedReads } from './aborted-reads.js';
import { type AllowedOptions, allowedAnomalies } from './allowed-anomalies.js';
import { CheckInput } from './check-input.js';
import { type ConsumeCounts, countConsumption } from './consume-counts.js';
import { findCycles } from './cycles.js';
import { findDuplicates } from './duplicates.js';
import { findPollDisorder, findSendDisorder } from './external-order.js';
import type { Finding } from './finding.js';
import { indexHistory } from './history-indexer.js';
import { findInconsistentOffsets } from './inconsistent-offsets.js';
import { findInternalPollDisorder, findInternalSendDisorder } from './internal-order.js';
import { findLostWrites } from './lost-writes.js';
import { findPrecommittedReads } from './precommitted-reads.js';
import { type QueueIndex, SUBSCRIBE } from './queue-index.js';
import { findWorstLag, type RealtimeLag } from './realtime-lag.js';
import { countOperations, explainMissingSuccess, type OperationStats } from './stats.js';
import { findUnseen } from './unseen.js';
import { orderVersions } from './version-orders.js';

export interface CheckOptions extends AllowedOptions {
  /** Keep only the most telling witnesses, as many as Jepsen shows. Default true. */
  readonly trim?: boolean;
  /**
   * Tell cycles that need only the order of a process from those that need real time (G0-process, G1c-process).
   * Jepsen does not for this workload: both are its `-realtime`. Default false.
   */
  readonly processOrder?: boolean;
}

export interface QueueAnalysis {
  /** Allowed where Kafka's model permits it as such; a configuration's profile may allow more. */
  readonly anomalies: readonly Anomaly[];
  /** Why the verdict would be unknown if nothing forbidden was found. */
  readonly unknownBecause: readonly string[];
  /** Client operations, invocations and completions alike. */
  readonly operations: number;
  readonly worstRealtimeLag: RealtimeLag | null;
  readonly consumeCounts: ConsumeCounts | null;
  readonly stats: OperationStats | null;
  /** What made outcomes unknown, each cause once. */
  readonly infoCauses: readonly string[];
}

type Check = (input: CheckInput) => readonly Finding[];

const CHECKS: readonly (readonly [string, Check])[] = [
  ['lost-write', findLostWrites],
  ['duplicate', findDuplicates],
  ['inconsistent-offsets', findInconsistentOffsets],
  ['unseen', findUnseen],
  ['G1a', findAbortedReads],
  ['precommitted-read', findPrecommittedReads],
  ['poll order', findPollDisorder],
  ['poll order within operations', findInternalPollDisorder],
  ['send order', findSendDisorder],
  ['send order within operations', findInternalSendDisorder],
];

/** Throws MalformedOperation. */
export function checkHistory(operations: Iterable<Operation>, options: CheckOptions = {}): QueueAnalysis {
  return checkIndex(indexHistory(operations), options);
}

export function checkIndex(index: QueueIndex, options: CheckOptions = {}): QueueAnalysis {
  const input = new CheckInput(index, orderVersions(index), options.trim ?? true);
  const unknownBecause: string[] = [];
  const guard = <T>(name: string, check: () => T): T | null => {
    try {
      return check();
    } catch (error) {
      unknownBecause.push(
        `the check of ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      return null;
    }
  };
  const findings: Finding[] = [];
  for (const [name, check] of CHECKS) findings.push(...(guard(name, () => check(input)) ?? []));
  const cycles = guard('cycles', () =>
    findCycles(input, {
      wwDependencies: options.wwDeps ?? true,
      processOrder: options.processOrder ?? false,
    }),
  );
  if (cycles !== null) {
    findings.push(...cycles.findings);
    if (cycles.unknownBecause !== null) unknownBecause.push(cycles.unknownBecause);
  }
  const stats = guard('stats', () => countOperations(input));
  if (stats !== null) unknownBecause.push(...explainMissingSuccess(stats));
  const anomalies = findings.map((finding): Anomaly => ({ ...finding, allowed: false }));
  return {
    anomalies: applyProfile(anomalies, allowedAnomalies({ subVia: subscriptionsIn(index), ...options })),
    unknownBecause,
    operations: index.operationCount,
    worstRealtimeLag: guard('realtime lag', () => findWorstLag(input)),
    consumeCounts: guard('consume counts', () => countConsumption(input)),
    stats,
    infoCauses: index.infoCauses,
  };
}

/** Nobody need say how consumers got their partitions where the history shows it. */
function subscriptionsIn({ kinds }: QueueIndex): readonly ('assign' | 'subscribe')[] {
  return kinds.includes(SUBSCRIBE) ? ['subscribe'] : ['assign'];
}
