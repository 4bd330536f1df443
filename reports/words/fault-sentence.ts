/** A fault of the plan as a sentence, and as a short label for its band in the timeline. */
import type { AnswerFault, ClusterAction, Fault } from '../../harness/faults/fault.js';
import { durationInWords } from './instant.js';

type TargetedFault = Exclude<Fault, ClusterAction | { readonly kind: 'ring' }>;

/** The sentence of a fault, without its time: `b2 crashes; started again 4 s later`. */
export function faultSentence(fault: Fault): string {
  if (fault.kind === 'ring') return `every broker sees only its neighbours in a ring${lasting(fault)}`;
  if (fault.kind === 'action') return `${fault.name} (${[fault.target, ...argumentWords(fault)].join(', ')})`;
  return `${fault.target} ${predicate(fault)}`;
}

/** The fault with its targets replaced by the hosts that they resolved to: `leader of orders-0` becomes `b2`. */
export function resolveFault(fault: Fault, targets: readonly string[]): Fault {
  const [target, peer] = targets;
  if (target === undefined || targets.length > 2 || fault.kind === 'ring' || fault.kind === 'action')
    return fault;
  if (!('peer' in fault)) return targets.length === 1 ? { ...fault, target } : fault;
  return peer === undefined ? fault : { ...fault, target, peer };
}

/** `crash b2`. */
export function faultLabel(fault: Fault): string {
  if (fault.kind === 'ring') return 'ring';
  if (fault.kind === 'action') return `${fault.name} ${fault.target}`.trim();
  if (fault.kind === 'hold-kind') return `hold ${fault.messageKind} from ${fault.target}`;
  if (fault.kind === 'answer-error') return `${fault.kind} ${fault.api} ${fault.target}`;
  if ('peer' in fault) return `${fault.kind} ${fault.target} ${arrow(fault)} ${fault.peer}`;
  return `${fault.kind} ${fault.target}`;
}

/** `count 4`, `replicas [1,2]`. */
function argumentWords({ args = {} }: ClusterAction): readonly string[] {
  return Object.entries(args).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
}

function arrow(fault: TargetedFault): string {
  if (fault.kind === 'hold' || (fault.kind === 'cut' && fault.oneWay)) return '→';
  return '↔';
}

function lasting(fault: Fault): string {
  return 'durationMicros' in fault ? `, for ${durationInWords(fault.durationMicros)}` : '';
}

function restart(durationMicros: number): string {
  return `started again ${durationInWords(durationMicros)} later`;
}

function predicate(fault: TargetedFault): string {
  switch (fault.kind) {
    case 'crash':
      return `crashes (the process dies, its page cache survives); ${restart(fault.durationMicros)}`;
    case 'power-loss':
      return `loses power (what was not synced may be lost or torn); ${restart(fault.durationMicros)}`;
    case 'pause':
      return `is paused${lasting(fault)}: time goes on, it does not see it`;
    case 'clean-restart':
      return `shuts down in good order; ${restart(fault.durationMicros)}`;
    case 'wipe-disk':
      return `dies and comes back with an empty disk; ${restart(fault.durationMicros)}`;
    case 'answer-error':
      return answerPredicate(fault);
    case 'clock-step':
      return `has its clock stepped by ${fault.stepMillis} ms`;
    case 'clock-drift':
      return `has a clock that drifts by ${fault.partsPerMillion} ppm${lasting(fault)}`;
    case 'disk-hang':
    case 'disk-slow':
    case 'disk-full':
    case 'disk-error':
    case 'short-write':
    case 'lying-sync':
    case 'bit-rot':
      return diskPredicate(fault);
    default:
      return networkPredicate(fault);
  }
}

function answerPredicate(fault: AnswerFault): string {
  const { api, error, count, partition } = fault;
  const requests = count === 1 ? `${api} request` : `${count} ${api} requests`;
  const place = partition === undefined ? '' : ` for ${partition}`;
  return `answers the next ${requests} with ${error}${place} and does not carry them out${lasting(fault)}`;
}

type DiskFault = Extract<
  TargetedFault,
  { kind: 'disk-hang' | 'disk-slow' | 'disk-full' | 'disk-error' | 'short-write' | 'lying-sync' | 'bit-rot' }
>;

function diskPredicate(fault: DiskFault): string {
  switch (fault.kind) {
    case 'disk-hang':
      return `has a disk that answers nothing${lasting(fault)}`;
    case 'disk-slow':
      return `has a disk that takes ${durationInWords(fault.extraMicros)} longer for everything${lasting(fault)}`;
    case 'disk-full':
      return `has a full disk${lasting(fault)}`;
    case 'disk-error':
      return `gets EIO on the next ${fault.count === 1 ? fault.operation : `${fault.count} ${fault.operation}s`}${lasting(fault)}`;
    case 'short-write':
      return 'has its next write cut short';
    case 'lying-sync':
      return `has a disk whose sync answers at once and does nothing${lasting(fault)}`;
    case 'bit-rot':
      return 'has one bit of its stored data flipped';
    default:
      return unreachable(fault);
  }
}

type NetworkFault = Exclude<
  TargetedFault,
  | DiskFault
  | AnswerFault
  | { kind: 'crash' | 'power-loss' | 'pause' | 'clean-restart' | 'wipe-disk' | 'clock-step' | 'clock-drift' }
>;

function networkPredicate(fault: NetworkFault): string {
  switch (fault.kind) {
    case 'cut':
      return fault.oneWay
        ? `is no longer heard by ${fault.peer}${lasting(fault)}`
        : `and ${fault.peer} are cut from each other${lasting(fault)}`;
    case 'isolate':
      return fault.oneWay
        ? `is no longer heard by the other hosts (${fault.scope})${lasting(fault)}`
        : `is cut from the other hosts (${fault.scope})${lasting(fault)}`;
    case 'bridge':
      return `becomes a bridge: two halves that see each other only through it${lasting(fault)}`;
    case 'delay':
      return `and ${fault.peer} hear each other ${durationInWords(fault.extraMicros)} later than usual${lasting(fault)}`;
    case 'slow-link':
      return `and ${fault.peer} share a link of ${fault.bytesPerSecond} bytes per second${lasting(fault)}`;
    case 'reset':
      return `and ${fault.peer} have their connections reset`;
    case 'half-open':
      return `and ${fault.peer} have connections left half-open`;
    case 'hold':
      return `has its packets to ${fault.peer} held back${lasting(fault)}, then released in order`;
    case 'hold-kind':
      return `has every ${fault.messageKind} held back${lasting(fault)}`;
    default:
      return unreachable(fault);
  }
}

function unreachable(fault: never): never {
  throw new Error(`unknown fault: ${JSON.stringify(fault)}`);
}
