/**
 * The ports the broker, the controller and the clients need of the world, in their own words; types only.
 *
 * The same code serves real clients over TCP and runs in a simulation; only what stands behind these doors differs.
 * Time is an integer count of microseconds (`…Micros`), except Kafka's own configuration and record timestamps (ms).
 * Every callback runs to completion and never from inside the call that asked for it.
 */

/** A handle to one scheduled callback. `cancel` after it fired, or twice, does nothing. */
export interface TimerHandle {
  cancel(): void;
}

export interface Timers {
  /** Runs `callback` once, `delayMicros` (integer ≥ 0) of monotonic time from now. */
  schedule(delayMicros: number, callback: () => void): TimerHandle;
}

export interface Clock {
  /** Microseconds since an arbitrary start; never goes back. */
  monotonicMicros(): number;
  /** Milliseconds since the Unix epoch, as this machine believes; may step. */
  wallMillis(): number;
}

export interface Random {
  /** Uniform over the integers [0, boundExclusive), boundExclusive in [1, 2^31]. */
  nextInt(boundExclusive: number): number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export type CloseReason = 'closed' | 'reset' | 'refused' | 'timed-out';

/** One end of an ordered, reliable stream of frames. */
export interface Connection {
  /** Queues one frame behind all earlier ones; the frame must not change afterwards. `kind`: the API's name. */
  send(frame: unknown, sizeBytes: number, kind: string): void;
  /** Ends both directions. No `onClose` here. */
  close(): void;
}

export interface ConnectionHandler {
  onOpen(): void;
  onMessage(frame: unknown): void;
  /** Once at most; never after this side called `close`. */
  onClose(reason: CloseReason): void;
}

export interface Network {
  connect(to: Address, handler: ConnectionHandler): Connection;
  listen(port: number, accept: (connection: Connection, peerHost: string) => ConnectionHandler): void;
}

export type DiskErrorCode = 'EIO' | 'ENOSPC' | 'ENOENT' | 'EEXIST' | 'EROFS';

export interface DiskError {
  readonly code: DiskErrorCode;
  readonly message: string;
}

/**
 * Files by '/'-separated path; parent directories come into being with their first file. Written data survives a
 * process crash at once, a power loss only after `sync` and `syncDirectory`. Completions of one file come in order.
 */
export interface Disk {
  append(
    path: string,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void;
  write(
    path: string,
    position: number,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void;
  read(
    path: string,
    position: number,
    lengthBytes: number,
    done: (error: DiskError | null, bytes: Uint8Array) => void,
  ): void;
  size(path: string, done: (error: DiskError | null, sizeBytes: number) => void): void;
  sync(path: string, done: (error: DiskError | null) => void): void;
  syncDirectory(path: string, done: (error: DiskError | null) => void): void;
  truncate(path: string, sizeBytes: number, done: (error: DiskError | null) => void): void;
  rename(from: string, to: string, done: (error: DiskError | null) => void): void;
  remove(path: string, done: (error: DiskError | null) => void): void;
  list(path: string, done: (error: DiskError | null, names: readonly string[]) => void): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Logger {
  /** Build no message when nobody reads it. */
  readonly enabled: boolean;
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface Env {
  readonly hostName: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly network: Network;
  readonly disk: Disk;
  readonly logger: Logger;
  random(label: string): Random;
  /** At least so many zero bytes, for what is kept long. */
  allocate(sizeBytes: number): Uint8Array;
  /** Ends the process at once (Kafka's `Exit.halt`): after an I/O error in the only log directory, say. */
  halt(reason: string): void;
}
