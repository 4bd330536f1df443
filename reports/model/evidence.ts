/**
 * Builds the story of the records that a witness (the checker's error map) names: their producers, their acknowledgements, the
 * replicas that had them then, the election or truncation that lost them, the records that took their offsets, and their
 * readers. All facts come from the history and the trace; missing facts are left out and never guessed.
 */
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { Operation } from '../../harness/history/operation.js';
import {
  acknowledgerAt,
  type ClusterHistory,
  type Leadership,
  logEndAt,
  type PartitionHistory,
  partitionAt,
  partitionOfKey,
} from './cluster-history.js';
import { type NamedRecord, Places } from './named-records.js';
import { type PairedOperation, polledRecords, type RecordReference, sentRecords } from './operations.js';

export interface Fact {
  readonly micros: number;
  readonly role:
    | 'send'
    | 'acknowledged'
    | 'poll'
    | 'host'
    | 'election'
    | 'loss'
    | 'truncation'
    | 'replacement'
    | 'operation';
  readonly text: string;
  /** The operation that proves it, if it is one. */
  readonly operation?: PairedOperation;
}

export interface RecordEvidence {
  readonly key: string;
  readonly value: number | string;
  readonly partition: string | null;
  readonly offset: number | null;
  readonly acknowledgedMicros: number | null;
  readonly leader: string | null;
  readonly leaderEpoch: number | null;
  /** Replicas whose log reached past the record when it was acknowledged; null without a trace. */
  readonly heldBy: readonly string[] | null;
  readonly notHeldBy: readonly string[];
  readonly facts: readonly Fact[];
}

export interface WitnessEvidence {
  readonly witness: Readonly<Record<string, unknown>>;
  readonly records: readonly RecordEvidence[];
  /** Operations the witness names itself, where they are not those of the records. */
  readonly facts: readonly Fact[];
}

export interface AnomalyEvidence {
  readonly anomaly: Anomaly;
  readonly witnesses: readonly WitnessEvidence[];
}

/** The most witnesses on the page, so that the first stay visible. `results.json` has all of them. */
const witnessesMax = 8;
const pollsPerRecordMax = 3;

export function gatherEvidence(
  anomalies: readonly Anomaly[],
  operations: readonly PairedOperation[],
  history: ClusterHistory,
): AnomalyEvidence[] {
  const shown = anomalies.map((anomaly) => ({
    anomaly,
    witnesses: anomaly.witnesses.slice(0, witnessesMax),
  }));
  const all = shown.flatMap(({ witnesses }) => witnesses);
  const places = new Places(all, operations);
  const wanted = new Set(
    all.flatMap((witness) => places.recordsOf(witness).map(({ key, value }) => identity(key, value))),
  );
  const index = indexRecords(operations, wanted);
  return shown.map(({ anomaly, witnesses }) => ({
    anomaly,
    witnesses: witnesses.map((witness) =>
      witnessEvidence(witness, places.recordsOf(witness), index, history),
    ),
  }));
}

interface RecordIndex {
  readonly sends: ReadonlyMap<string, readonly { operation: PairedOperation; record: RecordReference }[]>;
  readonly polls: ReadonlyMap<string, readonly { operation: PairedOperation; record: RecordReference }[]>;
  /** `key/offset` to the acknowledged sends that were given it, for offsets of wanted records. */
  readonly takers: ReadonlyMap<string, readonly { operation: PairedOperation; record: RecordReference }[]>;
  readonly byIndex: ReadonlyMap<number, PairedOperation>;
}

function identity(key: string, value: number | string): string {
  return `${JSON.stringify(key)}=${JSON.stringify(value)}`;
}

function indexRecords(operations: readonly PairedOperation[], wanted: ReadonlySet<string>): RecordIndex {
  const sends = new Map<string, { operation: PairedOperation; record: RecordReference }[]>();
  const polls = new Map<string, { operation: PairedOperation; record: RecordReference }[]>();
  const takers = new Map<string, { operation: PairedOperation; record: RecordReference }[]>();
  const byIndex = new Map<number, PairedOperation>();
  const offsets = new Set<string>();
  for (const operation of operations) {
    byIndex.set(operation.invocation.index, operation);
    if (operation.completion !== null) byIndex.set(operation.completion.index, operation);
    const value = operation.completion?.value ?? operation.invocation.value;
    for (const record of sentRecords(value)) {
      if (!wanted.has(identity(record.key, record.value))) continue;
      push(sends, identity(record.key, record.value), { operation, record });
      if (record.offset !== null) offsets.add(`${record.key}/${record.offset}`);
    }
    if (operation.outcome !== 'ok') continue;
    for (const record of polledRecords(value)) {
      if (wanted.has(identity(record.key, record.value)))
        push(polls, identity(record.key, record.value), { operation, record });
    }
  }
  if (offsets.size > 0) {
    for (const operation of operations) {
      if (operation.outcome !== 'ok' || operation.f === 'poll') continue;
      for (const record of sentRecords(operation.completion?.value)) {
        const place = `${record.key}/${record.offset}`;
        if (offsets.has(place)) push(takers, place, { operation, record });
      }
    }
  }
  return { sends, polls, takers, byIndex };
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function witnessEvidence(
  witness: Readonly<Record<string, unknown>>,
  named: readonly NamedRecord[],
  index: RecordIndex,
  history: ClusterHistory,
): WitnessEvidence {
  const records = named.map(({ key, value }) => recordEvidence(key, value, index, history));
  const shown = new Set(records.flatMap(({ facts }) => facts.flatMap(({ operation }) => operation ?? [])));
  const facts = namedOperations(witness, index)
    .filter((operation) => !shown.has(operation))
    .map(
      (operation): Fact => ({
        micros: operation.endMicros,
        role: 'operation',
        text: describe(operation),
        operation,
      }),
    );
  return { witness, records, facts };
}

/** Fields of Jepsen's error maps that hold an operation or its index in the history. */
const operationFields = ['op', 'ops', 'writer', 'writers', 'reader', 'readers'] as const;

function namedOperations(witness: Readonly<Record<string, unknown>>, index: RecordIndex): PairedOperation[] {
  const found = new Set<PairedOperation>();
  for (const field of operationFields) {
    for (const named of [witness[field]].flat()) {
      const number = typeof named === 'number' ? named : indexOf(named);
      const operation = number === null ? undefined : index.byIndex.get(number);
      if (operation !== undefined) found.add(operation);
    }
  }
  return [...found];
}

function indexOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null) return null;
  const { index } = value as Partial<Operation>;
  return typeof index === 'number' ? index : null;
}

function describe({ process, f, outcome }: PairedOperation): string {
  return `${process}: ${f} ${outcome}`;
}

function recordEvidence(
  key: string,
  value: number | string,
  index: RecordIndex,
  history: ClusterHistory,
): RecordEvidence {
  const sends = index.sends.get(identity(key, value)) ?? [];
  const polls = index.polls.get(identity(key, value)) ?? [];
  const acknowledged = sends.find(({ operation }) => operation.outcome === 'ok') ?? null;
  const partition = partitionOfKey(history, key);
  const offset = acknowledged?.record.offset ?? polls[0]?.record.offset ?? null;
  const ackMicros = acknowledged?.operation.endMicros ?? null;
  const facts: Fact[] = sends.map(({ operation, record }) => sendFact(operation, record));
  for (const { operation, record } of polls.slice(0, pollsPerRecordMax)) {
    facts.push({
      micros: operation.endMicros,
      role: 'poll',
      text: `${operation.process} reads record ${record.value} at offset ${record.offset}`,
      operation,
    });
  }
  let held: { heldBy: string[]; notHeldBy: string[] } | null = null;
  let leader: Leadership | null = null;
  if (partition !== null && offset !== null && acknowledged !== null && ackMicros !== null) {
    held = holders(partition, offset, ackMicros);
    leader = acknowledgerAt(partition, held.heldBy, ackMicros);
    const { startMicros } = acknowledged.operation;
    const sent = {
      offset,
      askedMicros: startMicros,
      ackMicros,
      heldBy: held.heldBy,
      epoch: leader?.leaderEpoch ?? null,
    };
    facts.push(...lossFacts(partition, sent, history));
    const taker = (index.takers.get(`${key}/${offset}`) ?? []).find(
      ({ operation, record }) => operation.endMicros > ackMicros && record.value !== value,
    );
    if (taker !== undefined) facts.push(replacementFact(taker.operation, taker.record));
  }
  return {
    key,
    value,
    partition: partition?.name ?? null,
    offset,
    acknowledgedMicros: ackMicros,
    leader: leader?.host ?? null,
    leaderEpoch: leader?.leaderEpoch ?? null,
    heldBy: held?.heldBy ?? null,
    notHeldBy: held?.notHeldBy ?? [],
    facts: facts.sort((a, b) => a.micros - b.micros),
  };
}

function sendFact(operation: PairedOperation, record: RecordReference): Fact {
  if (operation.outcome === 'ok') {
    const place = record.offset === null ? '' : ` at offset ${record.offset}`;
    return {
      micros: operation.endMicros,
      role: 'acknowledged',
      text: `${operation.process}: record ${record.value} acknowledged${place}`,
      operation,
    };
  }
  const error = operation.completion?.error;
  const outcome = operation.outcome === 'fail' ? 'fails' : 'has an unknown outcome';
  return {
    micros: operation.endMicros,
    role: 'send',
    text: `${operation.process}: send of record ${record.value} ${outcome}${error === undefined ? '' : ` (${error})`}`,
    operation,
  };
}

function replacementFact(operation: PairedOperation, record: RecordReference): Fact {
  return {
    micros: operation.endMicros,
    role: 'replacement',
    text: `record ${record.value} from ${operation.process} takes offset ${record.offset}`,
    operation,
  };
}

function holders(
  partition: PartitionHistory,
  offset: number,
  micros: number,
): { heldBy: string[]; notHeldBy: string[] } {
  const replicas = partitionAt(partition, micros)?.replicas ?? [...partition.replicas.keys()];
  const heldBy = replicas.filter((host) => (logEndAt(partition, host, micros) ?? 0) > offset);
  return { heldBy, notHeldBy: replicas.filter((host) => !heldBy.includes(host)) };
}

interface SentRecord {
  readonly offset: number;
  readonly askedMicros: number;
  readonly ackMicros: number;
  readonly heldBy: readonly string[];
  /** Leader epoch of who acknowledged it; null when that is not known. */
  readonly epoch: number | null;
}

/** What happened to the record: holders that went down, the election that lost it, truncations. */
function lossFacts(partition: PartitionHistory, sent: SentRecord, history: ClusterHistory): Fact[] {
  const { offset, ackMicros, heldBy } = sent;
  const facts: Fact[] = [];
  const election = losingElection(partition, sent);
  if (election !== null) facts.push(election);
  const until = Math.max(ackMicros, election?.micros ?? Number.POSITIVE_INFINITY);
  for (const host of heldBy) facts.push(...absence(host, sent.askedMicros, until, history));
  const cut = new Set<string>();
  for (const { t, host, from, to, reason } of partition.truncations) {
    if (t < sent.askedMicros || to > offset || from <= offset) continue;
    cut.add(host);
    facts.push({ micros: t, role: 'truncation', text: `${host} truncates from ${from} to ${to}: ${reason}` });
  }
  for (const host of heldBy) {
    const fall = cut.has(host) ? null : firstFall(partition, host, offset, ackMicros);
    if (fall !== null) facts.push(fall);
  }
  return facts;
}

/** A holder that goes down or is paused between the sending of the record and its loss. */
function absence(host: string, fromMicros: number, untilMicros: number, history: ClusterHistory): Fact[] {
  const changes = history.hosts.get(host);
  const index =
    changes?.times.findIndex((micros, at) => micros >= fromMicros && changes.states[at] !== 'up') ?? -1;
  const micros = changes?.times[index];
  if (micros === undefined || micros > untilMicros) return [];
  return [
    {
      micros,
      role: 'host',
      text: `${host} ${changes?.states[index] === 'paused' ? 'is paused' : 'goes down'}`,
    },
  ];
}

/** The first election of a later epoch whose leader lacks the record; before the acknowledgement if a zombie gave it. */
function losingElection(partition: PartitionHistory, { offset, ackMicros, epoch }: SentRecord): Fact | null {
  const lostAfter = epoch ?? partitionAt(partition, ackMicros)?.leaderEpoch ?? -1;
  for (const line of partition.lines) {
    if (line.leaderEpoch <= lostAfter || line.leader === null) continue;
    const logEnd = logEndAt(partition, line.leader, line.t);
    if (logEnd === null || logEnd > offset) continue;
    const how = line.unclean ? 'is elected uncleanly' : 'is elected';
    const text = `${line.leader} ${how}, leader epoch ${line.leaderEpoch}; its log ends at ${logEnd}, before the record`;
    return { micros: line.t, role: 'election', text };
  }
  return null;
}

/** A log that became shorter without a truncation: lost to a power loss, a wiped or a failed disk. */
function firstFall(
  partition: PartitionHistory,
  host: string,
  offset: number,
  ackMicros: number,
): Fact | null {
  const series = partition.replicas.get(host);
  if (series === undefined) return null;
  for (let index = 1; index < series.times.length; index++) {
    if (series.times[index]! <= ackMicros) continue;
    const [before, after] = [series.logEndOffsets[index - 1]!, series.logEndOffsets[index]!];
    if (before > offset && after <= offset) {
      return {
        micros: series.times[index]!,
        role: 'loss',
        text: `the log of ${host} now ends at ${after}; it ended at ${before}`,
      };
    }
  }
  return null;
}
