/**
 * The kinds of cycle, weakest promise first, in Elle's words. A level names the dependencies of which a cycle is
 * made, the anomaly that a cycle of just these is, and the consistency model that its mere existence refutes.
 *
 * What a cycle at one level implies for others: G0 implies everything; G1c implies its process and realtime forms;
 * G0-process implies G0-realtime, G1c-process and G1c-realtime; and so on: a level implies those whose dependencies
 * contain its own.
 */

import { PROCESS, REALTIME, WR, WW } from './dependency-graph.js';

export interface CycleLevel {
  readonly cycle: CycleName;
  readonly relations: number;
  /** The anomaly that stands for a component of which no cycle is shown, and the model it refutes. */
  readonly existence: string;
  readonly not: string;
  readonly subgraph: readonly string[];
}

export type CycleName = 'G0' | 'G0-process' | 'G0-realtime' | 'G1c' | 'G1c-process' | 'G1c-realtime';

/** In the order of the search: data alone, then with the order of processes, then of real time. */
export const CYCLE_LEVELS: readonly CycleLevel[] = [
  level('G0', WW, 'PL-1', 'read-uncommitted'),
  level('G1c', WW | WR, 'PL-2', 'read-committed'),
  level('G0-process', WW | PROCESS, 'strong-session-PL-1', 'strong-session-read-uncommitted'),
  level('G1c-process', WW | WR | PROCESS, 'strong-session-PL-2', 'strong-session-read-committed'),
  level('G0-realtime', WW | REALTIME, 'strong-PL-1', 'strong-read-uncommitted'),
  level('G1c-realtime', WW | WR | REALTIME, 'strong-PL-2', 'strong-read-committed'),
];

/** Whether a cycle at `found` makes one at `other` no news. Real time contains the order of processes. */
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
