import { describe, expect, it } from 'vitest';
import { buildTimeline } from '../model/build-timeline.js';
import { indexTrace } from '../model/cluster-history.js';
import { gatherEvidence } from '../model/evidence.js';
import { pairOperations } from '../model/operations.js';
import type { TimelineColumns } from '../model/timeline.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { storyMicros } from '../testing/synthetic-story.js';
import {
  mostTelling,
  nearestOperation,
  operationsAt,
  operationText,
  partitionStateAt,
  replicasAt,
} from './instant.js';
import { laneAt, layOut } from './lanes.js';
import { RunningEnds } from './running-ends.js';

const input = syntheticRun();
const end = input.results.endedAtMicros;
const operations = pairOperations(input.operations, end);
const history = indexTrace(input.trace, end);
const timeline = buildTimeline(
  input,
  operations,
  history,
  gatherEvidence(input.results.anomalies, operations, history),
);
const { model } = timeline;
const columns = Object.fromEntries(
  Object.entries(timeline.columns).map(([name, numbers]) => [name, Float64Array.from(numbers)]),
) as unknown as TimelineColumns;
const ends = new RunningEnds(model, columns);

describe('an instant', () => {
  it('has the leader, epoch and ISR that held then', () => {
    const lane = model.partitions[0]!;
    expect(partitionStateAt(lane, 0)).toBeNull();
    expect(partitionStateAt(lane, storyMicros.election - 1)).toMatchObject({ leader: 1, leaderEpoch: 4 });
    expect(partitionStateAt(lane, storyMicros.election)).toMatchObject({
      leader: 0,
      leaderEpoch: 5,
      isr: [0, 2],
    });
  });

  it('has the log end of each replica: just before the election b2 is ahead', () => {
    const [b1, b2, b3] = replicasAt(model.partitions[0]!, columns, storyMicros.election - 1);
    expect(b2!.logEnd).toBeGreaterThan(b1!.logEnd);
    expect(b1!.logEnd).toBe(b3!.logEnd);
  });

  it('has the operations that a scan of the history finds in flight', () => {
    for (let micros = 0; micros < end; micros += 137_000) {
      for (const [process, { name }] of model.processes.entries()) {
        const scanned = operations
          .filter((one) => one.process === name && one.startMicros <= micros && micros <= one.endMicros)
          .map(({ completion, invocation }) => completion?.index ?? invocation.index);
        const found = operationsAt(model, columns, ends, process, micros, 100).map(
          (place) => columns.operationIndex[place]!,
        );
        expect(found).toEqual(scanned);
      }
    }
  });

  it('leaves out those that prove nothing first, then the oldest', () => {
    const proof = columns.operationTelling.indexOf(1);
    const others = [...columns.operationTelling.keys()].filter((at) => columns.operationTelling[at] === 0);
    const [a, b, c] = others.filter((at) => at > proof);
    const inOrder = [proof, a!, b!, c!];
    expect(mostTelling(columns, inOrder, 4)).toEqual(inOrder);
    expect(mostTelling(columns, inOrder, 2)).toEqual([proof, c]);
  });

  it('prefers the operation that proves something to a nearer one', () => {
    const place = columns.operationTelling.indexOf(1);
    const process = model.processes.findIndex(({ from, count }) => place >= from && place < from + count);
    expect(nearestOperation(model, columns, process, columns.operationStart[place]! - 3000, 5000)).toBe(
      place,
    );
    expect(nearestOperation(model, columns, process, end * 2, 5000)).toBeNull();
  });

  it('says of an operation what it was, on which offset, and how it ended', () => {
    const lost = columns.operationTelling.indexOf(1);
    expect(operationText(model, columns, lost)).toMatch(/^send orders-0, offset \d+: ok$/);
    const failed = columns.operationOutcome.indexOf(1);
    expect(operationText(model, columns, failed)).toBe('send orders-0: fail NOT_LEADER_OR_FOLLOWER');
  });
});

describe('the lanes', () => {
  const layout = layOut(model, 6);

  it('stand in order: faults, hosts, partitions, processes, and never overlap', () => {
    const order = ['fault', 'host', 'steady-hosts', 'partition', 'process'];
    for (const [index, lane] of layout.lanes.entries()) {
      const next = layout.lanes[index + 1];
      if (next === undefined) continue;
      expect(lane.top + lane.height).toBeLessThanOrEqual(next.top);
      expect(order.indexOf(lane.kind)).toBeLessThanOrEqual(order.indexOf(next.kind));
    }
    expect(layout.lanes.at(-1)!.top).toBeLessThan(layout.height);
  });

  it('show only as many partitions as asked', () => {
    expect(layOut(model, 1).lanes.filter(({ kind }) => kind === 'partition')).toHaveLength(1);
  });

  it('fold the hosts that were up all the time into one row', () => {
    expect(layout.lanes.find(({ kind }) => kind === 'steady-hosts')).toMatchObject({
      names: ['c1', 'g0', 'g1', 'g2', 'p0', 'p1', 'p2'],
    });
  });

  it('are found by the pointer', () => {
    const lane = layout.lanes[4]!;
    expect(laneAt(layout, lane.top + 1)).toBe(lane);
    expect(laneAt(layout, -1)).toBeNull();
  });
});
