/**
 * The ports that the harness offers to a program on a simulated host; types only.
 *
 * The ports are independent of the program. A program with its own port types (a server, for example) is connected by plain
 * assignment in the scenario that hosts it, so the compiler checks that both sides agree.
 *
 * Time is an integer count of microseconds (`…Micros`) everywhere; sizes are bytes. Every callback runs as one
 * event, to completion, never from inside the call that asked for it.
 */

/** A handle to one scheduled callback. `cancel` after it fired, or twice, does nothing. */
export interface TimerHandle {
  cancel(): void;
}

export interface Timers {
  /** Runs `callback` once, `delayMicros` (integer ≥ 0) of this host's monotonic time from now. */
  schedule(delayMicros: number, callback: () => void): TimerHandle;
}

/** The host's two clocks. Monotonic never goes back; wall may be skewed, drift and step. */
export interface HostClock {
  /** Microseconds since an arbitrary start; continues across restarts of the program. */
  monotonicMicros(): number;
  /** Milliseconds since the Unix epoch, by this host's wall clock. */
  wallMillis(): number;
}

/** A labelled stream of random numbers. Draws from one stream never change another stream. */
export interface RandomStream {
  /** Uniform over the integers [0, boundExclusive), boundExclusive in [1, 2^31]. */
  nextInt(boundExclusive: number): number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Why a connection ended, as seen by the side that is still alive. `closed`: both directions have ended in order. */
export type CloseReason = 'closed' | 'reset' | 'refused' | 'timed-out';

/**
 * One end of a connection: an ordered, reliable stream of bytes in each direction, as TCP gives it to programs. A network whose
 * `passesValues` is true also carries values by reference, each in place of the bytes it stands for.
 */
export interface Connection {
  /**
   * Queues bytes behind all that was queued before; the caller must not change them afterwards. The peer may receive them in any
   * pieces. False: the window of the stream is full; `onDrain` follows when there is room again. Bytes that are written
   * nevertheless wait in memory. Never fails: after an end the bytes are dropped, and `onClose` reports the end.
   */
  write(bytes: Uint8Array): boolean;
  /**
   * `write` for a value (no `Uint8Array`) that stands for `sizeBytes` bytes; the peer receives it whole. `kind` names it for
   * fault rules and the trace. Only on a network that passes values.
   */
  pass(value: unknown, sizeBytes: number, kind: string): boolean;
  /** Stops deliveries until `resume`; the peer's window fills meanwhile. The end of the stream waits too. */
  pause(): void;
  resume(): void;
  /** Ends this direction after what was written before; the other one stays open. */
  end(): void;
  /** Ends both directions; the peer receives what was written before. No callback of this end runs any more. */
  close(): void;
}

export interface ConnectionHandler {
  onOpen(): void;
  /** A piece of the stream; its borders mean nothing. */
  onBytes?(bytes: Uint8Array): void;
  onValue?(value: unknown): void;
  /** The window that was full has room again. */
  onDrain?(): void;
  /**
   * The peer writes nothing more; this side still may. A handler without this method has the connection closed when the peer ends
   * its direction. After `close` by the peer, what is written here is answered with a reset.
   */
  onEnd?(): void;
  /** Called once at most, and never after this side called `close`. */
  onClose(reason: CloseReason): void;
}

/** Where to listen. Port 0: one that is free. `host`: the interface; all interfaces when absent. */
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
  /** Connections are accepted from now on; `port` is the port that was chosen. */
  onListening?(port: number): void;
  onError(error: ListenError): void;
}

export interface ListenHandle {
  /** Accepts no further connections; those that are open stay. */
  close(): void;
}

export interface Network {
  /** `Connection.pass` works: both ends of every connection run in one process. */
  readonly passesValues: boolean;
  /** Starts to connect; `onOpen` or `onClose` follows. What is written before `onOpen` waits for it. */
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
 * Files in directories, with '/'-separated paths. A directory is created with its first file. Written data is readable at once
 * and survives a crash of the program. It survives a power loss only after `sync` of the file *and* `syncDirectory` of its
 * directory. The operations on one file complete in the order of the calls. While the disk hangs, no operation completes.
 */
export interface Disk {
  /** Writes at the end of the file, which is created if absent. It may write fewer bytes than given (`writtenBytes`). */
  append(
    path: string,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void;
  /** Overwrites from `position` (≤ size) and extends the file if needed; creates it if absent. It may write fewer bytes too. */
  write(
    path: string,
    position: number,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void;
  /** Reads up to `lengthBytes` from `position`; fewer at the end of the file. The result is the caller's own copy. */
  read(
    path: string,
    position: number,
    lengthBytes: number,
    done: (error: DiskError | null, bytes: Uint8Array) => void,
  ): void;
  /** Size in bytes, or ENOENT. */
  size(path: string, done: (error: DiskError | null, sizeBytes: number) => void): void;
  sync(path: string, done: (error: DiskError | null) => void): void;
  syncDirectory(path: string, done: (error: DiskError | null) => void): void;
  truncate(path: string, sizeBytes: number, done: (error: DiskError | null) => void): void;
  /** Atomic replacement of `to`; durable after `syncDirectory`. */
  rename(from: string, to: string, done: (error: DiskError | null) => void): void;
  remove(path: string, done: (error: DiskError | null) => void): void;
  /**
   * Renames a directory with everything in it, atomically. The rename is durable after `syncDirectory` of the parent of
   * `to`. ENOENT: `from` is absent; EEXIST: `to` is not empty.
   */
  renameDirectory(from: string, to: string, done: (error: DiskError | null) => void): void;
  /** Removes an empty directory; an absent one counts as removed. EEXIST: the directory is not empty. */
  removeDirectory(path: string, done: (error: DiskError | null) => void): void;
  /** Names (files and directories, not paths) directly inside, sorted by code unit; an absent directory is empty. */
  list(path: string, done: (error: DiskError | null, names: readonly string[]) => void): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Logger {
  /** False in a campaign: the program then builds no log messages. */
  readonly enabled: boolean;
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The environment of one program: everything it sees of the world. Every start of the program gets a new one. */
export interface HostEnv {
  readonly hostName: string;
  readonly clock: HostClock;
  readonly timers: Timers;
  readonly network: Network;
  readonly disk: Disk;
  readonly logger: Logger;
  /** The host's stream for `label`, forked as `<hostName>/<label>`; the same object on every call. */
  random(label: string): RandomStream;
  /** At least `sizeBytes` zero bytes for long-lived data. They belong to the program until the run ends; it never returns them. */
  allocate(sizeBytes: number): Uint8Array;
  /** Ends this program like a crashed process: none of its callbacks runs any more. The host may start it again. */
  halt(reason: string): void;
}

/** A program that runs on a host. `start` is called at every start, also after a crash, and must create all state anew. */
export interface Program {
  start(env: HostEnv): void;
}
