/**
 * The dependencies between completed operations (Adya's dependencies, as Elle draws them for this workload):
 *
 * - ww: the first operation sent the value that directly precedes a value of the second in a key's log;
 * - wr: the first operation sent a value that the second polled;
 * - realtime: the first operation completed (ok) before the second was invoked;
 * - process: the same process did both, one after the other. Realtime order contains process order; a separate edge for it is
 *   drawn only on request.
 *
 * Direct edges for realtime order would be quadratic. Instead the graph has *instants* between operations, one for each
 * stretch in which operations are invoked. A completed operation has an edge to the next instant; an instant has edges to the
 * next instant and to the operations invoked in its stretch. Reachability is the same, and the number of edges is linear.
 * Instants have the numbers after those of the operations.
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
  /** Vertices with smaller numbers are operations; the others are instants. */
  readonly operationCount: number;
  /**
   * Per instant: the last instant whose operations directly follow the operations completed before it. In later instants an
   * operation that was invoked and completed meanwhile lies in between. The direct steps are the transitive reduction of
   * realtime order: they suffice, and they are the easiest to read.
   */
  readonly lastDirect: Int32Array;
  /** Values that were polled, or that precede another value in the log, without a known send. */
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

/** Returns the number of vertices, including instants. */
function drawRealtime({ index }: CheckInput, edges: EdgeList): number {
  const { types, kinds, partner } = index;
  let instant = types.length - 1;
  let isInvokedIn = true;
  for (let operation = 0; operation < types.length; operation++) {
    if (!isTransaction(kinds[operation]!)) continue;
    if (types[operation] === INVOKE) {
      // Operations invoked before the first completion follow no other operation.
      if (partner[operation]! < 0 || instant < types.length) continue;
      edges.add(instant, partner[operation]!, REALTIME);
      isInvokedIn = true;
    } else if (types[operation] === OK) {
      // Operations that complete before the next invocation share an instant.
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
    // The realtime edge is the last edge of the operation, and its only one of this kind.
    const edge = row[operation + 1]! - 1;
    return edge >= row[operation]! && relation[edge] === REALTIME ? target[edge]! : vertexCount;
  }
}
