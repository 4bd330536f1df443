/** What happened to each host, and when: for the story, and to inform the invariant checker of damaged disks. */

import type { HostChange } from '../../harness/kernel/host.js';
import type { World } from '../../harness/world/world.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';

export type HostEventKind = HostChange['kind'];

export interface HostEvent {
  readonly timeMicros: number;
  readonly host: string;
  readonly kind: HostEventKind;
}

export function endsProgram(change: HostChange): boolean {
  return change.kind === 'crashed' || change.kind === 'exited' || change.kind === 'power-lost';
}

export class HostChronicle {
  readonly events: HostEvent[] = [];

  constructor(world: World, checker: ReplicaChecker) {
    for (const host of world.hosts) {
      let [wipes, rots] = [0, 0];
      host.onStateChange((change) => {
        this.events.push({ timeMicros: world.simulation.nowMicros, host: host.name, kind: change.kind });
        if (change.kind === 'power-lost') {
          if (host.disk.unsoundSyncCount > 0) checker.syncsUnsound(host.name);
          checker.diskDamaged(host.name, 'power-loss');
        }
        if (change.kind !== 'started') return;
        checker.hostStarted(host.name);
        // Damage to stored data shows at a start, when the logs are opened again.
        if (host.disk.rotCount > rots) checker.diskDamaged(host.name, 'bit-rot');
        if (host.disk.wipeCount > wipes) checker.diskDamaged(host.name, 'wiped-disk');
        [wipes, rots] = [host.disk.wipeCount, host.disk.rotCount];
      });
    }
  }

  /** The last event of these kinds on `host` (null: on any host) in [fromMicros, toMicros]. */
  lastOf(
    host: string | null,
    kinds: readonly HostEventKind[],
    fromMicros: number,
    toMicros: number,
  ): HostEvent | null {
    for (let index = this.events.length - 1; index >= 0; index--) {
      const event = this.events[index]!;
      if (event.timeMicros > toMicros) continue;
      if (event.timeMicros < fromMicros) return null;
      if ((host === null || event.host === host) && kinds.includes(event.kind)) return event;
    }
    return null;
  }
}
