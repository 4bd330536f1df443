/**
 * Strongly connected components of a directed graph with labelled edges, by Tarjan's algorithm without recursion:
 * linear in vertices and edges, whatever the shape.
 */

/** Edges in rows: vertex v owns [row[v], row[v + 1]); `relation` is a set of bits. */
export interface LabelledGraph {
  readonly vertexCount: number;
  readonly row: Int32Array;
  readonly target: Int32Array;
  readonly relation: Uint8Array;
}

/**
 * Per vertex the number of its component, or -1 where the component is that vertex alone. Only edges with a bit of
 * `relations` count, and where `within` is given, only edges between vertices of one component of it.
 */
export function findComponents(
  graph: LabelledGraph,
  relations: number,
  within: Int32Array | null,
): Int32Array {
  const { vertexCount, row, target, relation } = graph;
  const component = new Int32Array(vertexCount).fill(-1);
  const order = new Int32Array(vertexCount);
  const lowest = new Int32Array(vertexCount);
  const cursor = new Int32Array(vertexCount);
  const open = new Int32Array(vertexCount);
  const isOpen = new Uint8Array(vertexCount);
  const path = new Int32Array(vertexCount);
  let openCount = 0;
  let visited = 0;
  let components = 0;
  for (let root = 0; root < vertexCount; root++) {
    if (order[root] !== 0 || (within !== null && within[root] === -1)) continue;
    let depth = 0;
    enter(root);
    path[0] = root;
    while (depth >= 0) {
      const vertex = path[depth]!;
      const next = nextUnvisited(vertex);
      if (next >= 0) {
        enter(next);
        path[++depth] = next;
        continue;
      }
      if (lowest[vertex] === order[vertex]) close(vertex);
      depth--;
      if (depth >= 0) {
        const parent = path[depth]!;
        if (lowest[vertex]! < lowest[parent]!) lowest[parent] = lowest[vertex]!;
      }
    }
  }
  return component;

  function enter(vertex: number): void {
    order[vertex] = ++visited;
    lowest[vertex] = visited;
    cursor[vertex] = row[vertex]!;
    open[openCount++] = vertex;
    isOpen[vertex] = 1;
  }

  function nextUnvisited(vertex: number): number {
    const end = row[vertex + 1]!;
    for (let edge = cursor[vertex]!; edge < end; edge++) {
      if ((relation[edge]! & relations) === 0) continue;
      const to = target[edge]!;
      if (order[to] === 0) {
        if (within !== null && within[to] !== within[vertex]) continue;
        cursor[vertex] = edge + 1;
        return to;
      }
      if (
        isOpen[to] === 1 &&
        order[to]! < lowest[vertex]! &&
        (within === null || within[to] === within[vertex])
      ) {
        lowest[vertex] = order[to]!;
      }
    }
    cursor[vertex] = end;
    return -1;
  }

  function close(root: number): void {
    const isAlone = open[openCount - 1] === root;
    const number = isAlone ? -1 : components++;
    for (;;) {
      const vertex = open[--openCount]!;
      isOpen[vertex] = 0;
      component[vertex] = number;
      if (vertex === root) return;
    }
  }
}
