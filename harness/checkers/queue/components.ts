/**
 * Strongly connected components of a directed graph with labelled edges, by Tarjan's algorithm without recursion. The time is
 * linear in vertices and edges for graphs of any shape.
 */

/** The edges of vertex v are [row[v], row[v + 1]). `relation` is a set of bits. */
export interface LabelledGraph {
  readonly vertexCount: number;
  readonly row: Int32Array;
  readonly target: Int32Array;
  readonly relation: Uint8Array;
}

/**
 * The number of each vertex's component, or -1 when the component is that vertex alone. Only edges with a bit of `relations`
 * count. When `within` is given, only edges between vertices of one of its components count.
 */
export function findComponents(
  graph: LabelledGraph,
  relations: number,
  within: Int32Array | null,
): Int32Array {
  const search = new ComponentSearch(graph, relations, within);
  for (let root = 0; root < graph.vertexCount; root++) {
    if (within === null || within[root] !== -1) search.searchFrom(root);
  }
  return search.component;
}

class ComponentSearch {
  readonly component: Int32Array;
  readonly #row: Int32Array;
  readonly #target: Int32Array;
  readonly #relation: Uint8Array;
  readonly #relations: number;
  readonly #within: Int32Array | null;
  /** When a vertex was first visited, counted from 1; 0 before. */
  readonly #order: Int32Array;
  readonly #lowest: Int32Array;
  /** Per vertex: the next edge to visit. */
  readonly #cursor: Int32Array;
  /** The visited vertices whose component is still unknown. */
  readonly #open: Int32Array;
  readonly #isOpen: Uint8Array;
  readonly #path: Int32Array;
  #openCount = 0;
  #visited = 0;
  #components = 0;

  constructor(graph: LabelledGraph, relations: number, within: Int32Array | null) {
    const { vertexCount } = graph;
    this.#row = graph.row;
    this.#target = graph.target;
    this.#relation = graph.relation;
    this.#relations = relations;
    this.#within = within;
    this.component = new Int32Array(vertexCount).fill(-1);
    this.#order = new Int32Array(vertexCount);
    this.#lowest = new Int32Array(vertexCount);
    this.#cursor = new Int32Array(vertexCount);
    this.#open = new Int32Array(vertexCount);
    this.#isOpen = new Uint8Array(vertexCount);
    this.#path = new Int32Array(vertexCount);
  }

  searchFrom(root: number): void {
    if (this.#order[root] !== 0) return;
    const path = this.#path;
    const lowest = this.#lowest;
    let depth = 0;
    this.#enter(root);
    path[0] = root;
    while (depth >= 0) {
      const vertex = path[depth]!;
      const next = this.#nextUnvisited(vertex);
      if (next >= 0) {
        this.#enter(next);
        path[++depth] = next;
        continue;
      }
      if (lowest[vertex] === this.#order[vertex]) this.#close(vertex);
      depth--;
      if (depth >= 0 && lowest[vertex]! < lowest[path[depth]!]!) lowest[path[depth]!] = lowest[vertex]!;
    }
  }

  #enter(vertex: number): void {
    this.#visited++;
    this.#order[vertex] = this.#visited;
    this.#lowest[vertex] = this.#visited;
    this.#cursor[vertex] = this.#row[vertex]!;
    this.#open[this.#openCount++] = vertex;
    this.#isOpen[vertex] = 1;
  }

  /** The next unvisited neighbour, -1 when there is none. Neighbours visited before update the low link on the way. */
  #nextUnvisited(vertex: number): number {
    const target = this.#target;
    const relation = this.#relation;
    const relations = this.#relations;
    const within = this.#within;
    const order = this.#order;
    const end = this.#row[vertex + 1]!;
    for (let edge = this.#cursor[vertex]!; edge < end; edge++) {
      if ((relation[edge]! & relations) === 0) continue;
      const to = target[edge]!;
      if (within !== null && within[to] !== within[vertex]) continue;
      if (order[to] === 0) {
        this.#cursor[vertex] = edge + 1;
        return to;
      }
      if (this.#isOpen[to] === 1 && order[to]! < this.#lowest[vertex]!) this.#lowest[vertex] = order[to]!;
    }
    this.#cursor[vertex] = end;
    return -1;
  }

  #close(root: number): void {
    const isAlone = this.#open[this.#openCount - 1] === root;
    const number = isAlone ? -1 : this.#components++;
    for (;;) {
      const vertex = this.#open[--this.#openCount]!;
      this.#isOpen[vertex] = 0;
      this.component[vertex] = number;
      if (vertex === root) return;
    }
  }
}
