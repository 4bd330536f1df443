/**
 * The ports through which the broker, the controller and the clients use the world, in their own words;
 * types only.
 *
 * The same code serves real clients over TCP and runs in a simulation; only the implementations of the
 * ports differ. Time is an integer count of microseconds (`…Micros`), except in Kafka's own configuration
 * and record timestamps (ms). Every callback runs to completion and is never called inside the call that
 * requested it.
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
  /** Milliseconds since the Unix epoch by this machine's wall clock; may step. */
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

/**
 * Why a connection ended, as seen by the side that reports it. `closed`: both directions have ended in
 * order.
 */
export type CloseReason = 'closed' | 'reset' | 'refused' | 'timed-out';

/**
 * One end of a connection: an ordered, reliable stream of bytes in each direction, as TCP offers it to programs. A
 * network whose `passesValues` is true also carries values by reference, each in place of its encoded bytes.
 */
export interface Connection {
  /**
   * Queues bytes after all those queued before. The caller must not change them afterwards. The peer may receive them
   * in any pieces. False: the window of the stream is full; `onDrain` follows when it has room again. Bytes that are
   * written nevertheless wait in memory. `write` never fails: after an end the bytes are dropped, and `onClose`
   * reports the end.
   */
  write(bytes: Uint8Array): boolean;
  /**
   * `write` for a value (no `Uint8Array`) that counts as `sizeBytes` bytes. The peer receives it whole. `kind` names
   * it for fault rules and the trace. Only on a network that passes values.
   */
  pass(value: unknown, sizeBytes: number, kind: string): boolean;
  /** Delivers nothing more until `resume`; the peer's window fills in the meantime. The end of the stream waits too. */
  pause(): void;
  resume(): void;
  /** Ends this direction after the bytes written before; the other direction stays open. */
  end(): void;
  /** Ends both directions. The peer receives the bytes written before. After this call no callback of this end runs. */
  close(): void;
}

export interface ConnectionHandler {
  onOpen(): void;
  /** A piece of the stream. The boundaries of pieces have no meaning. */
  onBytes?(bytes: Uint8Array): void;
  onValue?(value: unknown): void;
  /** The window that was full has room again. */
  onDrain?(): void;
  /**
   * The peer writes nothing more; this side still may. If the handler lacks this method, the connection is
   * closed when the peer ends its direction. After `close` by the peer, bytes written here are answered
   * with a reset.
   */
  onEnd?(): void;
  /** Called at most once, and never after this side called `close`. */
  onClose(reason: CloseReason): void;
}

/** Where to listen. Port 0: any free port. `host`: the interface; absent: all interfaces. */
export interface ListenAddress {
  readonly port: number;
  readonly host?: string;
}

export interface ListenError {
  readonly code: 'EADDRINUSE' | 'EADDRNOTAVAIL' | 'EACCES';
  readonly message: string;
}

export interface Listener {
  accept(connection: Connection, peer: Address): ConnectionHandler;
  /** Connections are accepted from now on; `port` is the actual port. */
  onListening?(port: number): void;
  onError(error: ListenError): void;
}

export interface ListenHandle {
  /** Accepts no further connections. Open connections stay. */
  close(): void;
}

export interface Network {
  /** `Connection.pass` works: both ends of every connection run in one process. */
  readonly passesValues: boolean;
  /** Starts to connect; `onOpen` or `onClose` follows. Bytes written before `onOpen` wait for it. */
  connect(to: Address, handler: ConnectionHandler): Connection;
  /** `onListening` or `onError` follows. Connections are accepted until `close`, or until the program ends. */
  listen(at: ListenAddress, listener: Listener): ListenHandle;
}

export type DiskErrorCode = 'EIO' | 'ENOSPC' | 'ENOENT' | 'EEXIST' | 'EROFS';

export interface DiskError {
  readonly code: DiskErrorCode;
  readonly message: string;
}

/**
 * Files by '/'-separated path. A parent directory is created with its first file. Written data survives a
 * process crash at once, and a power loss only after `sync` and `syncDirectory`. Completions of one file
 * come in order.
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
  /**
   * Renames a directory with everything in it, atomically. The rename is durable after `syncDirectory` of the parent of
   * `to`. ENOENT: `from` is absent; EEXIST: `to` is not empty.
   */
  renameDirectory(from: string, to: string, done: (error: DiskError | null) => void): void;
  /** Removes an empty directory; an absent one counts as removed. EEXIST: the directory is not empty. */
  removeDirectory(path: string, done: (error: DiskError | null) => void): void;
  list(path: string, done: (error: DiskError | null, names: readonly string[]) => void): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Logger {
  /** False: nothing reads the messages, so the caller should not build one. */
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
  /** At least this many zero bytes, for memory that is kept long. */
  allocate(sizeBytes: number): Uint8Array;
  /**
   * Ends the process at once (Kafka's `Exit.halt`), for example after an I/O error in the only log
   * directory.
   */
  halt(reason: string): void;
}
