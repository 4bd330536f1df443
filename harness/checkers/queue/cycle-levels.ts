/**
 * The kinds of cycles in Elle's terms, weakest guarantee first. A level has the dependencies of which its cycles consist, the
 * anomaly that such a cycle is, and the consistency model that its existence refutes.
 *
 * A level implies every level whose dependencies contain its own: G0 implies all others; G1c implies its process and realtime
 * forms; G0-process implies G0-realtime, G1c-process and G1c-realtime.
 */

import { PROCESS, REALTIME, WR, WW } from './dependency-graph.js';

export interface CycleLevel {
  readonly cycle: CycleName;
  readonly relations: number;
  /** The anomaly that is reported for a component without a shown cycle. Its name contains the refuted model. */
  readonly existence: string;
  readonly not: string;
  readonly subgraph: readonly string[];
}

export type CycleName = 'G0' | 'G0-process' | 'G0-realtime' | 'G1c' | 'G1c-process' | 'G1c-realtime';

/** The levels in the order of the search: data dependencies alone, then with process order, then with real time. */
export const CYCLE_LEVELS: readonly CycleLevel[] = [
  level('G0', WW, 'PL-1', 'read-uncommitted'),
  level('G1c', WW | WR, 'PL-2', 'read-committed'),
  level('G0-process', WW | PROCESS, 'strong-session-PL-1', 'strong-session-read-uncommitted'),
  level('G1c-process', WW | WR | PROCESS, 'strong-session-PL-2', 'strong-session-read-committed'),
  level('G0-realtime', WW | REALTIME, 'strong-PL-1', 'strong-read-uncommitted'),
  level('G1c-realtime', WW | WR | REALTIME, 'strong-PL-2', 'strong-read-committed'),
];

/** True when a cycle at level `found` implies one at level `other`. Realtime order contains process order. */
export function implies(found: CycleLevel, other: CycleLevel): boolean {
  const covered = (other.relations & REALTIME) !== 0 ? other.relations | PROCESS : other.relations;
  return (found.relations & ~covered) === 0;
}

function level(cycle: CycleName, relations: number, model: string, not: string): CycleLevel {
  const subgraph = ['union', 'ww', 'wwp'];
  if ((relations & WR) !== 0) subgraph.push('wr', 'wrp');
  if ((relations & PROCESS) !== 0) subgraph.push('process');
  if ((relations & REALTIME) !== 0) subgraph.push('realtime');
  return { cycle, relations, existence: `${model}-cycle-exists`, not, subgraph };
}
