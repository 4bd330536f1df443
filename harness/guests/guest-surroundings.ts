/**
 * What a guest finds around it: globals and built-in modules of Node, bound to its host. A module whose functions reach
 * the real world is replaced or refused; modules that only calculate are Node's own.
 */
import { createRequire } from 'node:module';
import type { HostEnv } from '../env.js';
import { HarnessBug } from '../kernel/harness-bug.js';
import { guestDate, guestHrtime, guestTimers } from './guest-clock.js';
import { guestCompression } from './guest-compression.js';
import { guestCrypto, guestWebCrypto, type RandomBytes } from './guest-crypto.js';
import { GuestSocket } from './guest-socket.js';
import type { GuestSurroundings } from './module-graph.js';

const requireBuiltin = createRequire(import.meta.url);

/** Modules of Node that only calculate. */
const PURE: ReadonlySet<string> = new Set([
  'assert',
  'assert/strict',
  'buffer',
  'events',
  'path',
  'path/posix',
  'punycode',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'url',
  'util',
  'util/types',
  'diagnostics_channel',
  'async_hooks',
  'constants',
]);

export interface GuestOptions {
  /** `process.env` of the guest. Nothing of the real environment is visible to it. */
  readonly variables?: Readonly<Record<string, string>>;
}

export function guestSurroundings(env: HostEnv, options: GuestOptions = {}): GuestSurroundings {
  const timers = guestTimers(env);
  const date = guestDate(env);
  const randomBytes = randomBytesOf(env);
  const random = env.random('guest/Math.random');
  const math = Object.defineProperties(
    Object.create(Object.prototype),
    Object.getOwnPropertyDescriptors(Math),
  ) as Math;
  // 52 bits, the precision of a double in [0, 1).
  math.random = () => (random.nextInt(2 ** 26) * 2 ** 26 + random.nextInt(2 ** 26)) / 2 ** 52;
  const performance = { now: () => env.clock.monotonicMicros() / 1_000, timeOrigin: 0 };
  const process = guestProcess(env, options);
  const global: Record<string, unknown> = Object.create(globalThis);
  const shadows: Record<string, unknown> = {
    ...timers,
    clearInterval: timers.clearTimeout,
    clearImmediate: timers.clearTimeout,
    Date: date,
    Math: math,
    performance,
    process,
    crypto: guestWebCrypto(randomBytes),
    console: guestConsole(env),
    fetch: refused('fetch'),
    WebSocket: undefined,
    AbortSignal: guestAbortSignal(timers),
  };
  // Some globals of Node have a getter and no setter.
  for (const [name, value] of Object.entries({ ...shadows, global, globalThis: global })) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: true });
  }
  const globals = new Map<string, unknown>([
    ...Object.entries(shadows),
    ['global', global],
    ['globalThis', global],
  ]);
  const replaced = new Map<string, unknown>([
    ['net', netOf(env)],
    ['timers', { ...timers, clearInterval: timers.clearTimeout, clearImmediate: timers.clearTimeout }],
    ['timers/promises', timersPromises(timers)],
    ['crypto', guestCrypto(env, randomBytes)],
    ['zlib', guestCompression(env)],
    ['process', process],
    ['perf_hooks', { performance }],
    ['os', { hostname: () => env.hostName, platform: () => 'linux', EOL: '\n', cpus: () => [] }],
  ]);
  return {
    globals,
    builtin: (name) => {
      if (replaced.has(name)) return replaced.get(name);
      return PURE.has(name) ? requireBuiltin(`node:${name}`) : refusedModule(name);
    },
  };
}

function randomBytesOf(env: HostEnv): RandomBytes {
  const stream = env.random('guest/randomBytes');
  return (bytes) => {
    for (let index = 0; index < bytes.length; index++) bytes[index] = stream.nextInt(256);
    return bytes;
  };
}

function netOf(env: HostEnv): object {
  class Socket extends GuestSocket {
    constructor(options?: { readonly allowHalfOpen?: boolean }) {
      super(env, options);
    }
  }
  const connect = (...to: Parameters<GuestSocket['connect']>): GuestSocket => new Socket().connect(...to);
  const { isIP, isIPv4, isIPv6 } = requireBuiltin('node:net') as typeof import('node:net');
  return {
    Socket,
    Stream: Socket,
    connect,
    createConnection: connect,
    isIP,
    isIPv4,
    isIPv6,
    createServer: refused('net.createServer'),
  };
}

function guestProcess(env: HostEnv, { variables = {} }: GuestOptions): object {
  const nothing = (): void => undefined;
  const self: Record<string, unknown> = {
    env: { ...variables },
    argv: ['node', 'guest'],
    execArgv: [],
    pid: 1,
    platform: 'linux',
    arch: 'x64',
    version: process.version,
    versions: process.versions,
    hrtime: guestHrtime(env),
    nextTick: process.nextTick,
    uptime: () => env.clock.monotonicMicros() / 1_000_000,
    cwd: () => '/',
    emitWarning: nothing,
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    exit: (code = 0) => env.halt(`process.exit(${code})`),
  };
  for (const name of ['on', 'once', 'off', 'addListener', 'removeListener', 'removeAllListeners'])
    self[name] = () => self;
  return self;
}

/** Lines of `console` go to the log of the host. */
function guestConsole(env: HostEnv): object {
  const { logger } = env;
  const { format } = requireBuiltin('node:util') as typeof import('node:util');
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...values: unknown[]): void => {
      if (logger.enabled) logger.log(level, format(...values));
    };
  return {
    log: at('info'),
    info: at('info'),
    debug: at('debug'),
    trace: at('debug'),
    warn: at('warn'),
    error: at('error'),
  };
}

/** `AbortSignal.timeout` by the timers of the host. */
function guestAbortSignal(timers: ReturnType<typeof guestTimers>): object {
  return new Proxy(AbortSignal, {
    get: (target, property, receiver) => {
      if (property !== 'timeout') return Reflect.get(target, property, receiver);
      return (millis: number) => {
        const controller = new AbortController();
        timers.setTimeout(() => controller.abort(new DOMException('timeout', 'TimeoutError')), millis);
        return controller.signal;
      };
    },
  });
}

function timersPromises(timers: ReturnType<typeof guestTimers>): object {
  const sleep = (millis?: number, value?: unknown): Promise<unknown> =>
    new Promise((resolve) => timers.setTimeout(() => resolve(value), millis));
  return {
    setTimeout: sleep,
    setImmediate: (value?: unknown) => new Promise((resolve) => timers.setImmediate(() => resolve(value))),
    scheduler: { wait: sleep, yield: () => sleep(0) },
  };
}

function refused(what: string): () => never {
  return () => {
    throw new HarnessBug(`${what} is not simulated for guests`);
  };
}

/** A guest may load the module; the first use of it is refused. */
function refusedModule(name: string): object {
  return new Proxy(
    {},
    {
      get: (_target, property) => {
        if (typeof property === 'symbol' || property === '__esModule') return undefined;
        return refused(`${name}.${property}`);
      },
    },
  );
}
