/** A fault of a live cluster as one line of the terminal. */
import type { FaultPhase } from '../../harness/faults/nemesis.js';

/** For example `    1.204 s  fault 0 crash begins on b2`. */
export function faultWords({ timeMicros, id, fault, phase, targets }: FaultPhase): string {
  const seconds = (timeMicros / 1_000_000).toFixed(3).padStart(9);
  const name = fault.kind === 'action' ? `${fault.kind} ${fault.name}` : fault.kind;
  return `${seconds} s  fault ${id} ${name} ${phase === 'start' ? 'begins' : 'ends'} on ${targets.join(', ')}`;
}
