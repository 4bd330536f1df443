/** Computes the timeline's model and columns (`timeline.ts`) from a run. Pure. */
import type { ReportInput } from '../report-input.js';
import { faultLabel, resolveFault } from '../words/fault-sentence.js';
import type { ClusterHistory, PartitionHistory } from './cluster-history.js';
import type { AnomalyEvidence } from './evidence.js';
import { focusSpan } from './focus.js';
import { buildOperationColumns, type OperationColumns } from './operation-columns.js';
import type { PairedOperation } from './operations.js';
import type { FaultBand, HostSpan, Moment, PartitionLane, TimelineModel } from './timeline.js';

export interface Timeline {
  readonly model: TimelineModel;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** The most partition lanes of a page. The page states how many partitions are left out. */
const partitionsMax = 64;

export function buildTimeline(
  input: ReportInput,
  operations: readonly PairedOperation[],
  history: ClusterHistory,
  evidence: readonly AnomalyEvidence[],
): Timeline {
  const endMicros = input.results.endedAtMicros;
  const hosts = hostNames(history);
  const hostIndex = new Map(hosts.map((name, index) => [name, index]));
  const log = { logTime: [] as number[], logEnd: [] as number[], logHigh: [] as number[] };
  const telling = tellingPartitions(evidence);
  const ranked = rankPartitions(history, telling);
  const partitions = ranked
    .slice(0, partitionsMax)
    .map((partition) => partitionLane(partition, telling.has(partition.name), hostIndex, log));
  const drawn: OperationColumns = buildOperationColumns(operations, tellingOperations(evidence));
  const model: TimelineModel = {
    endMicros,
    healedAtMicros: input.results.healedAtMicros,
    focus: focusSpan(input, evidence),
    hosts,
    faults: faultBands(input, history, endMicros),
    hostSpans: hosts.map((host) => hostSpans(history, host, endMicros)),
    partitions,
    partitionsLeftOut: Math.max(0, ranked.length - partitionsMax),
    processes: drawn.processes,
    operationKinds: drawn.kinds,
    keys: drawn.keys,
    errors: drawn.errors,
    moments: momentsOf(input, evidence),
  };
  return { model, columns: { ...drawn.columns, ...log } };
}

/** Replicas first, because they get the colours; then all other hosts with a state. Natural order: b2 before b10. */
function hostNames(history: ClusterHistory): string[] {
  const replicas = new Set<string>();
  for (const { lines, replicas: series } of history.partitions.values()) {
    for (const host of series.keys()) replicas.add(host);
    for (const line of lines) for (const host of line.replicas) replicas.add(host);
  }
  const others = [...history.hosts.keys()].filter((host) => !replicas.has(host));
  return [...[...replicas].sort(inNaturalOrder), ...others.sort(inNaturalOrder)];
}

const collator = new Intl.Collator('en', { numeric: true });

function inNaturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : 1);
}

function faultBands(input: ReportInput, history: ClusterHistory, endMicros: number): FaultBand[] {
  if (history.faults.length > 0) {
    return history.faults.map(({ id, fault, startMicros, endMicros: healed, targets }) => ({
      number: id + 1,
      label: faultLabel(resolveFault(fault, targets)),
      startMicros,
      endMicros: healed,
    }));
  }
  // Without a trace the instants of the plan are used.
  return input.plan.faults.map((fault, index) => ({
    number: index + 1,
    label: faultLabel(fault),
    startMicros: fault.atMicros,
    endMicros: Math.min(endMicros, fault.atMicros + ('durationMicros' in fault ? fault.durationMicros : 0)),
  }));
}

function hostSpans(history: ClusterHistory, host: string, endMicros: number): HostSpan[] {
  const changes = history.hosts.get(host);
  if (changes === undefined) return [{ state: 'up', startMicros: 0, endMicros }];
  const spans: HostSpan[] = [];
  for (const [index, state] of changes.states.entries()) {
    const startMicros = changes.times[index]!;
    const until = changes.times[index + 1] ?? endMicros;
    if (until > startMicros) spans.push({ state, startMicros, endMicros: until });
  }
  return spans;
}

/** Partitions that a witness names first, then those with elections or truncations, then the rest by name. */
function rankPartitions(history: ClusterHistory, telling: ReadonlySet<string>): PartitionHistory[] {
  const weight = ({ name, truncations, lines }: PartitionHistory): number =>
    (telling.has(name) ? 1_000_000 : 0) +
    truncations.length * 100 +
    new Set(lines.map((line) => line.leaderEpoch)).size;
  const weighed = [...history.partitions.values()].map((partition) => ({
    partition,
    weight: weight(partition),
  }));
  const best = weighed.sort(
    (a, b) => b.weight - a.weight || inNaturalOrder(a.partition.name, b.partition.name),
  );
  return best.map(({ partition }) => partition);
}

function partitionLane(
  partition: PartitionHistory,
  telling: boolean,
  hostIndex: ReadonlyMap<string, number>,
  log: { logTime: number[]; logEnd: number[]; logHigh: number[] },
): PartitionLane {
  const indexOf = (host: string): number => hostIndex.get(host) ?? -1;
  const series = [...partition.replicas.values()].sort((a, b) => indexOf(a.host) - indexOf(b.host));
  return {
    name: partition.name,
    telling,
    replicaCount: partition.lines.reduce((most, { replicas }) => Math.max(most, replicas.length), 1),
    states: partition.lines.map(({ t, leader, leaderEpoch, isr, unclean }) => ({
      micros: t,
      leader: leader === null ? -1 : indexOf(leader),
      leaderEpoch,
      isr: isr.map(indexOf),
      unclean,
    })),
    series: series.map(({ host, times, logEndOffsets, highWatermarks }) => {
      const from = log.logTime.length;
      for (const [index, time] of times.entries()) {
        log.logTime.push(time);
        log.logEnd.push(logEndOffsets[index]!);
        log.logHigh.push(highWatermarks[index]!);
      }
      return { host: indexOf(host), from, count: times.length };
    }),
    truncations: partition.truncations.map(({ t, host, from, to, reason }) => ({
      micros: t,
      host: indexOf(host),
      from,
      to,
      reason,
    })),
  };
}

function tellingPartitions(evidence: readonly AnomalyEvidence[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { witnesses } of evidence) {
    for (const { witness, records } of witnesses) {
      for (const { partition } of records) if (partition !== null) names.add(partition);
      if (typeof witness.partition === 'string') names.add(witness.partition);
    }
  }
  return names;
}

function tellingOperations(evidence: readonly AnomalyEvidence[]): ReadonlySet<PairedOperation> {
  const telling = new Set<PairedOperation>();
  for (const { witnesses } of evidence) {
    for (const { records, facts } of witnesses) {
      for (const { operation } of [...records.flatMap((record) => record.facts), ...facts]) {
        if (operation !== undefined) telling.add(operation);
      }
    }
  }
  return telling;
}

/** The instants of the story; without one, those of the first witness of each anomaly. */
function momentsOf(input: ReportInput, evidence: readonly AnomalyEvidence[]): Moment[] {
  if (input.results.story.length > 0) {
    return input.results.story.map(({ timeMicros, text }) => ({ micros: timeMicros, text }));
  }
  const firsts = evidence.flatMap(({ witnesses }) => witnesses[0]?.records ?? []);
  return firsts.flatMap(({ facts }) => facts.map(({ micros, text }) => ({ micros, text })));
}
