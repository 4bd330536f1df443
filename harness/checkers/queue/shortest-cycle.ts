/**
 * A short cycle inside a strongly connected component, as a list of operations (the first not repeated). A step
 * through instants counts as one step between operations. In small components the shortest is found by starting
 * everywhere; in large ones a bounded number of starts is tried, so the work stays linear in the component.
 */

import type { DependencyGraph } from './dependency-graph.js';

/** Beyond one sweep of the component, so many edges may be visited for each of its vertices, or this many in all. */
const WORK_PER_VERTEX = 4;
const WORK_ANYWAY = 2000;

/** `members` are the vertices of one component of `component`, ascending; at least two are operations. */
export function findShortCycle(
  graph: DependencyGraph,
  relations: number,
  component: Int32Array,
  members: Int32Array,
  scratch: CycleScratch,
): readonly number[] {
  let best: readonly number[] | null = null;
  const workMax = Math.max(WORK_ANYWAY, WORK_PER_VERTEX * members.length);
  let work = 0;
  for (const start of members) {
    if (start >= graph.operationCount) break;
    const search = searchFrom(
      graph,
      relations,
      component,
      start,
      best?.length ?? Number.POSITIVE_INFINITY,
      scratch,
    );
    if (search.cycle !== null) best = search.cycle;
    work += search.work;
    if (best !== null && (work > workMax || best.length === 2)) break;
  }
  if (best === null) throw new Error('a strongly connected component without a cycle');
  return best;
}

/** Reused between searches so that a search costs what it visits, not the size of the graph. */
export class CycleScratch {
  readonly parent: Int32Array;
  readonly seen: Int32Array;
  round = 0;

  constructor(vertexCount: number) {
    this.parent = new Int32Array(vertexCount);
    this.seen = new Int32Array(vertexCount);
  }
}

interface Search {
  readonly cycle: readonly number[] | null;
  readonly work: number;
}

/** Breadth first by steps between operations; gives up where no cycle shorter than `lengthMax` can come. */
function searchFrom(
  graph: DependencyGraph,
  relations: number,
  component: Int32Array,
  start: number,
  lengthMax: number,
  scratch: CycleScratch,
): Search {
  const { row, target, relation, operationCount } = graph;
  const { parent, seen } = scratch;
  const round = ++scratch.round;
  let work = 0;
  let shell = [start];
  seen[start] = round;
  for (let steps = 1; shell.length > 0 && steps < lengthMax; steps++) {
    const next: number[] = [];
    // Instants join the shell that reached them: passing through them is free.
    for (let at = 0; at < shell.length; at++) {
      const from = shell[at]!;
      for (let edge = row[from]!; edge < row[from + 1]!; edge++) {
        work++;
        if ((relation[edge]! & relations) === 0) continue;
        const to = target[edge]!;
        if (to === start) return { cycle: trace(parent, start, from, operationCount), work };
        if (seen[to] === round || component[to] !== component[start]) continue;
        seen[to] = round;
        parent[to] = from;
        if (to < operationCount) next.push(to);
        else shell.push(to);
      }
    }
    shell = next;
  }
  return { cycle: null, work };
}

function trace(parent: Int32Array, start: number, last: number, operationCount: number): readonly number[] {
  const cycle: number[] = [];
  for (let vertex = last; vertex !== start; vertex = parent[vertex]!) {
    if (vertex < operationCount) cycle.push(vertex);
  }
  cycle.push(start);
  return cycle.reverse();
}
