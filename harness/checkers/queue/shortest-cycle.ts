/**
 * A short cycle in a strongly connected component, as a list of operations (the first is not repeated). A realtime step leads
 * through instants and counts as one step between operations. In small components a search from every operation finds the
 * shortest cycle. In large components the number of searches is bounded, so the work stays linear in the component. Realtime
 * steps lead to directly following operations, as Elle draws them; only a cycle too long to read is shortened with realtime
 * steps over any distance.
 */

import type { DependencyGraph } from './dependency-graph.js';

/** The limit of visited edges beyond one pass over the component: this many per vertex, or `WORK_ANYWAY` in all. */
const WORK_PER_VERTEX = 4;
const WORK_ANYWAY = 2000;

const READABLE_STEPS_MAX = 16;

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
    const stepsMax = best?.length ?? Number.POSITIVE_INFINITY;
    const search = searchFrom(graph, relations, component, start, stepsMax, 'direct', scratch);
    if (search.cycle !== null) best = search.cycle;
    work += search.work;
    if (best !== null && (work > workMax || best.length === 2)) break;
  }
  if (best === null) throw new Error('a strongly connected component without a cycle');
  if (best.length <= READABLE_STEPS_MAX) return best;
  return searchFrom(graph, relations, component, best[0]!, best.length, 'any', scratch).cycle ?? best;
}

/** Arrays that searches share, so that the cost of a search depends on the visited vertices and not on the graph. */
export class CycleScratch {
  readonly parent: Int32Array;
  /** Per vertex: the last search that visited it. */
  readonly seen: Int32Array;
  /** Per visited instant: a later instant at which the search for the next unvisited one continues. */
  readonly later: Int32Array;
  round = 0;

  constructor(vertexCount: number) {
    this.parent = new Int32Array(vertexCount + 1);
    this.seen = new Int32Array(vertexCount + 1);
    this.later = new Int32Array(vertexCount + 1);
  }

  /** The first instant from here on that this search has not visited. */
  nextUnseen(instant: number): number {
    const { seen, later, round } = this;
    let at = instant;
    while (seen[at] === round) {
      const next = later[at]!;
      if (seen[next] === round) later[at] = later[next]!;
      at = next;
    }
    return at;
  }
}

interface Search {
  readonly cycle: readonly number[] | null;
  readonly work: number;
}

/** A breadth-first search that stops when no cycle shorter than `stepsMax` is possible. */
function searchFrom(
  graph: DependencyGraph,
  relations: number,
  component: Int32Array,
  start: number,
  stepsMax: number,
  realtime: 'direct' | 'any',
  scratch: CycleScratch,
): Search {
  const { row, target, relation, operationCount, lastDirect } = graph;
  const { parent, seen, later } = scratch;
  const round = ++scratch.round;
  const own = component[start]!;
  let work = 0;
  let next: number[] = [];
  let shell = [start];
  seen[start] = round;
  for (let steps = 1; shell.length > 0 && steps < stepsMax; steps++) {
    for (const from of shell) {
      if (expand(from, from)) return { cycle: trace(parent, start, from), work };
    }
    shell = next;
    next = [];
  }
  return { cycle: null, work };

  /** Visits the direct successors of `from`. `at` is `from` itself or an instant after it. True when one is the start. */
  function expand(from: number, at: number): boolean {
    for (let edge = row[at]!; edge < row[at + 1]!; edge++) {
      work++;
      if ((relation[edge]! & relations) === 0) continue;
      const to = target[edge]!;
      if (to === start) return true;
      if (to >= operationCount) {
        if (at === from && expandInstants(from, to)) return true;
      } else if (seen[to] !== round && component[to] === own) {
        seen[to] = round;
        parent[to] = from;
        next.push(to);
      }
    }
    return false;
  }

  function expandInstants(from: number, first: number): boolean {
    const last = realtime === 'direct' ? lastDirect[first - operationCount]! : graph.vertexCount - 1;
    for (let instant = scratch.nextUnseen(first); instant <= last; instant = scratch.nextUnseen(instant)) {
      // An instant that leads to an operation of the component belongs to the component itself.
      if (component[instant] !== own) return false;
      seen[instant] = round;
      later[instant] = instant + 1;
      if (expand(from, instant)) return true;
    }
    return false;
  }
}

function trace(parent: Int32Array, start: number, last: number): readonly number[] {
  const cycle: number[] = [];
  for (let vertex = last; vertex !== start; vertex = parent[vertex]!) cycle.push(vertex);
  cycle.push(start);
  return cycle.reverse();
}
