/**
 * `net.Socket` for a guest, over the byte streams of its host's network. Not covered: servers, Unix sockets, name
 * lookup (a host's name is its address), TLS.
 */
import { Duplex } from 'node:stream';
import type { CloseReason, Connection, HostEnv } from '../env.js';
import { GuestTimeout } from './guest-clock.js';

interface ConnectOptions {
  readonly host?: string;
  readonly port: number;
  readonly timeout?: number;
}

type WriteDone = (error?: Error | null) => void;

/** The errors of a socket, by the reason for which its connection ended. */
const ERRORS: Readonly<
  Record<Exclude<CloseReason, 'closed'>, { readonly code: string; readonly words: string }>
> = {
  refused: { code: 'ECONNREFUSED', words: 'connect ECONNREFUSED' },
  'timed-out': { code: 'ETIMEDOUT', words: 'connect ETIMEDOUT' },
  reset: { code: 'ECONNRESET', words: 'read ECONNRESET' },
};

export class GuestSocket extends Duplex {
  connecting = false;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #env: HostEnv;
  #connection: Connection | null = null;
  #waitingWrite: WriteDone | null = null;
  #idleMillis = 0;
  #idleTimer: GuestTimeout | null = null;

  constructor(env: HostEnv, options: { readonly allowHalfOpen?: boolean } = {}) {
    super({ allowHalfOpen: options.allowHalfOpen ?? false, autoDestroy: true });
    this.#env = env;
  }

  /** As `net.Socket#connect`: options, or port and host. */
  connect(to: ConnectOptions | number, ...rest: unknown[]): this {
    const listener = rest.at(-1);
    const options: ConnectOptions =
      typeof to === 'number' ? { port: to, ...(typeof rest[0] === 'string' ? { host: rest[0] } : {}) } : to;
    if (typeof listener === 'function') this.once('connect', listener as () => void);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    const host = options.host ?? 'localhost';
    this.connecting = true;
    this.#connection = this.#env.network.connect(
      { host, port: Number(options.port) },
      {
        onOpen: () => {
          this.connecting = false;
          this.remoteAddress = host;
          this.remotePort = Number(options.port);
          this.#active();
          this.emit('connect');
          this.emit('ready');
        },
        onBytes: (bytes) => {
          this.bytesRead += bytes.length;
          this.#active();
          // The stream keeps what it gets, and the bytes of the network may be a view of memory that is used again.
          if (!this.push(Buffer.from(bytes))) this.#connection?.pause();
        },
        onDrain: () => this.#settleWrite(null),
        onEnd: () => this.push(null),
        onClose: (reason) => this.#ended(reason),
      },
    );
    return this;
  }

  setTimeout(millis: number, listener?: () => void): this {
    if (listener !== undefined) this.once('timeout', listener);
    this.#idleMillis = millis;
    this.#active();
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): { readonly address: string; readonly family: 'IPv4'; readonly port: number } {
    return { address: this.#env.hostName, family: 'IPv4', port: 0 };
  }

  get readyState(): string {
    if (this.connecting) return 'opening';
    return this.destroyed || this.#connection === null ? 'closed' : 'open';
  }

  override _read(): void {
    this.#connection?.resume();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: WriteDone): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
    this.bytesWritten += bytes.length;
    this.#active();
    if (this.#connection === null) done(socketError('EPIPE', 'write EPIPE'));
    else if (this.#connection.write(bytes)) done();
    else this.#waitingWrite = done;
  }

  override _final(done: WriteDone): void {
    this.#connection?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.connecting = false;
    this.#idleTimer?.close();
    this.#connection?.close();
    this.#connection = null;
    this.#settleWrite(error ?? socketError('ERR_STREAM_DESTROYED', 'the socket was destroyed'));
    done(error);
  }

  #settleWrite(error: Error | null): void {
    const done = this.#waitingWrite;
    this.#waitingWrite = null;
    done?.(error);
  }

  #ended(reason: CloseReason): void {
    this.#connection = null;
    if (reason === 'closed') {
      this.push(null);
      this.destroy();
    } else {
      const { code, words } = ERRORS[reason];
      this.destroy(socketError(code, words));
    }
  }

  #active(): void {
    this.#idleTimer?.close();
    this.#idleTimer =
      this.#idleMillis > 0 && !this.destroyed
        ? new GuestTimeout(
            this.#env,
            Math.ceil(this.#idleMillis) * 1_000,
            false,
            () => void this.emit('timeout'),
          )
        : null;
  }
}

function socketError(code: string, words: string): Error {
  return Object.assign(new Error(words), { code, errno: code, syscall: words.split(' ')[0] });
}
