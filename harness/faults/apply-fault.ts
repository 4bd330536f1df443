/**
 * Applies one fault to a world, simulated or live. The result heals the fault and counts its effects. It is null when the fault could not be
 * applied: no host has the target's name now, or the host was already down.
 */
import type { FaultHandle } from '../world/fault-handle.js';
import { type AppliedFault, type FaultScope, fromHandles } from './applied-fault.js';
import { applyHostFault } from './apply-host-fault.js';
import { applyNetworkFault } from './apply-network-fault.js';
import type { AnswerFault, ClockFault, DiskFault, Fault } from './fault.js';
import type { FaultyDisk } from './faulty-world.js';

export function applyFault(fault: Fault, id: number, scope: FaultScope): AppliedFault | null {
  switch (fault.kind) {
    case 'crash':
    case 'power-loss':
    case 'pause':
    case 'clean-restart':
    case 'wipe-disk':
      return applyHostFault(fault, id, scope);
    case 'cut':
    case 'isolate':
    case 'bridge':
    case 'ring':
    case 'delay':
    case 'slow-link':
    case 'reset':
    case 'half-open':
    case 'hold':
    case 'hold-kind':
      return applyNetworkFault(fault, scope);
    case 'disk-hang':
    case 'disk-slow':
    case 'disk-full':
    case 'disk-error':
    case 'short-write':
    case 'lying-sync':
    case 'bit-rot':
      return applyDiskFault(fault, scope);
    case 'clock-step':
    case 'clock-drift':
      return applyClockFault(fault, scope);
    case 'answer-error':
      return applyAnswerFault(fault, scope);
    case 'action':
      return scope.perform(fault)
        ? { targets: scope.resolveTarget(fault.target), heal() {}, affected: () => 1 }
        : null;
    default: {
      const never: never = fault;
      return never;
    }
  }
}

/**
 * Applies a disk fault. A server halts itself at a disk error. At healing its operator starts it again, unless another fault
 * keeps it down.
 */
function applyDiskFault(fault: DiskFault, scope: FaultScope): AppliedFault | null {
  const targets = scope.resolveTarget(fault.target);
  if (fault.kind === 'bit-rot') return rot(targets, scope);
  const applied = fromHandles(
    targets,
    targets.map((name) => installDiskFault(fault, scope.world.host(name).disk)),
  );
  if (applied === null) return null;
  return {
    targets,
    heal() {
      applied.heal();
      for (const name of targets) {
        const host = scope.world.host(name);
        if (host.state === 'down' && !scope.ownership.isOwned(name)) host.start();
      }
    },
    affected: applied.affected,
  };
}

function installDiskFault(fault: Exclude<DiskFault, { kind: 'bit-rot' }>, disk: FaultyDisk): FaultHandle {
  switch (fault.kind) {
    case 'disk-hang':
      return disk.hang();
    case 'disk-slow':
      return disk.slow(fault.extraMicros);
    case 'disk-full':
      return disk.full();
    case 'disk-error':
      return disk.fail(fault.operation, fault.count);
    case 'short-write':
      return disk.shortWrite();
    case 'lying-sync':
      return disk.lie();
    default: {
      const never: never = fault;
      return never;
    }
  }
}

/** Flips one stored bit. A disk without stored bytes has nothing to flip: the fault does not fire. */
function rot(targets: readonly string[], scope: FaultScope): AppliedFault | null {
  const random = scope.world.random('nemesis/bit-rot');
  const rotten = targets.filter((name) => scope.world.host(name).disk.rot(random));
  return rotten.length === 0 ? null : { targets: rotten, heal() {}, affected: () => rotten.length };
}

function applyAnswerFault(fault: AnswerFault, scope: FaultScope): AppliedFault | null {
  const { api, error, count, partition = null } = fault;
  const targets = scope.resolveTarget(fault.target);
  return fromHandles(
    targets,
    targets.map((name) => scope.world.host(name).answers.fail({ api, error, count, partition })),
  );
}

function applyClockFault(fault: ClockFault, scope: FaultScope): AppliedFault | null {
  const targets = scope.resolveTarget(fault.target);
  const handles = targets.map((name) => {
    const { clock } = scope.world.host(name);
    return fault.kind === 'clock-step' ? clock.step(fault.stepMillis) : clock.drift(fault.partsPerMillion);
  });
  return fromHandles(targets, handles);
}
