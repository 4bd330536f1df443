/**
 * The guard: while a simulation runs, a call to real time, real randomness, real timers or real I/O throws an error with the
 * caller's stack.
 *
 * The wrappers are installed once per process (or worker) and check a counter, so entering a simulation costs one increment.
 * While no simulation runs, the wrappers call the original function. Node's modules are reached through
 * `process.getBuiltinModule`; where it does not exist (in a browser), only the globals are guarded. Calls made by Node's own
 * code (`console.log` that writes to a file) pass.
 *
 * Not covered: functions referenced before the first simulation was created; native promises and `process.nextTick`, whose
 * callbacks run after the simulation returns; other realms.
 */
import { HarnessBug } from './harness-bug.js';

/** The state is shared by the whole process, even when this module is loaded twice. */
interface GuardState {
  depth: number;
  installed: boolean;
}

type Callable = (this: unknown, ...input: unknown[]) => unknown;
/** A module or global object whose functions are replaced. */
type Owner = Record<string, unknown>;

const stateKey = Symbol.for('seismolog.guard');
const registry = globalThis as unknown as Record<symbol, GuardState | undefined>;
registry[stateKey] ??= { depth: 0, installed: false };
const state: GuardState = registry[stateKey];

/** A program in a simulation called a function of the real world. */
export class RealWorldCall extends HarnessBug {
  constructor(what: string) {
    super(
      `${what} was called inside a simulation: its outcome is no function of the seed. ` +
        'Use the clock, timers, random streams, network or disk of the host.',
    );
  }
}

export function enterSimulation(): void {
  state.depth++;
}

export function leaveSimulation(): void {
  state.depth--;
}

/** Resets the counter after a simulation was aborted from outside without a call of `leaveSimulation`. */
export function leaveEverySimulation(): void {
  state.depth = 0;
}

/** Runs `body` with the guard off: for observers that need real I/O during a simulation. */
export function outsideSimulation<T>(body: () => T): T {
  const { depth } = state;
  state.depth = 0;
  try {
    return body();
  } finally {
    state.depth = depth;
  }
}

/** Installs the wrappers. Later calls do nothing. */
export function installGuard(): void {
  if (state.installed) {
    return;
  }
  state.installed = true;
  guardGlobals();
  const processObject = (
    globalThis as { process?: { getBuiltinModule?: (name: string) => Owner | undefined } }
  ).process;
  if (processObject?.getBuiltinModule !== undefined) {
    guardNode(processObject as unknown as Owner, (name) => processObject.getBuiltinModule?.(name));
  }
}

function guardGlobals(): void {
  const globals = globalThis as unknown as Owner;
  guardDate(globals);
  wrap(Math as unknown as Owner, 'Math', ['random']);
  wrap(globals, '', ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']);
  for (const name of ['performance', 'crypto']) {
    const owner = globals[name] as Owner | undefined;
    if (owner !== undefined) {
      wrap(owner, name, ['now', 'getRandomValues', 'randomUUID']);
    }
  }
}

/** The functions of Node's modules that read or change the real world; 'all' for modules in which every function does. */
const guardedFunctions: Readonly<Record<string, readonly string[] | 'all'>> = {
  'node:fs': 'all',
  'node:fs/promises': 'all',
  'node:dns': 'all',
  'node:dns/promises': 'all',
  'node:child_process': 'all',
  'node:net': ['connect', 'createConnection', 'createServer'],
  'node:tls': ['connect', 'createServer'],
  'node:http': ['request', 'get', 'createServer'],
  'node:https': ['request', 'get', 'createServer'],
  'node:dgram': ['createSocket'],
  'node:timers': ['setTimeout', 'setInterval', 'setImmediate'],
  'node:timers/promises': ['setTimeout', 'setInterval', 'setImmediate'],
  'node:crypto': [
    'randomBytes',
    'randomInt',
    'randomUUID',
    'randomFill',
    'randomFillSync',
    'getRandomValues',
    'generateKeyPair',
    'generateKeyPairSync',
    'generateKey',
    'generateKeySync',
  ],
};

function guardNode(processObject: Owner, load: (name: string) => Owner | undefined): void {
  for (const [name, guarded] of Object.entries(guardedFunctions)) {
    const owner = load(name);
    if (owner !== undefined) {
      const names = guarded === 'all' ? Object.keys(owner).filter((key) => /^[a-z]/.test(key)) : guarded;
      wrap(owner, name.slice('node:'.length), names);
    }
  }
  wrap(processObject, 'process', ['hrtime']);
  const sockets = load('node:net')?.Socket as { prototype: Owner } | undefined;
  if (sockets !== undefined) {
    wrap(sockets.prototype, 'net.Socket', ['connect']);
  }
  // Updates the named imports of these modules.
  (load('node:module') as { syncBuiltinESMExports?: () => void } | undefined)?.syncBuiltinESMExports?.();
}

function wrap(owner: Owner, ownerName: string, names: readonly string[]): void {
  for (const name of names) {
    const descriptor = propertyOf(owner, name);
    const original = descriptor?.value as unknown;
    if (typeof original === 'function') {
      const what = ownerName === '' ? name : `${ownerName}.${name}`;
      const replacement = guarded(what, original as Callable);
      Object.defineProperty(owner, name, {
        configurable: true,
        enumerable: descriptor?.enumerable ?? true,
        writable: true,
        value: replacement,
      });
    }
  }
}

function propertyOf(owner: Owner, name: string): PropertyDescriptor | undefined {
  for (let object: object | null = owner; object !== null; object = Object.getPrototypeOf(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor !== undefined) {
      return descriptor;
    }
  }
  return undefined;
}

/** Wrapper by original function: one function may be reachable from two modules, or be a property of itself. */
const replacements = new WeakMap<Callable, Callable>();

function guarded(what: string, original: Callable): Callable {
  const known = replacements.get(original);
  if (known !== undefined) {
    return known;
  }
  function replacement(this: unknown, ...input: unknown[]): unknown {
    if (state.depth > 0) {
      refuse(what, replacement);
    }
    return Reflect.apply(original, this, input);
  }
  replacements.set(original, replacement);
  replacements.set(replacement, replacement);
  // Properties such as `setTimeout[util.promisify.custom]`, `fs.realpath.native`, `process.hrtime.bigint`.
  for (const key of Reflect.ownKeys(original)) {
    if (key !== 'prototype' && key !== 'length') {
      const descriptor = Object.getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
      if (typeof descriptor.value === 'function') {
        descriptor.value = guarded(`${what}.${String(key)}`, descriptor.value as Callable);
      }
      Object.defineProperty(replacement, key, descriptor);
    }
  }
  return replacement;
}

/** Throws, unless Node itself is the direct caller. */
function refuse(what: string, replacement: Callable): void {
  const error = new RealWorldCall(what);
  if ('captureStackTrace' in Error) {
    Error.captureStackTrace(error, replacement);
  }
  const caller = (error.stack ?? '').split('\n').find((line) => /^\s+at /.test(line)) ?? '';
  if (!/\(?node:/.test(caller)) {
    throw error;
  }
}

/** `Date.now()`, `Date()` and `new Date()` read the real clock; `new Date(value)` does not. */
function guardDate(globals: Owner): void {
  const RealDate = Date;
  const GuardedDate = new Proxy(RealDate, {
    apply(target, receiver, input) {
      if (state.depth > 0) {
        refuse('Date()', Date as unknown as Callable);
      }
      return Reflect.apply(target, receiver, input);
    },
    construct(target, input, newTarget) {
      if (state.depth > 0 && input.length === 0) {
        refuse('new Date()', Date as unknown as Callable);
      }
      return Reflect.construct(target, input, newTarget);
    },
  });
  wrap(RealDate as unknown as Owner, 'Date', ['now']);
  RealDate.prototype.constructor = GuardedDate;
  globals.Date = GuardedDate;
}
