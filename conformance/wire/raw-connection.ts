/**
 * A TCP connection that writes and reads frames without any client's help: what is written is exactly what the caller says, and what
 * comes back is a frame, the end of the connection, or silence.
 */
import { createConnection, type Socket } from 'node:net';
import type { Address } from '../../broker/env.js';
import { FrameDecoder } from '../../broker/protocol/channel/frame-decoder.js';

const RESPONSE_BYTES_MAX = 0x7fff_ffff;

/** A frame without its length. */
export type Answer = Uint8Array | 'closed' | 'silence';

export class RawConnection {
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder(RESPONSE_BYTES_MAX);
  readonly #frames: Uint8Array[] = [];
  #waiting: ((answer: Answer) => void) | null = null;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Uint8Array) => this.#take(bytes));
    // The reason does not matter: an end in order and a reset are both an end.
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
    socket.on('end', () => this.#end());
  }

  static open(to: Address): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host: to.host, port: to.port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#socket.write(bytes);
  }

  /** The next frame, in the order of the stream. */
  async read(timeoutMs: number): Promise<Answer> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return frame;
    if (this.#isClosed) return 'closed';
    return new Promise((resolve) => {
      // After a long turn of this process the answer may lie in the socket already, so it is read once more.
      const timer = setTimeout(() => setImmediate(() => this.#waiting?.('silence')), timeoutMs);
      this.#waiting = (answer) => {
        clearTimeout(timer);
        this.#waiting = null;
        resolve(answer);
      };
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #take(bytes: Uint8Array): void {
    this.#decoder.push(Uint8Array.from(bytes));
    for (;;) {
      const frame = this.#decoder.next();
      if (frame === null) return;
      if (frame === 'invalid-length') {
        this.close();
        this.#end();
        return;
      }
      if (this.#waiting !== null) this.#waiting(frame);
      else this.#frames.push(frame);
    }
  }

  #end(): void {
    this.#isClosed = true;
    this.#waiting?.('closed');
  }
}
