/**
 * fast-check arbitraries for fault plans. A scenario lists *sources* (one kind of fault on some targets). `swarm` turns off a
 * random subset of the sources in each run, because faults hide one another: a bug that needs a minute of a slow disk never
 * appears when crashes are always on (Groce et al., "Swarm testing", 2012).
 *
 * Draws are integers only and avoid fast-check's bias, which uses logarithms: the same seed gives the same plan on every
 * engine.
 */
import * as fc from 'fast-check';
import { hashText } from '../kernel/digest.js';
import type { FailingOperation } from '../world/disk-faults.js';
import { durationOf, type FaultBudget, trimToBudget } from './budget.js';
import type { ActionArguments, Fault, FaultKind, FaultPlan } from './fault.js';

/** One target, several to choose from, or an arbitrary of texts in the grammar of `target.ts`. */
export type Targets = string | readonly string[] | fc.Arbitrary<string>;

/** Inclusive; durations are drawn octave by octave, so short ones are as frequent as long ones. */
export interface MicrosRange {
  readonly min: number;
  readonly max: number;
}

/** One kind of fault that a swarm may turn on. */
export interface FaultSource {
  readonly kind: FaultKind;
  /** The description used in accounts: `hold-kind Produce response on any broker`. Sources of one name share an account. */
  readonly name: string;
  /** True when this source can have drawn the fault. */
  draws(fault: Fault): boolean;
  /** A fault that begins inside the window. */
  draw(at: fc.Arbitrary<number>): fc.Arbitrary<Fault>;
}

const OUTAGE: MicrosRange = { min: 100_000, max: 8_000_000 };
const EXTRA_LATENCY: MicrosRange = { min: 1_000, max: 1_000_000 };

/** The target `any <group> #n`, uniform over the hosts of groups of up to six. */
export function anyOf(group: string): fc.Arbitrary<string> {
  const targets = fc.integer({ min: 0, max: 59 }).map((number) => `any ${group} #${number}`);
  GROUPS_DRAWN.set(targets, `any ${group}`);
  return targets;
}

const GROUPS_DRAWN = new WeakMap<object, string>();

/** The duration of a fault in microseconds, drawn octave by octave. */
export function span(range: MicrosRange): fc.Arbitrary<number> {
  const octaves: MicrosRange[] = [];
  for (let low = Math.max(1, range.min); low <= range.max; low *= 2) {
    octaves.push({ min: low, max: Math.min(range.max, low * 2 - 1) });
  }
  return fc.integer({ min: 0, max: octaves.length - 1 }).chain((octave) => fc.integer(octaves[octave]!));
}

type HostKind = 'crash' | 'power-loss' | 'pause' | 'clean-restart' | 'wipe-disk';
type LastingDiskKind = 'disk-hang' | 'disk-full' | 'lying-sync';

function onHost(
  kind: HostKind | LastingDiskKind | 'bridge',
  targets: Targets,
  lasts: MicrosRange,
): FaultSource {
  const parts = { target: textOf(targets), durationMicros: span(lasts) };
  return {
    ...named(kind, { target: targets }),
    kind,
    draw: (at) => fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind, ...drawn })),
  };
}

export function crash(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('crash', targets, lasts);
}

export function powerLoss(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('power-loss', targets, lasts);
}

export function pause(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('pause', targets, lasts);
}

export function cleanRestart(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('clean-restart', targets, lasts);
}

export function wipeDisk(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('wipe-disk', targets, lasts);
}

export function cut(targets: Targets, peers: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  const parts = {
    target: textOf(targets),
    peer: textOf(peers),
    oneWay: fc.boolean(),
    durationMicros: span(lasts),
  };
  return {
    ...named('cut', { target: targets, peer: peers }),
    kind: 'cut',
    draw: (at) => fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'cut', ...drawn })),
  };
}

export function isolate(targets: Targets, scope: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  const parts = {
    target: textOf(targets),
    scope: textOf(scope),
    oneWay: fc.boolean(),
    durationMicros: span(lasts),
  };
  return {
    ...named('isolate', { target: targets, scope }),
    kind: 'isolate',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'isolate', ...drawn })),
  };
}

export function bridge(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('bridge', targets, lasts);
}

export function ring(lasts: MicrosRange = OUTAGE): FaultSource {
  return {
    ...named('ring', {}),
    kind: 'ring',
    draw: (at) =>
      fc
        .record({ atMicros: at, durationMicros: span(lasts) })
        .map((drawn): Fault => ({ kind: 'ring', ...drawn })),
  };
}

export function delay(
  targets: Targets,
  peers: Targets,
  options: { readonly lasts?: MicrosRange; readonly extra?: MicrosRange } = {},
): FaultSource {
  const parts = {
    target: textOf(targets),
    peer: textOf(peers),
    extraMicros: span(options.extra ?? EXTRA_LATENCY),
    durationMicros: span(options.lasts ?? OUTAGE),
  };
  return {
    ...named('delay', { target: targets, peer: peers }),
    kind: 'delay',
    draw: (at) => fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'delay', ...drawn })),
  };
}

export function slowLink(targets: Targets, peers: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  const parts = {
    target: textOf(targets),
    peer: textOf(peers),
    bytesPerSecond: fc.constantFrom(1_000, 10_000, 100_000),
    durationMicros: span(lasts),
  };
  return {
    ...named('slow-link', { target: targets, peer: peers }),
    kind: 'slow-link',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'slow-link', ...drawn })),
  };
}

function onConnections(kind: 'reset' | 'half-open', targets: Targets, peers: Targets): FaultSource {
  const parts = { target: textOf(targets), peer: textOf(peers) };
  return {
    ...named(kind, { target: targets, peer: peers }),
    kind,
    draw: (at) => fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind, ...drawn })),
  };
}

export function reset(targets: Targets, peers: Targets): FaultSource {
  return onConnections('reset', targets, peers);
}

export function halfOpen(targets: Targets, peers: Targets): FaultSource {
  return onConnections('half-open', targets, peers);
}

export function hold(targets: Targets, peers: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  const parts = { target: textOf(targets), peer: textOf(peers), durationMicros: span(lasts) };
  return {
    ...named('hold', { target: targets, peer: peers }),
    kind: 'hold',
    draw: (at) => fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'hold', ...drawn })),
  };
}

export function holdKind(targets: Targets, messageKinds: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  const parts = { target: textOf(targets), messageKind: textOf(messageKinds), durationMicros: span(lasts) };
  return {
    ...named('hold-kind', { messageKind: messageKinds, target: targets }),
    kind: 'hold-kind',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'hold-kind', ...drawn })),
  };
}

export function diskHang(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('disk-hang', targets, lasts);
}

export function diskFull(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('disk-full', targets, lasts);
}

export function lyingSync(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  return onHost('lying-sync', targets, lasts);
}

export function diskSlow(targets: Targets, lasts: MicrosRange = OUTAGE): FaultSource {
  const parts = { target: textOf(targets), extraMicros: span(EXTRA_LATENCY), durationMicros: span(lasts) };
  return {
    ...named('disk-slow', { target: targets }),
    kind: 'disk-slow',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'disk-slow', ...drawn })),
  };
}

export function diskError(
  targets: Targets,
  operations: readonly FailingOperation[] = ['read', 'write', 'sync'],
  lasts: MicrosRange = OUTAGE,
): FaultSource {
  const parts = {
    target: textOf(targets),
    operation: fc.constantFrom(...operations),
    count: fc.integer({ min: 1, max: 5 }),
    durationMicros: span(lasts),
  };
  return {
    ...named('disk-error', { operation: operations, target: targets }),
    kind: 'disk-error',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'disk-error', ...drawn })),
  };
}

function onDiskOnce(kind: 'short-write' | 'bit-rot', targets: Targets): FaultSource {
  const target = textOf(targets);
  return {
    ...named(kind, { target: targets }),
    kind,
    draw: (at) => fc.record({ atMicros: at, target }).map((drawn): Fault => ({ kind, ...drawn })),
  };
}

export function shortWrite(targets: Targets): FaultSource {
  return onDiskOnce('short-write', targets);
}

export function bitRot(targets: Targets): FaultSource {
  return onDiskOnce('bit-rot', targets);
}

/** A jump of the wall clock; monotonic time does not change. */
export function clockStep(targets: Targets, mostMillis = 3_600_000): FaultSource {
  const parts = { target: textOf(targets), stepMillis: fc.integer({ min: -mostMillis, max: mostMillis }) };
  return {
    ...named('clock-step', { target: targets }),
    kind: 'clock-step',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'clock-step', ...drawn })),
  };
}

export function clockDrift(targets: Targets, mostPartsPerMillion = 50_000): FaultSource {
  const parts = {
    target: textOf(targets),
    partsPerMillion: fc.integer({ min: -mostPartsPerMillion, max: mostPartsPerMillion }),
    durationMicros: span(OUTAGE),
  };
  return {
    ...named('clock-drift', { target: targets }),
    kind: 'clock-drift',
    draw: (at) =>
      fc.record({ atMicros: at, ...parts }).map((drawn): Fault => ({ kind: 'clock-drift', ...drawn })),
  };
}

export interface AnsweredErrors {
  readonly api: string;
  /** Names of errors, for example `REQUEST_TIMED_OUT`. */
  readonly errors: readonly string[];
  /** The largest number of requests that one fault answers with its error. */
  readonly countMax?: number;
  /** Only this partition gets the error. Absent: the whole request. */
  readonly partition?: string;
  readonly lasts?: MicrosRange;
}

export function answerError(targets: Targets, answered: AnsweredErrors): FaultSource {
  const { api, errors, countMax = 10, partition, lasts = OUTAGE } = answered;
  const parts = {
    target: textOf(targets),
    error: fc.constantFrom(...errors),
    count: fc.integer({ min: 1, max: countMax }),
    durationMicros: span(lasts),
  };
  const ofPartition = partition === undefined ? {} : { partition };
  const { name, draws } = named('answer-error', { api, error: errors, ...ofPartition, target: targets });
  return {
    name,
    draws: (fault) => draws(fault) && 'partition' in fault === (partition !== undefined),
    kind: 'answer-error',
    draw: (at) =>
      fc
        .record({ atMicros: at, ...parts })
        .map((drawn): Fault => ({ kind: 'answer-error', ...drawn, api, ...ofPartition })),
  };
}

/** `args` draws the arguments, all of them at once; absent: the action is drawn without arguments. */
export function action(name: string, targets: Targets, args?: fc.Arbitrary<ActionArguments>): FaultSource {
  const target = textOf(targets);
  const { name: sourceName, draws } = named('action', { name, target: targets });
  return {
    name: args === undefined ? sourceName : `${sourceName} with arguments`,
    draws: (fault) => draws(fault) && 'args' in fault === (args !== undefined),
    kind: 'action',
    draw: (at) =>
      fc
        .record({ atMicros: at, target, ...(args === undefined ? {} : { args }) })
        .map((drawn): Fault => ({ kind: 'action', name, ...drawn })),
  };
}

export interface SwarmOptions {
  /**
   * The length of the safety phase. No fault begins in its first or last twentieth: the system must be up first, and the last
   * faults must have time to matter.
   */
  readonly durationMicros: number;
  readonly budget: FaultBudget;
  readonly faultsMax?: number;
}

/**
 * The time from the instant of a burst to the begin of each of its faults. Most faults of a burst are close together: the
 * first weakens the system (a replica is behind, an election is in progress), and the next one meets the weakened system.
 */
const BURST: MicrosRange = { min: 1_000, max: 4_000_000 };
const BURSTS_MAX = 3;

/** A fault with the values that the shapes of a plan (bursts, relapses) use. */
interface DrawnFault {
  readonly fault: Fault;
  readonly burst: number;
  readonly afterMicros: number;
  readonly isRelapse: boolean;
}

/**
 * Plans of 0 to `faultsMax` faults from a random half of the sources, within the budget, ordered by time. In a quarter of the
 * plans the faults are spread evenly. In half of the plans they come in one to three bursts. In the last quarter some faults
 * are relapses: the next fault strikes the target of the previous fault just after its healing, while the host recovers.
 */
export function swarm(sources: readonly FaultSource[], options: SwarmOptions): fc.Arbitrary<FaultPlan> {
  const at = fc.integer({
    min: Math.floor(options.durationMicros / 20),
    max: Math.floor((options.durationMicros * 19) / 20),
  });
  const drawn = sources.map((source) => source.draw(at));
  const shapes = fc.record({
    on: fc.array(fc.boolean(), { minLength: sources.length, maxLength: sources.length, size: 'max' }),
    shape: fc.constantFrom('spread', 'bursts', 'bursts', 'relapses'),
    bursts: fc.array(at, { minLength: 1, maxLength: BURSTS_MAX, size: 'max' }),
  });
  const latest = Math.floor((options.durationMicros * 19) / 20);
  return shapes.chain(({ on, shape, bursts }) => {
    const enabled = drawn.filter((_, index) => on[index]);
    if (enabled.length === 0) return fc.constant<FaultPlan>({ version: 1, faults: [] });
    const one = fc.record({
      fault: fc.oneof(...enabled),
      burst: fc.integer({ min: 0, max: bursts.length - 1 }),
      afterMicros: span(BURST),
      isRelapse: fc.integer({ min: 0, max: 3 }).map((number) => number > 0),
    });
    return fc
      .array(one, { minLength: 0, maxLength: options.faultsMax ?? 12, size: 'max' })
      .map((list) => {
        if (shape === 'relapses') return asRelapses(list, latest);
        return list.map(({ fault, burst, afterMicros }) =>
          shape === 'spread' ? fault : { ...fault, atMicros: Math.min(bursts[burst]! + afterMicros, latest) },
        );
      })
      .map((faults) => trimToBudget({ version: 1, faults: orderByTime(faults) }, options.budget));
  });
}

function asRelapses(drawn: readonly DrawnFault[], latest: number): Fault[] {
  let previous: Fault | null = null;
  return drawn.map(({ fault, afterMicros, isRelapse }) => {
    const healed: number = previous === null ? latest : previous.atMicros + durationOf(previous);
    const isNext = previous !== null && isRelapse && healed + afterMicros <= latest;
    previous = isNext ? { ...onTargetOf(previous!, fault), atMicros: healed + afterMicros } : fault;
    return previous;
  });
}

/** `any broker #` of the target `any broker #7`. */
const GROUP = /^any .+#(?=\d+$)/;

/** Gives a fault the previous fault's target when both targets are of one group (`any broker #…`); other targets stay. */
function onTargetOf(previous: Fault, fault: Fault): Fault {
  if (!('target' in fault && 'target' in previous)) return fault;
  const group = GROUP.exec(fault.target)?.[0];
  const isOfSameGroup = group !== undefined && group === GROUP.exec(previous.target)?.[0];
  return isOfSameGroup ? { ...fault, target: previous.target } : fault;
}

/** The plan of a run: a function of arbitrary and seed alone. */
export function drawPlan(plans: fc.Arbitrary<FaultPlan>, seed: string): FaultPlan {
  return fc.sample(fc.noBias(plans), { seed: hashText(`plan/${seed}`), numRuns: 1 })[0]!;
}

function orderByTime(faults: readonly Fault[]): readonly Fault[] {
  const ordered = faults.map((fault, index) => ({ fault, index }));
  ordered.sort((a, b) => a.fault.atMicros - b.fault.atMicros || a.index - b.index);
  return ordered.map((entry) => entry.fault);
}

/** A source with its name and its `draws`: it can draw the faults of its kind whose texts are among its own. */
function named(
  kind: FaultKind,
  texts: Readonly<Record<string, Targets>>,
): Pick<FaultSource, 'name' | 'draws'> {
  const words = Object.entries(texts).map(
    ([field, targets]) => `${PREPOSITIONS[field] ?? ''}${wordsOf(targets)}`,
  );
  return {
    name: [kind, ...words].join(' '),
    draws: (fault) =>
      fault.kind === kind &&
      Object.entries(texts).every(([field, targets]) => {
        const value: unknown = Reflect.get(fault, field);
        return typeof value === 'string' && includes(targets, value);
      }),
  };
}

const PREPOSITIONS: Readonly<Record<string, string>> = { target: 'on ', peer: 'and ', scope: 'from ' };

function wordsOf(targets: Targets): string {
  if (typeof targets === 'string') return targets;
  return isList(targets) ? targets.join(' or ') : (GROUPS_DRAWN.get(targets) ?? 'drawn targets');
}

/** True when `targets` can give this text. An arbitrary other than those of `anyOf` can give any text. */
function includes(targets: Targets, value: string): boolean {
  if (typeof targets === 'string') return value === targets;
  if (isList(targets)) return targets.includes(value);
  const group = GROUPS_DRAWN.get(targets);
  return group === undefined || value.startsWith(`${group} #`);
}

function textOf(targets: Targets): fc.Arbitrary<string> {
  if (typeof targets === 'string') return fc.constant(targets);
  return isList(targets) ? fc.constantFrom(...targets) : targets;
}

function isList(targets: readonly string[] | fc.Arbitrary<string>): targets is readonly string[] {
  return Array.isArray(targets);
}
