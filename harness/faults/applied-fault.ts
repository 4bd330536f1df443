/** What every kind of fault needs to strike, and what it leaves to heal it by. */
import type { FaultHandle } from '../world/fault-handle.js';
import type { World } from '../world/world.js';
import type { ClusterAction } from './fault.js';
import type { HostOwnership } from './host-ownership.js';

export interface AppliedFault {
  /** Hosts it resolved to, for the trace. */
  readonly targets: readonly string[];
  heal(): void;
  /** Hosts killed, packets dropped or delayed, operations failed … up to now; 0: it made no difference. */
  affected(): number;
}

export interface FaultScope {
  readonly world: World;
  readonly ownership: HostOwnership;
  resolveTarget(target: string): readonly string[];
  perform(action: ClusterAction): boolean;
}

/** Several handles as one applied fault; null when there are none. */
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
