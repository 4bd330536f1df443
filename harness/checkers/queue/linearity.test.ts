/** That nothing grows faster than the history, told by counting work, not time. */

import { describe, expect, it } from 'vitest';
import type { Operation } from '../../history/operation.js';
import { checkHistory, checkIndex } from './check.js';
import { CheckInput } from './check-input.js';
import { findComponents, type LabelledGraph } from './components.js';
import { drawDependencies } from './dependency-graph.js';
import { indexHistory } from './history-indexer.js';
import { Story } from './testing/story.js';
import { orderVersions } from './version-orders.js';

function edgesOf(operations: readonly Operation[]): number {
  const index = indexHistory(operations);
  const input = new CheckInput(index, orderVersions(index), true);
  return drawDependencies(input, { wwDependencies: true, processOrder: true }).target.length;
}

/** Everybody sends at once, and when all are done everybody polls at once: real time orders each pair. */
function twoCrowds(size: number): readonly Operation[] {
  const story = new Story();
  const crowd = Array.from({ length: size }, (_, process) => process);
  const sends = crowd.map((process) => story.invoke(process, 'send', [['send', 'x', process]]));
  for (const [value, send] of sends.entries()) story.complete(send, 'ok', [['send', 'x', [value, value]]]);
  const polls = crowd.map((process) => story.invoke(process, 'poll', [['poll']]));
  for (const [value, poll] of polls.entries())
    story.complete(poll, 'ok', [['poll', { x: [[value, value]] }]]);
  return story.operations;
}

describe('the graph of dependencies', () => {
  it('is linear in the history where real time orders every pair', () => {
    const size = 500;
    expect(edgesOf(twoCrowds(4 * size))).toBeLessThan(4.1 * edgesOf(twoCrowds(size)));
    expect(edgesOf(twoCrowds(size))).toBeLessThan(4 * twoCrowds(size).length);
  });
});

describe('components', () => {
  it('of a circle of 300,000 are found without recursion, and each edge is looked at once', () => {
    const size = 300_000;
    let looks = 0;
    const circle = Int32Array.from({ length: size }, (_, vertex) => (vertex + 1) % size);
    const relation = new Proxy(new Uint8Array(size).fill(1), {
      get(target, name) {
        looks++;
        return Reflect.get(target, name, target);
      },
    });
    const graph: LabelledGraph = {
      vertexCount: size,
      row: Int32Array.from({ length: size + 1 }, (_, vertex) => vertex),
      target: circle,
      relation,
    };
    expect(findComponents(graph, 1, null).every((component) => component === 0)).toBe(true);
    expect(looks).toBe(size);
    expect(findComponents(graph, 2, null).every((component) => component === -1)).toBe(true);
  });
});

describe('a single read of the future', () => {
  it('makes one component of the whole history, and still one short cycle', () => {
    const story = new Story();
    const size = 2000;
    const seer = story.polls(size, { x: [[size - 1, size - 1]] });
    for (let value = 0; value < size; value++) story.sends(value % 10, ['x', value, value]);
    story.polls(size + 1, { x: Array.from({ length: size }, (_, value) => [value, value] as const) });
    const { anomalies } = checkHistory(story.operations);
    expect(anomalies.map(({ name, count }) => [name, count])).toEqual([
      ['G1c-realtime', 1],
      ['strong-PL-2-cycle-exists', 1],
    ]);
    expect(anomalies[0]?.witnesses[0]).toMatchObject({ cycle: [seer, {}, seer] });
    expect(anomalies[1]?.witnesses[0]).toMatchObject({ 'scc-size': size + 1 });
  });
});

describe('a check that fails', () => {
  it('leaves the verdict open, says so, and does not stop the others', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0]);
    story.sends(0, ['x', 2, 1]);
    story.polls(1, { x: [[1, 2]] });
    const index = indexHistory(story.operations);
    const { anomalies, unknownBecause } = checkIndex({
      ...index,
      operationAt: () => {
        throw new Error('the file is gone');
      },
    });
    expect(unknownBecause).toEqual(['the check of lost-write failed: the file is gone']);
    expect(anomalies.map(({ name }) => name)).toEqual(['unseen']);
  });
});
