/**
 * Host faults. After `crash` the disk keeps all written data; after `power-loss` only synced data is certain. `clean-restart`
 * asks the program to stop, and kills it at healing when it is still running. After `wipe-disk` the machine comes back with
 * a new disk.
 */
import type { AppliedFault, FaultScope } from './applied-fault.js';
import type { HostFault } from './fault.js';
import type { FaultyHost } from './faulty-world.js';

export function applyHostFault(fault: HostFault, id: number, scope: FaultScope): AppliedFault | null {
  const taken: string[] = [];
  for (const name of scope.resolveTarget(fault.target)) {
    const host = scope.world.host(name);
    if (host.state === 'down' || scope.ownership.isOwned(name)) continue;
    scope.ownership.take(name, id);
    taken.push(name);
    strike(fault, host);
  }
  if (taken.length === 0) return null;
  return {
    targets: taken,
    heal() {
      for (const name of taken) {
        if (scope.ownership.release(name, id)) bringBack(fault, scope.world.host(name));
      }
    },
    affected: () => taken.length,
  };
}

function strike(fault: HostFault, host: FaultyHost): void {
  switch (fault.kind) {
    case 'crash':
      host.crash();
      return;
    case 'power-loss':
      host.powerLoss();
      return;
    case 'pause':
      host.pause();
      return;
    case 'clean-restart':
      host.requestShutdown();
      return;
    case 'wipe-disk':
      host.powerLoss();
      host.wipeDisk();
      return;
    default:
      fault satisfies never;
  }
}

function bringBack(fault: HostFault, host: FaultyHost): void {
  if (fault.kind === 'clean-restart' && host.state !== 'down') host.crash();
  if (host.state === 'paused') host.resume();
  else if (host.state === 'down') host.start();
}
