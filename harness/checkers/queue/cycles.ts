/**
 * Cycles of dependencies: G0 (writes alone), G1c (with reads), and their forms that need process order or realtime order. The
 * report follows Elle: at most one cycle of each kind per strongly connected component, without kinds that follow from a
 * reported one, and the `…-cycle-exists` of each refuted level.
 *
 * Components are found in linear time at every level, so the search needs no time limit.
 */

import type { CheckInput } from './check-input.js';
import { findComponents } from './components.js';
import { CYCLE_LEVELS, type CycleLevel, implies } from './cycle-levels.js';
import { explainCycle } from './cycle-steps.js';
import {
  type DependencyGraph,
  type DependencyOptions,
  drawDependencies,
  PROCESS,
} from './dependency-graph.js';
import { type Evidence, type Finding, findingsOf } from './finding.js';
import { compareValues } from './inconsistent-offsets.js';
import { CycleScratch, findShortCycle } from './shortest-cycle.js';
import type { Shortlist } from './shortlist.js';

export interface CycleFindings {
  readonly findings: readonly Finding[];
  /** The reason why the graph may lack edges; null when it is complete. */
  readonly unknownBecause: string | null;
}

const ALL_RELATIONS = 0xff;

/** The reason for `unknown` when the graph has no dependencies. Jepsen calls this an empty transaction graph. */
const NOTHING_DEPENDS = 'no operation depends on another, so there is nothing to judge';

export function findCycles(input: CheckInput, options: DependencyOptions): CycleFindings {
  const graph = drawDependencies(input, options);
  const findings = searchComponents(input, options, graph);
  return {
    findings,
    unknownBecause: isEmpty(graph) ? NOTHING_DEPENDS : describeOrphans(input, graph.orphans),
  };
}

/** True when every edge leads to an instant: no operation depends on another. */
function isEmpty(graph: DependencyGraph): boolean {
  for (const to of graph.target) if (to < graph.operationCount) return false;
  return true;
}

function searchComponents(
  input: CheckInput,
  options: DependencyOptions,
  graph: DependencyGraph,
): readonly Finding[] {
  const whole = findComponents(graph, ALL_RELATIONS, null);
  const componentCount = countOf(whole);
  if (componentCount === 0) return [];
  const levels = CYCLE_LEVELS.filter((level) => options.processOrder || (level.relations & PROCESS) === 0);
  const report = new CycleReport(input, options, graph);
  const found: CycleLevel[][] = Array.from({ length: componentCount }, () => []);
  for (const level of levels) {
    const parts = findComponents(graph, level.relations, whole);
    for (const smallest of smallestParts(graph, whole, parts, componentCount)) {
      const already = found[smallest.component]!;
      if (already.some((other) => implies(other, level))) continue;
      already.push(level);
      report.add(level, parts, smallest.members);
    }
  }
  return report.findings();
}

/** The number of components, which are numbered from 0. */
function countOf(componentOf: Int32Array): number {
  let count = 0;
  for (const component of componentOf) if (component >= count) count = component + 1;
  return count;
}

interface Part {
  readonly component: number;
  /** The vertices in ascending order, including instants. */
  readonly members: Int32Array;
}

/** For each component of the whole graph with cyclic parts at this level: the part with the fewest operations. */
function smallestParts(
  graph: DependencyGraph,
  whole: Int32Array,
  parts: Int32Array,
  componentCount: number,
): readonly Part[] {
  const partCount = countOf(parts);
  const start = new Int32Array(partCount + 1);
  const operations = new Int32Array(partCount);
  for (let vertex = 0; vertex < parts.length; vertex++) {
    const part = parts[vertex]!;
    if (part < 0) continue;
    start[part + 1]!++;
    if (vertex < graph.operationCount) operations[part]!++;
  }
  for (let part = 0; part < partCount; part++) start[part + 1]! += start[part]!;
  const next = start.slice();
  const members = new Int32Array(start[partCount]!);
  for (let vertex = 0; vertex < parts.length; vertex++) {
    if (parts[vertex]! >= 0) members[next[parts[vertex]!]!++] = vertex;
  }
  const smallest = new Int32Array(componentCount).fill(-1);
  for (let part = 0; part < partCount; part++) {
    const component = whole[members[start[part]!]!]!;
    const best = smallest[component]!;
    const isSmaller =
      best < 0 ||
      operations[part]! < operations[best]! ||
      (operations[part] === operations[best] && members[start[part]!]! < members[start[best]!]!);
    if (isSmaller) smallest[component] = part;
  }
  const result: Part[] = [];
  for (let component = 0; component < componentCount; component++) {
    const part = smallest[component]!;
    if (part >= 0) result.push({ component, members: members.subarray(start[part]!, start[part + 1]!) });
  }
  return result;
}

/** Collects the cycles and the `…-cycle-exists` anomalies by name, in the order of the levels. */
class CycleReport {
  readonly #input: CheckInput;
  readonly #options: DependencyOptions;
  readonly #graph: DependencyGraph;
  readonly #scratch: CycleScratch;
  readonly #existence = new Map<CycleLevel, { count: number; readonly witnesses: Evidence[] }>();
  readonly #cycles = new Map<string, Shortlist>();

  constructor(input: CheckInput, options: DependencyOptions, graph: DependencyGraph) {
    this.#input = input;
    this.#options = options;
    this.#graph = graph;
    this.#scratch = new CycleScratch(graph.vertexCount);
  }

  add(level: CycleLevel, parts: Int32Array, members: Int32Array): void {
    const cycle = findShortCycle(this.#graph, level.relations, parts, members, this.#scratch);
    const explained = explainCycle(this.#input, this.#options, cycle);
    const cycles = this.#cycles.get(explained.name) ?? this.#input.shortlist(explained.name, 8, 'smallest');
    this.#cycles.set(explained.name, cycles);
    if (cycles.counts(explained.stepCount)) cycles.add(explained.stepCount, () => explained.evidence);
    this.#addExistence(level, members);
  }

  #addExistence(level: CycleLevel, members: Int32Array): void {
    const existence = this.#existence.get(level) ?? { count: 0, witnesses: [] };
    this.#existence.set(level, existence);
    existence.count++;
    if (existence.witnesses.length >= this.#input.witnessesMax) return;
    const operations = members.filter((vertex) => vertex < this.#graph.operationCount);
    const indices = [...operations.subarray(0, COMPONENT_SHOWN_MAX)].map(
      (id) => this.#input.operation(id)?.index ?? id,
    );
    existence.witnesses.push({
      type: level.existence,
      not: level.not,
      subgraph: level.subgraph,
      'scc-size': operations.length,
      scc: indices.sort(compareValues),
    });
  }

  findings(): readonly Finding[] {
    const findings: Finding[] = [];
    for (const level of CYCLE_LEVELS) findings.push(...(this.#cycles.get(level.cycle)?.findings() ?? []));
    for (const level of CYCLE_LEVELS) {
      const existence = this.#existence.get(level);
      if (existence !== undefined)
        findings.push(...findingsOf(level.existence, existence.count, existence.witnesses));
    }
    return findings;
  }
}

/** The most operations that are shown of a component, which may be the whole history. `scc-size` shows its real size. */
const COMPONENT_SHOWN_MAX = 1000;

function describeOrphans(input: CheckInput, orphans: readonly number[]): string | null {
  if (orphans.length === 0) return null;
  const named = orphans.map(
    (value) => `${String(input.value(value))} of key ${String(input.key(input.index.valueKeys[value]!))}`,
  );
  return `polled though nobody sent it: value ${named.join(', ')}; what it depends on cannot be known`;
}
