import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ReportInput } from '../report-input.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { storyMicros } from '../testing/synthetic-story.js';
import type { ReportLine } from '../trace-line.js';
import { buildTimeline } from './build-timeline.js';
import { indexTrace } from './cluster-history.js';
import { gatherEvidence } from './evidence.js';
import { unpackNumbers } from './numbers.js';
import { type PairedOperation, pairOperations } from './operations.js';
import { packColumns } from './pack.js';
import { buildPlots } from './plots.js';

function timelineOf(input: ReportInput) {
  const end = input.results.endedAtMicros;
  const operations = pairOperations(input.operations, end);
  const history = indexTrace(input.trace, end);
  return buildTimeline(
    input,
    operations,
    history,
    gatherEvidence(input.results.anomalies, operations, history),
  );
}

const input = syntheticRun();
const { model, columns } = timelineOf(input);

describe('where the timeline opens', () => {
  it('is the whole run when it is valid, and its end when it did not converge', () => {
    const end = input.results.endedAtMicros;
    expect(timelineOf(syntheticRun({ verdict: 'valid' })).model.focus).toEqual([0, end]);
    const [from, to] = timelineOf(syntheticRun({ verdict: 'unknown' })).model.focus;
    expect(to).toBe(end);
    expect(from).toBeGreaterThan(input.results.healedAtMicros - 500_000);
  });
});

describe('the timeline of a run', () => {
  it('has a labelled band for each fault, from its start to its healing', () => {
    expect(model.faults).toMatchObject([
      { label: 'crash b2', startMicros: storyMicros.crash, endMicros: storyMicros.restart },
    ]);
  });

  it('names the host that a target resolved to', () => {
    const fault = { kind: 'pause', atMicros: 5, target: 'leader of orders-0', durationMicros: 10 } as const;
    const line: ReportLine = { t: 5, kind: 'fault', id: 0, fault, phase: 'start', targets: ['b3'] };
    const { model: resolved } = timelineOf({ ...input, trace: [line] });
    expect(resolved.faults).toMatchObject([{ number: 1, label: 'pause b3' }]);
  });

  it('takes the faults from the plan when there is no trace', () => {
    const { model: untraced } = timelineOf({ ...input, trace: [] });
    expect(untraced.faults).toMatchObject([{ label: 'crash b2', startMicros: storyMicros.crash }]);
    expect(untraced.partitions).toEqual([]);
  });

  it('puts replicas first among the hosts, and their states end to end', () => {
    expect(model.hosts.slice(0, 3)).toEqual(['b1', 'b2', 'b3']);
    expect(model.hostSpans[1]!.map(({ state }) => state)).toEqual(['up', 'down', 'up']);
    for (const spans of model.hostSpans) {
      expect(spans[0]!.startMicros).toBe(0);
      expect(spans.at(-1)!.endMicros).toBe(input.results.endedAtMicros);
    }
  });

  it('puts the partition that proves the anomaly first, with leader, epoch and ISR of each state', () => {
    const [first] = model.partitions;
    expect(first).toMatchObject({ name: 'orders-0', telling: true, replicaCount: 3 });
    expect(first!.states.map(({ leader, leaderEpoch, isr }) => [leader, leaderEpoch, isr.length])).toEqual([
      [1, 4, 3],
      [0, 5, 2],
      [0, 5, 3],
    ]);
    expect(first!.truncations).toMatchObject([{ micros: storyMicros.truncation, host: 1 }]);
  });

  it('says how many partitions it leaves out', () => {
    const many = Array.from(
      { length: 100 },
      (_, index): ReportLine => ({
        t: 1,
        kind: 'partition',
        partition: `t-${index}`,
        leader: 'b1',
        leaderEpoch: 0,
        isr: ['b1'],
        replicas: ['b1'],
        unclean: false,
      }),
    );
    const { model: crowded } = timelineOf({ ...input, trace: many });
    expect(crowded.partitions.length + crowded.partitionsLeftOut).toBe(100);
    expect(crowded.partitionsLeftOut).toBeGreaterThan(0);
  });

  it('marks the operations that prove the anomaly and no others', () => {
    const telling = columns.operationIndex!.filter((_, place) => columns.operationTelling![place] === 1);
    const writers = input.results.anomalies[0]!.witnesses.map((witness) => witness.writer);
    expect(telling).toEqual(expect.arrayContaining(writers));
    expect(telling.length).toBeLessThan(8);
  });

  it('gives operations of one process that overlap a level each', () => {
    for (const { from, count } of model.processes) {
      const free = new Map<number, number>();
      for (let place = from; place < from + count; place++) {
        const start = columns.operationStart![place]!;
        const level = columns.operationLevel![place]!;
        expect(start).toBeGreaterThanOrEqual(free.get(level) ?? 0);
        free.set(level, start + columns.operationDuration![place]!);
      }
    }
  });

  it('gives all slots and lives of a client one lane', () => {
    const operations = input.operations.map((operation) => ({
      ...operation,
      process:
        operation.process === 'p0'
          ? `p0#${1 + (operation.index % 2)}/${operation.index % 3}`
          : operation.process,
    }));
    const { model: slotted } = timelineOf({ ...input, operations });
    expect(slotted.processes.map(({ name }) => name)).toEqual(model.processes.map(({ name }) => name));
  });

  it('packs its columns so that the page gets back the same numbers', () => {
    const { places, base64 } = packColumns(columns);
    const bytes = inflateRawSync(Buffer.from(base64, 'base64'));
    for (const { name, count, position, sizeBytes } of places) {
      expect([...unpackNumbers(bytes.subarray(position, position + sizeBytes), count)]).toEqual(
        columns[name],
      );
    }
  });
});

function sent(micros: number, records: number): PairedOperation {
  const value = Array.from({ length: records }, (_, index) => ['send', 'o-0', [index, index]]);
  const completion = { index: 1, time: micros, process: 'p', type: 'ok', f: 'send', value } as const;
  return {
    process: 'p',
    f: 'send',
    outcome: 'ok',
    startMicros: micros - 1000,
    endMicros: micros,
    invocation: completion,
    completion,
  };
}

describe('the plots of a run', () => {
  it('count each record in the bin of its completion', () => {
    const end = input.results.endedAtMicros;
    const plots = buildPlots(pairOperations(input.operations, end), end);
    const acknowledged = plots.rates.find(({ name }) => name === 'acknowledged')!;
    const binSeconds = end / 1e6 / plots.seconds.length;
    const total = acknowledged.values.reduce<number>((sum, rate) => sum + (rate ?? 0) * binSeconds, 0);
    expect(Math.round(total)).toBe(input.run.records);
  });

  it('end their scale below a peak that would flatten all the rest', () => {
    const end = 10_000_000;
    const steady = Array.from({ length: 500 }, (_, index) => sent(index * 20_000, 1));
    const { rateCeiling, ratePeak } = buildPlots([...steady, sent(end, 5000)], end);
    expect(ratePeak).toBeGreaterThan(50_000);
    expect(rateCeiling).toBeLessThan(200);
    expect(buildPlots(steady, end).rateCeiling).toBeGreaterThanOrEqual(buildPlots(steady, end).ratePeak);
  });

  it('have no latency where nothing was acknowledged', () => {
    const plots = buildPlots([], 1_000_000);
    expect(plots.latencies.flatMap(({ values }) => values).every((value) => value === null)).toBe(true);
  });
});
