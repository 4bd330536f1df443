/** `run.json` and `results.json` of the synthetic run, worded as the scenario would word them. */
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { FaultAccount, ResultsDocument, RunDocument, StoryLine } from '../../harness/runner/run-data.js';
import type { ReportInput } from '../report-input.js';
import type { SyntheticOptions, SyntheticOutcome } from './synthetic-run.js';
import { storyMicros } from './synthetic-story.js';

export function syntheticDocuments(options: SyntheticOptions, outcome: SyntheticOutcome): ReportInput {
  const anomalies = options.verdict === 'invalid' ? anomaliesOf(options, outcome) : [];
  const replay = 'npx seismolog replay sl1-NyLk3qgGQ2c8kR5v7f0b9XyT';
  const run: RunDocument = {
    scenario: options.verdict === 'invalid' ? 'acks-1-leader-crash' : 'leader-crash',
    seed: '42',
    digest: '9f3a61c2d07be854',
    verdict: options.verdict,
    anomalies,
    virtualSeconds: options.durationMicros / 1_000_000,
    wallSeconds: 0.041,
    events: 48_211,
    records: outcome.operations.filter(({ f, type }) => f === 'send' && type === 'ok').length,
    recordsGone: 0,
    losses: [],
    availability: [],
    operations: operationCounts(outcome),
    faults: faultAccounts(outcome),
    replay,
    replayLine: replay,
    runDirectory: 'runs/acks-1-leader-crash/42',
  };
  return {
    run,
    results: resultsOf(options, outcome, anomalies),
    plan: outcome.plan,
    operations: outcome.operations,
    trace: outcome.trace,
    replay,
    versions: { seismolog: '0.1.0', node: 'v20.20.2', code: '5ba3b3d' },
    files: [
      'b1.log',
      'b2.log',
      'b3.log',
      'history.jsonl',
      'plan.json',
      'results.json',
      'run.json',
      'trace.jsonl',
    ],
  };
}

function anomaliesOf(options: SyntheticOptions, { lost }: SyntheticOutcome): Anomaly[] {
  const first = lost[0];
  if (first === undefined) return [];
  const witnesses = lost.map(({ number, offset, sendIndex }) => ({
    key: 'orders-0',
    value: options.value(number),
    index: offset,
    'max-read-index': offset + 40,
    writer: sendIndex,
  }));
  return [
    { name: 'lost-write', count: lost.length, witnesses, allowed: false },
    {
      name: 'inconsistent-offsets',
      count: 1,
      witnesses: [{ key: 'orders-0', offset: first.offset, values: [options.value(first.number)] }],
      allowed: true,
      reason: 'follows from the loss: acks=1 lets a new leader give the offset away again',
    },
  ];
}

function faultAccounts({ plan }: SyntheticOutcome): FaultAccount[] {
  return plan.faults.map(({ kind }) => ({
    kind,
    configured: 1,
    fired: 1,
    mattered: kind === 'disk-slow' ? 0 : 1,
  }));
}

function resultsOf(
  options: SyntheticOptions,
  outcome: SyntheticOutcome,
  anomalies: readonly Anomaly[],
): ResultsDocument {
  const invalid = options.verdict === 'invalid';
  return {
    verdict: options.verdict,
    promise: invalid
      ? 'acks=1: an acknowledged record may be lost when its leader crashes; this run must find such a loss'
      : 'acks=all, min.insync.replicas=2: brokers crash one at a time; nothing acknowledged is lost, duplicated or reordered',
    profile: invalid ? 'acks-1' : 'exactlyOncePerSession',
    anomalies,
    summary: summaryOf(options, outcome),
    story: invalid ? storyOf(options, outcome) : [],
    waitingFor: options.verdict === 'unknown' ? ['orders-1: b3 is not in the ISR (log end 240 of 388)'] : [],
    unknownBecause:
      options.verdict === 'unknown' ? ['the run did not converge within 20 s after healing'] : [],
    marks: { 'follower truncated after election': invalid ? 1 : 0, 'isr shrank': 3, 'leader changed': 1 },
    operations: operationCounts(outcome),
    configuration: {
      cluster: {
        brokers: 3,
        controllers: 1,
        'min.insync.replicas': 1,
        'unclean.leader.election.enable': false,
      },
      producer: {
        acks: invalid ? '1' : 'all',
        'enable.idempotence': !invalid,
        'delivery.timeout.ms': 120000,
        retries: 2147483647,
      },
      topics: {
        orders: { partitions: options.partitions, 'replication.factor': 3, 'segment.bytes': 1048576 },
      },
    },
    ...(invalid
      ? {
          minimisation: {
            runs: 41,
            faultsBefore: 9,
            faultsAfter: 1,
            log: [
              'without disk-slow b3: still lost-write',
              'without pause b3: still lost-write',
              'crash b2 alone: still lost-write',
            ],
          },
        }
      : {}),
    healedAtMicros: options.durationMicros - 1_000_000,
    endedAtMicros: options.durationMicros,
  };
}

function summaryOf(options: SyntheticOptions, { lost }: SyntheticOutcome): string {
  if (options.verdict === 'unknown')
    return 'Nothing wrong was seen, but the cluster did not converge after all faults were healed.';
  if (options.verdict === 'valid')
    return 'Every acknowledged record was read back once, in order, through one crash, one pause and one slow link.';
  return (
    `${lost.length} records that producers were told were stored are gone. They were acknowledged by b2, leader of orders-0, before ` +
    'any follower had fetched them (acks=1). b2 crashed, b1 was elected with a shorter log, and later records took their offsets.'
  );
}

function storyOf(options: SyntheticOptions, { lost, replacement }: SyntheticOutcome): StoryLine[] {
  const first = lost[0];
  if (first === undefined) return [];
  const [b1, b2] = options.brokers;
  const lines: StoryLine[] = [
    {
      timeMicros: first.ackMicros,
      text: `record ${options.value(first.number)} acknowledged: orders-0 at offset ${first.offset}, leader ${b2} (epoch 4); on ${b2} alone`,
    },
    { timeMicros: storyMicros.crash, text: `${b2} crashes` },
    { timeMicros: storyMicros.election, text: `${b1} leads epoch 5, its log ends at ${first.offset}` },
  ];
  if (replacement !== null) {
    lines.push({
      timeMicros: replacement.micros,
      text: `record ${options.value(replacement.number)} takes offset ${first.offset}; record ${options.value(first.number)} is on no replica that leads`,
    });
  }
  lines.push({
    timeMicros: storyMicros.truncation,
    text: `${b2} is back and truncates orders-0 to ${first.offset}`,
  });
  return lines;
}

function operationCounts({ operations }: SyntheticOutcome): ResultsDocument['operations'] {
  const counts: Record<string, { ok: number; fail: number; info: number }> = {};
  for (const { f, type } of operations) {
    counts[f] ??= { ok: 0, fail: 0, info: 0 };
    if (type !== 'invoke') counts[f][type]++;
  }
  return counts;
}
