/** Network faults. Each is a set of rules on links, with one handle per rule. The shapes `bridge` and `ring` consist of cuts. */
import type { FaultHandle } from '../world/fault-handle.js';
import { type AppliedFault, type FaultScope, fromHandles } from './applied-fault.js';
import type { NetworkFault } from './fault.js';
import type { FaultyNetwork } from './faulty-world.js';
import { GROUPS } from './target.js';

export function applyNetworkFault(fault: NetworkFault, scope: FaultScope): AppliedFault | null {
  const { network } = scope.world;
  switch (fault.kind) {
    case 'cut':
      return onPairs(fault, scope, (from, to) => cutLink(network, from, to, fault.oneWay));
    case 'isolate':
      return onPairs({ target: fault.target, peer: fault.scope }, scope, (from, to) =>
        cutLink(network, from, to, fault.oneWay),
      );
    case 'bridge':
      return bridge(fault.target, scope);
    case 'ring':
      return ring(scope);
    case 'delay':
      return onPairs(fault, scope, (from, to) => [
        network.delay(from, to, fault.extraMicros),
        network.delay(to, from, fault.extraMicros),
      ]);
    case 'slow-link':
      return onPairs(fault, scope, (from, to) => [
        network.limit(from, to, fault.bytesPerSecond),
        network.limit(to, from, fault.bytesPerSecond),
      ]);
    case 'hold':
      return onPairs(fault, scope, (from, to) => [network.hold(from, to)]);
    case 'hold-kind': {
      const targets = scope.resolveTarget(fault.target);
      return fromHandles(
        targets,
        targets.map((from) => network.holdKind(from, fault.messageKind)),
      );
    }
    case 'reset':
      return once(fault, scope, (from, to) => network.resetConnections(from, to));
    case 'half-open':
      return once(fault, scope, (from, to) => network.halfOpen(from, to));
    default: {
      const never: never = fault;
      return never;
    }
  }
}

interface Ends {
  readonly target: string;
  readonly peer: string;
}

function cutLink(network: FaultyNetwork, from: string, to: string, oneWay: boolean): readonly FaultHandle[] {
  return [oneWay ? network.cutOneWay(from, to) : network.cut(from, to)];
}

function onPairs(
  ends: Ends,
  scope: FaultScope,
  install: (from: string, to: string) => readonly FaultHandle[],
): AppliedFault | null {
  const pairs = pairsOf(ends, scope);
  return fromHandles(
    hostsOf(pairs),
    pairs.flatMap(([from, to]) => install(from, to)),
  );
}

/** A fault on the connections that exist now. Without a connection between target and peer the fault does not fire. */
function once(
  ends: Ends,
  scope: FaultScope,
  strike: (from: string, to: string) => number,
): AppliedFault | null {
  const pairs = pairsOf(ends, scope);
  const struck = pairs.reduce((sum, [from, to]) => sum + strike(from, to), 0);
  return struck === 0 ? null : { targets: hostsOf(pairs), heal() {}, affected: () => struck };
}

/** Every unordered pair of target and peer once, even when the two groups overlap. */
function pairsOf(ends: Ends, scope: FaultScope): readonly (readonly [string, string])[] {
  const seen = new Set<string>();
  const pairs: (readonly [string, string])[] = [];
  const peers = scope.resolveTarget(ends.peer);
  for (const from of scope.resolveTarget(ends.target)) {
    for (const to of peers) {
      if (from === to || seen.has(`${to} ${from}`) || seen.has(`${from} ${to}`)) continue;
      seen.add(`${from} ${to}`);
      pairs.push([from, to]);
    }
  }
  return pairs;
}

function hostsOf(pairs: readonly (readonly [string, string])[]): readonly string[] {
  return [...new Set(pairs.flat())];
}

function bridge(target: string, scope: FaultScope): AppliedFault | null {
  const middle = scope.resolveTarget(target);
  const others = scope.resolveTarget(GROUPS.servers).filter((name) => !middle.includes(name));
  if (middle.length === 0 || others.length < 2) return null;
  const left = others.slice(0, Math.ceil(others.length / 2));
  const right = others.slice(left.length);
  const handles = left.flatMap((from) => right.map((to) => scope.world.network.cut(from, to)));
  return fromHandles(middle, handles);
}

/** With fewer than four servers every server is a neighbour of every other, so the ring does not fire. */
function ring(scope: FaultScope): AppliedFault | null {
  const servers = scope.resolveTarget(GROUPS.servers);
  const handles: FaultHandle[] = [];
  for (let i = 0; i < servers.length; i++) {
    for (let j = i + 2; j < servers.length; j++) {
      if (i === 0 && j === servers.length - 1) continue;
      handles.push(scope.world.network.cut(servers[i]!, servers[j]!));
    }
  }
  return fromHandles(servers, handles);
}
