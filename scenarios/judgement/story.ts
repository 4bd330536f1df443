/** The story of a run: each lost record from its acknowledgement to the election that lost it. */

import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { Operation, SendCompletion } from '../../harness/history/operation.js';
import type { LossAccount, StoryLine } from '../../harness/runner/run-data.js';
import type { HostChronicle, HostEvent, HostEventKind } from '../cluster/host-chronicle.js';
import { brokenInvariants } from '../invariants/invariant-words.js';
import type { Election } from '../invariants/partition-model.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { brokenHistory } from './history-words.js';
import { type Acknowledgement, describeElection, type LossExplanation } from './loss-explanation.js';

export interface StoryInput {
  readonly anomalies: readonly Anomaly[];
  readonly explanation: LossExplanation;
  readonly checker: ReplicaChecker;
  readonly chronicle: HostChronicle;
  readonly operations: readonly Operation[];
  readonly losses: readonly LossAccount[];
  readonly holdersAtAck: ReadonlyMap<string, readonly string[]>;
}

const RECORDS_TOLD = 2;
const GONE: readonly HostEventKind[] = ['crashed', 'exited', 'power-lost', 'paused'];
const GONE_WORDS: Readonly<Record<string, string>> = {
  crashed: 'crashes',
  exited: 'exits',
  'power-lost': 'loses power',
  paused: 'is paused',
};

/** Lines in order of time, each once. Empty when nothing forbidden happened, or when no sentence exists for it. */
export function tellStory(input: StoryInput): StoryLine[] {
  const lines: StoryLine[] = [];
  const elections = new Set<Election>();
  for (const { key, value } of lostRecords(input.anomalies).slice(0, RECORDS_TOLD)) {
    const acknowledgement = input.explanation.acknowledgement(key, value);
    if (acknowledgement === undefined) continue;
    const { offset, operation } = acknowledgement;
    if (offset === null) {
      lines.push({
        timeMicros: operation.time,
        text: `record ${value} for ${key} is reported as sent; no offset is returned`,
      });
      continue;
    }
    lines.push({ timeMicros: operation.time, text: acknowledgedWords(input, key, value, acknowledgement) });
    const election = input.checker.explainLoss(key, offset);
    if (election !== null) elections.add(election);
    lines.push(fateOf(input, key, value, acknowledgement));
  }
  for (const loss of input.losses) {
    const election = electionOf(input.checker, loss);
    if (election !== null) elections.add(election);
  }
  for (const election of elections) lines.push(...electionWords(input.chronicle, election));
  for (const loss of input.losses) lines.push({ timeMicros: loss.timeMicros, text: goneFrom(loss) });
  lines.push(...invariantWords(input));
  if (lines.length === 0) lines.push(...brokenHistory(input.anomalies, input.operations));
  const told = new Set<string>();
  const distinct = lines.filter(({ timeMicros, text }) => {
    const line = `${timeMicros} ${text}`;
    return told.size < told.add(line).size;
  });
  const ordered = distinct.map((line, index) => ({ line, index }));
  ordered.sort((left, right) => left.line.timeMicros - right.line.timeMicros || left.index - right.index);
  return ordered.map(({ line }) => line);
}

/** `163 acknowledged records are gone from t-0, from offset 41`, with the reason. */
export function describeLoss(loss: LossAccount): string {
  return `${goneFrom(loss)}: ${loss.reason}`;
}

function goneFrom({ key, records, fromOffset, allowed }: LossAccount): string {
  const gone = records === 1 ? '1 acknowledged record is gone' : `${records} acknowledged records are gone`;
  return `${gone} from ${key}, from offset ${fromOffset} (${allowed ? 'permitted' : 'not permitted'})`;
}

function electionOf(checker: ReplicaChecker, { key, timeMicros, reason }: LossAccount): Election | null {
  const elections = checker.partitions.get(key)?.elections ?? [];
  return (
    elections.find((each) => each.timeMicros === timeMicros && describeElection(each) === reason) ?? null
  );
}

/** The fate of a record that a reader missed. Replicas may hold records that no reader has read. */
function fateOf(
  { checker, operations }: StoryInput,
  key: string,
  value: string | number,
  { offset, operation }: Acknowledgement,
): StoryLine {
  const endMicros = operations.at(-1)?.time ?? operation.time;
  const at = offset ?? -1;
  const holders = holdersOf(checker, key, at);
  if (holders.length > 0) {
    const text = `no reader has read record ${value}; offset ${at} of ${key} is on ${holders.join(', ')}`;
    return { timeMicros: endMicros, text };
  }
  const successor = successorAt(operations, key, at, value, operation.time);
  // A replica may have held the record to the end. That none does is known only after the final read.
  return {
    timeMicros: successor?.operation.time ?? endMicros,
    text:
      successor === null
        ? `in the end offset ${at} of ${key} holds no record; record ${value} is on no replica`
        : `record ${successor.value} takes offset ${at}; record ${value} is on no replica`,
  };
}

/** The replicas that hold the record acknowledged at the offset, in the epoch of its first acknowledgement. */
function holdersOf(checker: ReplicaChecker, key: string, offset: number): readonly string[] {
  const model = checker.partitions.get(key);
  if (model === undefined) return [];
  const index = model.ackBase.findIndex((base, at) => base <= offset && offset <= model.ackLast[at]!);
  if (index < 0) return [];
  const epoch = model.ackEpoch[index]!;
  return model.assigned.filter((host) => model.replica(host).epochAt(offset) === epoch);
}

export interface LostRecord {
  readonly key: string;
  readonly value: string | number;
}

/** Each record once, even if it is both a lost write and unseen. */
export function lostRecords(anomalies: readonly Anomaly[]): LostRecord[] {
  const lost = new Map<string, LostRecord>();
  const add = (key: string, value: string | number): void => void lost.set(`${key} ${value}`, { key, value });
  for (const anomaly of anomalies) {
    for (const witness of anomaly.witnesses) {
      if (anomaly.name === 'lost-write') {
        add(String(witness.key), witness.value as string | number);
      } else if (anomaly.name === 'unseen') {
        const messages = Object.entries(witness.messages as Record<string, readonly (string | number)[]>);
        for (const [key, values] of messages) for (const value of values) add(key, value);
      }
    }
  }
  return [...lost.values()];
}

function acknowledgedWords(
  input: StoryInput,
  key: string,
  value: string | number,
  ack: Acknowledgement,
): string {
  const { offset } = ack;
  const model = input.checker.partitions.get(key);
  const acks =
    model === undefined || offset === null
      ? []
      : model.ackBase.map((base, index) => ({
          base,
          last: model.ackLast[index]!,
          epoch: model.ackEpoch[index]!,
        }));
  const epoch = acks.find((each) => offset !== null && each.base <= offset && offset <= each.last)?.epoch;
  const leader = epoch === undefined ? undefined : model?.leaderByEpoch.get(epoch);
  const holders = input.holdersAtAck.get(`${key} ${offset} ${epoch}`);
  const where =
    holders === undefined
      ? ''
      : holders.length === 1
        ? `; on ${holders[0]} alone`
        : `; on ${holders.join(', ')}`;
  return `record ${value} acknowledged: ${key} at offset ${offset}, leader ${leader ?? '?'} (epoch ${epoch ?? '?'})${where}`;
}

function electionWords(chronicle: HostChronicle, election: Election): StoryLine[] {
  const lines: StoryLine[] = [];
  const { previousLeader } = election;
  const gone =
    previousLeader === null ? null : chronicle.lastOf(previousLeader, GONE, 0, election.timeMicros);
  if (gone !== null) lines.push({ timeMicros: gone.timeMicros, text: goneWords(gone) });
  lines.push({ timeMicros: election.timeMicros, text: describeElection(election) });
  return lines;
}

/** What broke, and the last event of a host before it. */
function invariantWords({ anomalies, chronicle }: StoryInput): StoryLine[] {
  return brokenInvariants(anomalies).flatMap((broken) => {
    const gone = chronicle.lastOf(null, GONE, 0, broken.timeMicros);
    const before = gone === null ? [] : [{ timeMicros: gone.timeMicros, text: goneWords(gone) }];
    return [...before, broken];
  });
}

function goneWords({ host, kind }: HostEvent): string {
  return `${host} ${GONE_WORDS[kind] ?? kind}`;
}

/** The record that was later acknowledged or read at the same offset. */
function successorAt(
  operations: readonly Operation[],
  key: string,
  offset: number,
  value: string | number,
  afterMicros: number,
): { value: string | number; operation: Operation } | null {
  for (const operation of operations) {
    if (operation.time < afterMicros || operation.type !== 'ok') continue;
    if (operation.f === 'send') {
      for (const [, sentKey, [at, sent]] of operation.value as readonly SendCompletion[]) {
        if (sentKey === key && at === offset && sent !== value) return { value: sent, operation };
      }
    } else if (operation.f === 'poll') {
      for (const [, polled] of operation.value as readonly [
        'poll',
        Record<string, [number, string | number][]>,
      ][]) {
        const read = polled[key]?.find(([at, seen]) => at === offset && seen !== value);
        if (read !== undefined) return { value: read[1], operation };
      }
    }
  }
  return null;
}
