/** The indexed trace: for any instant, the leader of each partition, the log end of each replica and the hosts that were up. */
import type { ReportLine } from '../trace-line.js';
import { lastAtMost } from './search.js';

export type PartitionLine = Extract<ReportLine, { kind: 'partition' }>;
type TruncationLine = Extract<ReportLine, { kind: 'truncated' }>;
type RoleLine = Extract<ReportLine, { kind: 'role' }>;
type HostState = Extract<ReportLine, { kind: 'host' }>['state'];

interface ReplicaSeries {
  readonly host: string;
  readonly times: number[];
  readonly logEndOffsets: number[];
  readonly highWatermarks: number[];
}

export interface PartitionHistory {
  readonly name: string;
  readonly lines: PartitionLine[];
  readonly replicas: Map<string, ReplicaSeries>;
  readonly truncations: TruncationLine[];
  readonly roles: RoleLine[];
}

export interface FaultSpan {
  readonly id: number;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly fault: Extract<ReportLine, { kind: 'fault' }>['fault'];
  readonly targets: readonly string[];
}

export interface ClusterHistory {
  readonly partitions: ReadonlyMap<string, PartitionHistory>;
  readonly hosts: ReadonlyMap<string, { readonly times: number[]; readonly states: HostState[] }>;
  readonly faults: readonly FaultSpan[];
  readonly marks: readonly Extract<ReportLine, { kind: 'mark' }>[];
}

export function indexTrace(trace: readonly ReportLine[], endMicros: number): ClusterHistory {
  const partitions = new Map<string, PartitionHistory>();
  const hosts = new Map<string, { times: number[]; states: HostState[] }>();
  const faults = new Map<number, FaultSpan>();
  const marks: Extract<ReportLine, { kind: 'mark' }>[] = [];
  const partition = (name: string): PartitionHistory => {
    const known = partitions.get(name) ?? {
      name,
      lines: [],
      replicas: new Map(),
      truncations: [],
      roles: [],
    };
    partitions.set(name, known);
    return known;
  };
  for (const line of trace) {
    if (line.kind === 'host') {
      const host = hosts.get(line.host) ?? { times: [], states: [] };
      hosts.set(line.host, host);
      host.times.push(line.t);
      host.states.push(line.state);
    } else if (line.kind === 'fault') {
      const span = faults.get(line.id) ?? startOf(line, endMicros);
      faults.set(line.id, line.phase === 'end' ? { ...span, endMicros: line.t } : span);
    } else if (line.kind === 'partition') partition(line.partition).lines.push(line);
    else if (line.kind === 'log') pushLog(partition(line.partition), line);
    else if (line.kind === 'truncated') partition(line.partition).truncations.push(line);
    else if (line.kind === 'role') partition(line.partition).roles.push(line);
    else if (line.kind === 'mark') marks.push(line);
  }
  return { partitions, hosts, faults: [...faults.values()], marks };
}

/** A fault without an end line lasts until the end of the run; a fault without duration has its end line at its instant. */
function startOf(line: Extract<ReportLine, { kind: 'fault' }>, endMicros: number): FaultSpan {
  const endsAt = 'durationMicros' in line.fault ? endMicros : line.t;
  return { id: line.id, startMicros: line.t, endMicros: endsAt, fault: line.fault, targets: line.targets };
}

function pushLog(partition: PartitionHistory, line: Extract<ReportLine, { kind: 'log' }>): void {
  const series = partition.replicas.get(line.host) ?? {
    host: line.host,
    times: [],
    logEndOffsets: [],
    highWatermarks: [],
  };
  partition.replicas.set(line.host, series);
  series.times.push(line.t);
  series.logEndOffsets.push(line.logEndOffset);
  series.highWatermarks.push(line.highWatermark);
}

export function partitionAt(partition: PartitionHistory, micros: number): PartitionLine | null {
  let found: PartitionLine | null = null;
  for (const line of partition.lines) {
    if (line.t > micros) break;
    found = line;
  }
  return found;
}

export interface Leadership {
  readonly host: string;
  readonly leaderEpoch: number;
}

/**
 * The leadership under which a record can have been acknowledged: that of a replica of `heldBy` that believed itself to be the
 * leader. A zombie leader believes so even after the controller has elected another one.
 */
export function acknowledgerAt(
  partition: PartitionHistory,
  heldBy: readonly string[],
  micros: number,
): Leadership | null {
  const believed = new Map<string, RoleLine>();
  for (const line of partition.roles) {
    if (line.t <= micros) believed.set(line.host, line);
  }
  let found: Leadership | null = null;
  for (const host of heldBy) {
    const role = believed.get(host);
    if (role?.role !== 'leader' || (found !== null && found.leaderEpoch > role.leaderEpoch)) continue;
    found = { host, leaderEpoch: role.leaderEpoch };
  }
  if (found !== null) return found;
  const elected = partition.lines.findLast(
    ({ t, leader }) => t <= micros && leader !== null && heldBy.includes(leader),
  );
  return elected === undefined ? null : { host: elected.leader ?? '', leaderEpoch: elected.leaderEpoch };
}

/** Null before the first line of that replica. */
export function logEndAt(partition: PartitionHistory, host: string, micros: number): number | null {
  const series = partition.replicas.get(host);
  if (series === undefined) return null;
  const index = lastAtMost(series.times, micros);
  return index < 0 ? null : series.logEndOffsets[index]!;
}

/** A history may call a partition `orders-0` or only `0`; null when that is not one partition. */
export function partitionOfKey(history: ClusterHistory, key: string): PartitionHistory | null {
  const exact = history.partitions.get(key);
  if (exact !== undefined) return exact;
  const matching = [...history.partitions.values()].filter(({ name }) => name.endsWith(`-${key}`));
  return matching.length === 1 ? matching[0]! : null;
}
