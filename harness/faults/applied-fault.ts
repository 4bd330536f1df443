/** The input that every kind of fault needs to be applied, and its result, which heals the fault. */
import type { FaultHandle } from '../world/fault-handle.js';
import type { ClusterAction } from './fault.js';
import type { FaultyWorld } from './faulty-world.js';
import type { HostOwnership } from './host-ownership.js';

export interface AppliedFault {
  /** The hosts that the target resolved to, for the trace. */
  readonly targets: readonly string[];
  heal(): void;
  /** The number of effects so far: hosts killed, packets dropped or delayed, operations failed … 0: the fault had no effect. */
  affected(): number;
}

export interface FaultScope {
  readonly world: FaultyWorld;
  readonly ownership: HostOwnership;
  resolveTarget(target: string): readonly string[];
  perform(action: ClusterAction): boolean;
}

/** Combines several handles into one applied fault; null when there are none. */
export function fromHandles(
  targets: readonly string[],
  handles: readonly FaultHandle[],
): AppliedFault | null {
  if (handles.length === 0) return null;
  return {
    targets,
    heal() {
      for (const handle of handles) handle.heal();
    },
    affected: () => handles.reduce((sum, handle) => sum + handle.affected, 0),
  };
}
