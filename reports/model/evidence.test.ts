import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../../harness/checkers/verdict.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { storyMicros } from '../testing/synthetic-story.js';
import type { ReportLine } from '../trace-line.js';
import { indexTrace } from './cluster-history.js';
import { gatherEvidence } from './evidence.js';
import { focusSpan } from './focus.js';
import { namedRecords } from './named-records.js';
import { pairOperations } from './operations.js';

const input = syntheticRun();
const end = input.results.endedAtMicros;

function evidenceFor(anomalies: readonly Anomaly[], trace: readonly ReportLine[] = input.trace) {
  return gatherEvidence(anomalies, pairOperations(input.operations, end), indexTrace(trace, end));
}

describe('the evidence for a lost write', () => {
  const [lostWrite] = evidenceFor(input.results.anomalies);
  const record = lostWrite!.witnesses[0]!.records[0]!;

  it('says when the record was acknowledged, by whom, and which replicas had it', () => {
    expect(record).toMatchObject({
      partition: 'orders-0',
      leader: 'b2',
      leaderEpoch: 4,
      heldBy: ['b2'],
      notHeldBy: ['b1', 'b3'],
    });
    expect(record.acknowledgedMicros).toBeLessThan(storyMicros.crash);
  });

  it('tells in order: acknowledged, its only holder goes down, the election that lost it, what took its offset, the truncation', () => {
    expect(record.facts.map(({ role }) => role)).toEqual([
      'acknowledged',
      'host',
      'election',
      'replacement',
      'truncation',
    ]);
    expect(record.facts[2]).toMatchObject({ micros: storyMicros.election });
    expect(record.facts[2]!.text).toContain(
      `b1 is elected, leader epoch 5; its log ends at ${record.offset}`,
    );
  });

  it('names no replicas and no election without a trace', () => {
    const [untraced] = evidenceFor(input.results.anomalies, []);
    const { heldBy, leader, facts } = untraced!.witnesses[0]!.records[0]!;
    expect({ heldBy, leader, roles: facts.map(({ role }) => role) }).toEqual({
      heldBy: null,
      leader: null,
      roles: ['acknowledged'],
    });
  });

  it('opens the timeline on the acknowledgement, the crash and the election, not on the whole run', () => {
    const [from, to] = focusSpan(input, [lostWrite!]);
    expect(from).toBeLessThan(record.acknowledgedMicros!);
    expect(to).toBeGreaterThan(storyMicros.election);
    expect(to - from).toBeLessThan(end / 5);
  });
});

describe('the evidence for a record that a zombie acknowledged', () => {
  const replicas = ['b1', 'b2', 'b3'];
  const partition = 'o-0';
  const trace: ReportLine[] = [
    { t: 0, kind: 'host', host: 'b2', state: 'up' },
    {
      t: 1,
      kind: 'partition',
      partition,
      leader: 'b2',
      leaderEpoch: 0,
      isr: replicas,
      replicas,
      unclean: false,
    },
    { t: 2, kind: 'role', partition, host: 'b2', role: 'leader', leaderEpoch: 0 },
    ...replicas.map(
      (host): ReportLine => ({ t: 3, kind: 'log', partition, host, logEndOffset: 7, highWatermark: 7 }),
    ),
    { t: 20, kind: 'host', host: 'b2', state: 'paused' },
    {
      t: 30,
      kind: 'partition',
      partition,
      leader: 'b3',
      leaderEpoch: 1,
      isr: ['b1', 'b3'],
      replicas,
      unclean: false,
    },
    { t: 31, kind: 'role', partition, host: 'b3', role: 'leader', leaderEpoch: 1 },
    { t: 50, kind: 'log', partition, host: 'b2', logEndOffset: 8, highWatermark: 7 },
  ];
  const operations = pairOperations(
    [
      { index: 0, time: 10, process: 'p', type: 'invoke', f: 'send', value: [['send', partition, 5]] },
      { index: 1, time: 60, process: 'p', type: 'ok', f: 'send', value: [['send', partition, [7, 5]]] },
    ],
    100,
  );
  const anomaly: Anomaly = {
    name: 'lost-write',
    count: 1,
    allowed: false,
    witnesses: [{ key: partition, value: 5 }],
  };
  const [evidence] = gatherEvidence([anomaly], operations, indexTrace(trace, 100));
  const record = evidence!.witnesses[0]!.records[0]!;

  it('names the zombie and its epoch, not the leader of that moment', () => {
    expect(record).toMatchObject({ leader: 'b2', leaderEpoch: 0, heldBy: ['b2'] });
  });

  it('tells of the pause and the election that came before the acknowledgement', () => {
    expect(record.facts.map(({ role, micros }) => [role, micros])).toEqual([
      ['host', 20],
      ['election', 30],
      ['acknowledged', 60],
    ]);
  });
});

describe('the evidence for other witnesses', () => {
  it('finds a log that became shorter without a truncation', () => {
    const sent = input.operations.find(
      ({ f, type, time }) => f === 'send' && type === 'ok' && time > 1_000_000,
    )!;
    const [[, key, [offset, value]]] = sent.value as [[string, string, [number, number]]];
    const shortened: ReportLine = {
      t: 9_000_000,
      kind: 'log',
      partition: key,
      host: 'b3',
      logEndOffset: offset,
      highWatermark: offset,
    };
    const anomaly: Anomaly = {
      name: 'unseen',
      count: 1,
      allowed: false,
      witnesses: [{ messages: { [key]: [value] } }],
    };
    const [evidence] = evidenceFor([anomaly], [...input.trace, shortened]);
    const loss = evidence!.witnesses[0]!.records[0]!.facts.find(({ role }) => role === 'loss');
    expect(loss).toMatchObject({
      micros: 9_000_000,
      text: expect.stringContaining(`the log of b3 now ends at ${offset}`),
    });
  });

  it('shows operations that the witness carries, whole or by index', () => {
    const polls = input.operations.filter(({ f, type }) => f === 'poll' && type === 'ok').slice(0, 2);
    const witness = { key: 'orders-1', delta: 3, ops: [polls[0], polls[1]!.index, null, { index: 'no' }] };
    const [evidence] = evidenceFor([{ name: 'poll-skip', count: 1, allowed: false, witnesses: [witness] }]);
    expect(evidence!.witnesses[0]!.facts.map(({ operation }) => operation!.completion!.index)).toEqual(
      polls.map(({ index }) => index),
    );
  });

  it('finds the record that was acknowledged at the place that an invariant names', () => {
    const lost = evidenceFor(input.results.anomalies)[0]!.witnesses[0]!.records[0]!;
    const witness = { partition: 'orders-0', timeMicros: 1, host: 'b1', offset: lost.offset };
    const anomaly = { name: 'committed-loss', count: 1, allowed: false, witnesses: [witness] };
    const [evidence] = evidenceFor([anomaly]);
    expect(evidence!.witnesses[0]!.records).toEqual([lost]);
    const nowhere = { ...witness, offset: 1_000_000 };
    expect(evidenceFor([{ ...anomaly, witnesses: [nowhere] }])[0]!.witnesses[0]!.records).toEqual([]);
  });

  it('names the records of each kind of error map', () => {
    expect(namedRecords({ key: 'o-0', value: 5 })).toEqual([{ key: 'o-0', value: 5 }]);
    expect(namedRecords({ key: 1, values: ['a', 'b'] })).toEqual([
      { key: '1', value: 'a' },
      { key: '1', value: 'b' },
    ]);
    expect(namedRecords({ messages: { 'o-0': [1] } })).toEqual([{ key: 'o-0', value: 1 }]);
    expect(namedRecords({ partition: 'o-0', offset: 3 })).toEqual([]);
  });
});
