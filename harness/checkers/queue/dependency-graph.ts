/**
 * What must have happened before what, between completed operations (Adya's dependencies, as Elle draws them for
 * this workload):
 *
 * - ww: one sent the value that directly precedes the other's in a key's log;
 * - wr: one sent a value that the other polled;
 * - realtime: one was known to be done (ok) before the other was invoked;
 * - process: the same process did one after the other. Realtime order contains it; it is drawn apart only on request.
 *
 * Realtime order is quadratic if drawn edge by edge. Instead *instants* stand between operations, one for each
 * stretch in which operations are invoked: a done operation leads to the next instant, each instant to the next, and
 * to the operations invoked in it. Reachability is the same, edges are linear. Instants have numbers after the
 * operations'.
 */

import { type ColumnMemory, Int32List } from '../../history/growable.js';
import type { CheckInput } from './check-input.js';
import type { LabelledGraph } from './components.js';
import { INVOKE, OK, POLL, SEND, TXN } from './queue-index.js';

export const WW = 1;
export const WR = 2;
export const PROCESS = 4;
export const REALTIME = 8;

export interface DependencyGraph extends LabelledGraph {
  /** Vertices below are operations, the others instants. */
  readonly operationCount: number;
  /**
   * Per instant the last one in which operations directly follow those done before it: then one invoked meanwhile is
   * done, too, and stands between. Such steps are enough (they are the transitive reduction), and the plainest.
   */
  readonly lastDirect: Int32Array;
  /** Values that were polled, or that precede another in the log, though nobody sent them. */
  readonly orphans: readonly number[];
}

export interface DependencyOptions {
  readonly wwDependencies: boolean;
  readonly processOrder: boolean;
}

const ORPHANS_MAX = 8;

export function drawDependencies(input: CheckInput, options: DependencyOptions): DependencyGraph {
  const edges = new EdgeList(input.index.memory);
  const orphans = new Set<number>();
  if (options.wwDependencies) drawWrites(input, edges, orphans);
  drawReads(input, edges, orphans);
  if (options.processOrder) drawProcesses(input, edges);
  const operationCount = input.index.types.length;
  const vertexCount = drawRealtime(input, edges);
  const graph = edges.inRows(vertexCount);
  const { row, target, relation } = graph;
  const lastDirect = findLastDirect(graph, operationCount, input.index.types);
  return { vertexCount, row, target, relation, operationCount, lastDirect, orphans: [...orphans] };
}

class EdgeList {
  readonly #from: Int32List;
  readonly #to: Int32List;
  readonly #relation: Int32List;

  constructor(memory: ColumnMemory) {
    this.#from = new Int32List(memory);
    this.#to = new Int32List(memory);
    this.#relation = new Int32List(memory);
  }

  add(from: number, to: number, relation: number): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#relation.push(relation);
  }

  inRows(vertexCount: number): LabelledGraph {
    const from = this.#from.view();
    const to = this.#to.view();
    const relations = this.#relation.view();
    const row = new Int32Array(vertexCount + 1);
    for (const vertex of from) row[vertex + 1]!++;
    for (let vertex = 0; vertex < vertexCount; vertex++) row[vertex + 1]! += row[vertex]!;
    const next = row.slice();
    const target = new Int32Array(from.length);
    const relation = new Uint8Array(from.length);
    for (let edge = 0; edge < from.length; edge++) {
      const at = next[from[edge]!]!++;
      target[at] = to[edge]!;
      relation[at] = relations[edge]!;
    }
    return { vertexCount, row, target, relation };
  }
}

function noteOrphan(orphans: Set<number>, value: number): void {
  if (orphans.size < ORPHANS_MAX) orphans.add(value);
}

function drawWrites({ index, orders }: CheckInput, edges: EdgeList, orphans: Set<number>): void {
  const { writer, valueKeys } = index;
  for (let value = 0; value < writer.length; value++) {
    const position = orders.indexOf[value]!;
    if (writer[value] === -1 || position < 1) continue;
    const previous = orders.slotValue[orders.slotStart[valueKeys[value]!]! + position - 1]!;
    const previousWriter = writer[previous]!;
    if (previousWriter === -1) noteOrphan(orphans, previous);
    else if (previousWriter !== writer[value]) edges.add(previousWriter, writer[value]!, WW);
  }
}

function drawReads({ index }: CheckInput, edges: EdgeList, orphans: Set<number>): void {
  const { reads, types, writer } = index;
  for (let operation = 0; operation < types.length; operation++) {
    if (types[operation] === INVOKE) continue;
    const end = reads.start[reads.of[operation + 1]!]!;
    let last = operation;
    for (let entry = reads.start[reads.of[operation]!]!; entry < end; entry++) {
      const from = writer[reads.value[entry]!]!;
      if (from === last) continue;
      if (from === -1) noteOrphan(orphans, reads.value[entry]!);
      else if (from !== operation) edges.add(from, operation, WR);
      last = from;
    }
  }
}

function isTransaction(kind: number): boolean {
  return kind === SEND || kind === POLL || kind === TXN;
}

function drawProcesses({ index }: CheckInput, edges: EdgeList): void {
  const last = new Int32Array(index.processes.length).fill(-1);
  for (let operation = 0; operation < index.types.length; operation++) {
    if (index.types[operation] !== OK || !isTransaction(index.kinds[operation]!)) continue;
    const process = index.processOf[operation]!;
    if (last[process]! >= 0) edges.add(last[process]!, operation, PROCESS);
    last[process] = operation;
  }
}

/** Returns the number of vertices, instants included. */
function drawRealtime({ index }: CheckInput, edges: EdgeList): number {
  const { types, kinds, partner } = index;
  let instant = types.length - 1;
  let isInvokedIn = true;
  for (let operation = 0; operation < types.length; operation++) {
    if (!isTransaction(kinds[operation]!)) continue;
    if (types[operation] === INVOKE) {
      // Before anything is done there is nothing to come after.
      if (partner[operation]! < 0 || instant < types.length) continue;
      edges.add(instant, partner[operation]!, REALTIME);
      isInvokedIn = true;
    } else if (types[operation] === OK) {
      // What gets done before anybody is invoked again shares an instant.
      if (isInvokedIn) {
        if (instant >= types.length) edges.add(instant, instant + 1, REALTIME);
        instant++;
        isInvokedIn = false;
      }
      edges.add(operation, instant, REALTIME);
    }
  }
  return instant + 1;
}

function findLastDirect(graph: LabelledGraph, operationCount: number, types: Uint8Array): Int32Array {
  const { vertexCount, row, target, relation } = graph;
  const lastDirect = new Int32Array(vertexCount - operationCount);
  let least = vertexCount;
  for (let instant = vertexCount - 1; instant >= operationCount; instant--) {
    for (let edge = row[instant]!; edge < row[instant + 1]!; edge++) {
      const operation = target[edge]!;
      if (operation >= operationCount || types[operation] !== OK) continue;
      least = Math.min(least, instantOf(operation));
    }
    lastDirect[instant - operationCount] = least - 1;
  }
  return lastDirect;

  function instantOf(operation: number): number {
    // Drawn last, and the only one of its kind.
    const edge = row[operation + 1]! - 1;
    return edge >= row[operation]! && relation[edge] === REALTIME ? target[edge]! : vertexCount;
  }
}
