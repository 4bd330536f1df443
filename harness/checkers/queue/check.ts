/**
 * Judges a history of sends, polls and transactions: finds every anomaly of Jepsen's Kafka workload, by its name, with counts
 * and witnesses. The time is near-linear in the sent and polled records. The result is deterministic.
 *
 * A check that throws adds a reason for `unknown`, and the other checks go on. A history with an operation of an unknown form
 * is rejected as a whole (MalformedOperation).
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
  /** Keeps only the most informative witnesses, as many as Jepsen shows. Default true. */
  readonly trim?: boolean;
  /**
   * Distinguishes cycles that need only the order of a process (G0-process, G1c-process) from cycles that need real time.
   * For this workload Jepsen does not: it names both `-realtime`. Default false.
   */
  readonly processOrder?: boolean;
}

export interface QueueAnalysis {
  /** An anomaly is `allowed` when Kafka's model permits it. The profile of a configuration may allow more. */
  readonly anomalies: readonly Anomaly[];
  /** The reasons for `unknown` when no forbidden anomaly is found. */
  readonly unknownBecause: readonly string[];
  /** The number of client operations: invocations and completions. */
  readonly operations: number;
  readonly worstRealtimeLag: RealtimeLag | null;
  readonly consumeCounts: ConsumeCounts | null;
  readonly stats: OperationStats | null;
  /** The causes of unknown outcomes, each once. */
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

/** How consumers got their partitions, from the operations in the history. */
function subscriptionsIn({ kinds }: QueueIndex): readonly ('assign' | 'subscribe')[] {
  return kinds.includes(SUBSCRIBE) ? ['subscribe'] : ['assign'];
}
