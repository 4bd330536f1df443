/**
 * Fault specifications of Trogdor, Kafka's own fault injector, as a fault plan (org.apache.kafka.trogdor.fault):
 * ProcessStopFaultSpec (a pause), NetworkPartitionFaultSpec (cuts between the sets), DegradedNetworkFaultSpec (a delay and
 * a slow link) and FilesUnreadableFaultSpec (reads fail with EIO). A node has the name of a host: `b1`, `c1`.
 *
 * Trogdor delays what a node sends; the fault `delay` works in both directions, so each direction gets half of `latencyMs`
 * and a round trip takes as long. `startMs` before the year 2001 counts from the start of the run. A later `startMs` is a
 * time of the wall clock, and the earliest one of the document is the start of the run.
 */
import type { Fault, FaultPlan } from '../../harness/faults/fault.js';
import { nearest } from '../../harness/faults/nearest.js';
import { PlanError } from '../../harness/faults/plan.js';

type Values = Readonly<Record<string, unknown>>;

const PACKAGE = 'org.apache.kafka.trogdor.fault.';
/** A time of the wall clock has more milliseconds than this. */
const WALL_MILLIS_MIN = 1_000_000_000_000;
const MILLIS_MAX = 9_000_000_000_000;
const EIO = 5;
/** More reads than any run has. */
const READS_MAX = 2_147_483_647;

interface Instant {
  readonly atMicros: number;
  readonly durationMicros: number;
}

interface SpecReader {
  /** The fields beside `class`, `startMs` and `durationMs`. */
  readonly fields: readonly string[];
  read(spec: Values, instant: Instant, path: string): readonly Fault[];
}

const READERS: Readonly<Record<string, SpecReader>> = {
  ProcessStopFaultSpec: { fields: ['nodeNames', 'javaProcessName'], read: processStop },
  NetworkPartitionFaultSpec: { fields: ['partitions'], read: networkPartition },
  DegradedNetworkFaultSpec: { fields: ['nodeSpecs'], read: degradedNetwork },
  FilesUnreadableFaultSpec: {
    fields: ['nodeNames', 'mountPath', 'prefix', 'errorCode'],
    read: filesUnreadable,
  },
};

/** True for a specification of Trogdor, a task with one, and a list of either. A fault plan of this project is none. */
export function isTrogdor(document: unknown): boolean {
  const [first] = tasksOf(document);
  return first !== undefined && isObject(first.spec) && typeof first.spec.class === 'string';
}

/** @throws PlanError for a class or a field that has no counterpart here, with its name. */
export function planFromTrogdor(document: unknown): FaultPlan {
  const tasks = tasksOf(document).map(({ spec, path }) => {
    if (!isObject(spec)) throw new PlanError(path, 'must be an object with "class"');
    return { spec, path, startMillis: millis(spec.startMs, `${path}.startMs`) };
  });
  const wallStarts = tasks.map(({ startMillis }) => startMillis).filter((start) => start >= WALL_MILLIS_MIN);
  const firstMillis = wallStarts.reduce((least, start) => Math.min(least, start), Number.MAX_SAFE_INTEGER);
  const faults = tasks.flatMap(({ spec, path, startMillis }) => {
    const atMillis = startMillis >= WALL_MILLIS_MIN ? startMillis - firstMillis : startMillis;
    const durationMicros = millis(spec.durationMs, `${path}.durationMs`) * 1_000;
    return readSpec(spec, { atMicros: atMillis * 1_000, durationMicros }, path);
  });
  return { version: 1, faults };
}

function tasksOf(document: unknown): readonly { readonly spec: unknown; readonly path: string }[] {
  const list: readonly unknown[] = Array.isArray(document) ? document : [document];
  return list.map((task, index) => {
    const path = Array.isArray(document) ? `tasks[${index}]` : 'the task';
    // CreateTaskRequest of Trogdor's coordinator: {"id": …, "spec": …}.
    return isObject(task) && 'spec' in task
      ? { spec: task.spec, path: `${path}.spec` }
      : { spec: task, path };
  });
}

function readSpec(spec: Values, instant: Instant, path: string): readonly Fault[] {
  const className = typeof spec.class === 'string' ? spec.class : '';
  const name = className.startsWith(PACKAGE) ? className.slice(PACKAGE.length) : '';
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined) {
    const names = Object.keys(READERS).map((each) => PACKAGE + each);
    const near = nearest(className, names);
    const hint = near === null ? `classes are ${names.join(', ')}` : `did you mean "${near}"?`;
    throw new PlanError(`${path}.class`, `no fault "${className}"; ${hint}`);
  }
  for (const field of Object.keys(spec)) {
    if (!['class', 'startMs', 'durationMs', ...reader.fields].includes(field))
      throw new PlanError(`${path}.${field}`, `${name} has no such field`);
  }
  return reader.read(spec, instant, path);
}

function processStop(spec: Values, instant: Instant, path: string): readonly Fault[] {
  const process = text(spec.javaProcessName, `${path}.javaProcessName`);
  if (!/kafka/i.test(process))
    throw new PlanError(`${path}.javaProcessName`, `a host runs kafka.Kafka alone, not "${process}"`);
  return nodeNames(spec, path).map((target): Fault => ({ kind: 'pause', target, ...instant }));
}

function networkPartition(spec: Values, instant: Instant, path: string): readonly Fault[] {
  const place = `${path}.partitions`;
  if (!Array.isArray(spec.partitions)) throw new PlanError(place, 'must be a list of lists of node names');
  const sets = spec.partitions.map((set, index) => names(set, `${place}[${index}]`));
  const all = sets.flat();
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) throw new PlanError(place, `node ${twice} appears in more than one partition`);
  return sets.flatMap((set, index) =>
    set.flatMap((target) =>
      sets
        .slice(index + 1)
        .flat()
        .map((peer): Fault => ({ kind: 'cut', target, peer, oneWay: false, ...instant })),
    ),
  );
}

function degradedNetwork(spec: Values, instant: Instant, path: string): readonly Fault[] {
  if (!isObject(spec.nodeSpecs)) throw new PlanError(`${path}.nodeSpecs`, 'must be an object by node name');
  return Object.entries(spec.nodeSpecs).flatMap(([target, node]): readonly Fault[] => {
    const place = `${path}.nodeSpecs.${target}`;
    if (!isObject(node)) throw new PlanError(place, 'must be an object');
    for (const field of Object.keys(node)) {
      if (!['networkDevice', 'latencyMs', 'rateLimitKbit'].includes(field))
        throw new PlanError(`${place}.${field}`, 'NodeDegradeSpec has no such field');
    }
    if (text(node.networkDevice, `${place}.networkDevice`) !== '')
      throw new PlanError(`${place}.networkDevice`, 'a host has one network; leave the device out');
    const extraMicros = millis(node.latencyMs, `${place}.latencyMs`) * 500;
    const bytesPerSecond = millis(node.rateLimitKbit, `${place}.rateLimitKbit`) * 125;
    const ends = { target, peer: 'all', ...instant };
    return [
      ...(extraMicros > 0 ? [{ kind: 'delay' as const, extraMicros, ...ends }] : []),
      ...(bytesPerSecond > 0 ? [{ kind: 'slow-link' as const, bytesPerSecond, ...ends }] : []),
    ];
  });
}

function filesUnreadable(spec: Values, instant: Instant, path: string): readonly Fault[] {
  text(spec.mountPath, `${path}.mountPath`);
  if (text(spec.prefix, `${path}.prefix`) !== '')
    throw new PlanError(`${path}.prefix`, 'the fault strikes the whole disk; leave the prefix out');
  if (spec.errorCode !== EIO) throw new PlanError(`${path}.errorCode`, `must be ${EIO} (EIO)`);
  return nodeNames(spec, path).map(
    (target): Fault => ({ kind: 'disk-error', target, operation: 'read', count: READS_MAX, ...instant }),
  );
}

function nodeNames(spec: Values, path: string): readonly string[] {
  return names(spec.nodeNames, `${path}.nodeNames`);
}

function names(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) throw new PlanError(path, 'must be a list of node names');
  return value.map((name, index) => {
    if (typeof name !== 'string' || name === '')
      throw new PlanError(`${path}[${index}]`, 'must be a node name');
    return name;
  });
}

/** Absent or null: empty, as in Trogdor. */
function text(value: unknown, path: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new PlanError(path, 'must be a text');
  return value;
}

/** Absent: 0, as in Trogdor. */
function millis(value: unknown, path: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > MILLIS_MAX)
    throw new PlanError(path, 'must be an integer, 0 or more');
  return value;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
