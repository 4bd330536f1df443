/**
 * What every network behind the door promises of streams of bytes, as one suite: over the simulated network, over real TCP and over the
 * small network of the broker's tests.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Address,
  Connection,
  ConnectionHandler,
  ListenError,
  Listener,
  ListenHandle,
  Network,
} from '../../broker/env.js';

export interface NetworkUnderTest {
  readonly client: Network;
  readonly server: Network;
  /** Where `server` is reached; it may listen on this port. */
  readonly address: Address;
  /** Lets time pass, where a test must. */
  proceed(): void;
  /** The process of the client dies. */
  vanish(): void;
  close(): void;
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const PIECE_BYTES = 65_536;
const PIECES_MAX = 2_000;

/** Writes down what one end sees: its events in order, and the bytes as one stream. */
class Witness implements ConnectionHandler {
  readonly events: string[] = [];
  readonly received: number[] = [];
  receivedBytes = 0;
  keepsBytes = true;
  drains = 0;
  connection: Connection | null = null;
  answer: ((piece: Uint8Array) => Uint8Array) | null = null;

  get there(): Connection {
    if (this.connection === null) throw new Error('no connection');
    return this.connection;
  }

  onOpen(): void {
    this.events.push('open');
  }

  onBytes(piece: Uint8Array): void {
    this.receivedBytes += piece.length;
    if (this.keepsBytes) this.received.push(...piece);
    if (this.answer !== null) this.connection?.write(this.answer(piece));
  }

  onDrain(): void {
    this.drains += 1;
  }

  onClose(reason: string): void {
    this.events.push(reason);
  }
}

/** One that keeps its own direction open when the peer ends. */
class HalfOpenWitness extends Witness {
  onEnd(): void {
    this.events.push('end');
  }
}

export function describeNetworkContract(name: string, open: () => Promise<NetworkUnderTest>): void {
  describe(`the network contract: ${name}`, () => {
    let network: NetworkUnderTest;
    let served: Witness[];
    let errors: ListenError[];

    beforeEach(async () => {
      network = await open();
      served = [];
      errors = [];
    });
    afterEach(() => network.close());

    async function until(isTrue: () => boolean): Promise<void> {
      for (let turn = 0; !isTrue(); turn++) {
        if (turn > 5_000) throw new Error('it never came');
        network.proceed();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }

    /** Long enough for whatever is under way. */
    async function settle(): Promise<void> {
      for (let turn = 0; turn < 20; turn++) {
        network.proceed();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }

    async function listen(
      prepare: (witness: Witness) => void = () => undefined,
      make: () => Witness = () => new Witness(),
    ): Promise<ListenHandle> {
      let isListening = false;
      const listener: Listener = {
        accept: (connection, peer) => {
          expect(peer.host).not.toBe('');
          expect(peer.port).toBeGreaterThan(0);
          const witness = make();
          witness.connection = connection;
          served.push(witness);
          prepare(witness);
          return witness;
        },
        onListening: (port) => {
          expect(port).toBe(network.address.port);
          isListening = true;
        },
        onError: (error) => errors.push(error),
      };
      const handle = network.server.listen({ port: network.address.port }, listener);
      await until(() => isListening);
      return handle;
    }

    function connect(witness: Witness = new Witness(), to: Address = network.address): Witness {
      witness.connection = network.client.connect(to, witness);
      return witness;
    }

    const echo = (witness: Witness): void => {
      witness.answer = (piece) => piece;
    };

    it('delivers bytes in order, those written before the opening first', async () => {
      await listen(echo);
      const client = connect();
      client.there.write(bytes(1));
      client.there.write(bytes(2, 3));
      expect(client.events).toEqual([]);
      await until(() => client.received.length === 3);
      client.there.write(bytes(4));
      await until(() => client.received.length === 4);
      expect(client.received).toEqual([1, 2, 3, 4]);
      expect(client.events).toEqual(['open']);
      expect(served[0]?.events).toEqual(['open']);
    });

    it('is one stream wherever it is cut', async () => {
      await listen(echo);
      const client = connect();
      const frame = bytes(...Array.from({ length: 24 }, (_, index) => index + 100));
      const sent: number[] = [];
      for (let cut = 1; cut < frame.length; cut++) {
        client.there.write(frame.subarray(0, cut));
        if (cut % 5 === 0) await settle();
        client.there.write(frame.subarray(cut));
        sent.push(...frame);
      }
      await until(() => client.received.length === sent.length);
      expect(client.received).toEqual(sent);
      expect(served[0]?.received).toEqual(sent);
    });

    it('lets the accepting side write first', async () => {
      await listen((witness) => void witness.there.write(bytes(7)));
      const client = connect();
      await until(() => client.received.length === 1);
      expect(client.received).toEqual([7]);
    });

    it('keeps connections apart', async () => {
      await listen(echo);
      const [first, second] = [connect(), connect()];
      first.there.write(bytes(1));
      second.there.write(bytes(2));
      await until(() => first.received.length === 1 && second.received.length === 1);
      expect([first.received, second.received]).toEqual([[1], [2]]);
    });

    it('ends both directions by a close, after what was written before; the closing side hears nothing more', async () => {
      await listen((witness) => {
        witness.answer = () => {
          witness.there.close();
          return bytes(0);
        };
        witness.there.write(bytes(5));
      });
      const client = connect();
      client.there.write(bytes(1));
      await until(() => client.events.length === 2);
      expect(client.received).toEqual([5]);
      expect(client.events).toEqual(['open', 'closed']);
      expect(served[0]?.events).toEqual(['open']);
    });

    it('drops what is written after an end, without an error', async () => {
      await listen((witness) => witness.there.close());
      const client = connect();
      await until(() => client.events.length === 2);
      client.there.write(bytes(1));
      client.there.end();
      client.there.close();
      await settle();
      expect(client.events).toEqual(['open', 'closed']);
    });

    it('ends one direction while the other stays open', async () => {
      await listen(undefined, () => new HalfOpenWitness());
      const client = connect(new HalfOpenWitness());
      client.there.write(bytes(1, 2));
      client.there.end();
      client.there.write(bytes(99));
      await until(() => served[0]?.events.includes('end') ?? false);
      served[0]?.there.write(bytes(3));
      await until(() => client.received.length === 1);
      served[0]?.there.end();
      await until(() => client.events.length === 2 && served[0]?.events.length === 3);
      expect(client.events).toEqual(['open', 'closed']);
      expect(client.received).toEqual([3]);
      expect(served[0]?.events).toEqual(['open', 'end', 'closed']);
      expect(served[0]?.received).toEqual([1, 2]);
    });

    it('closes the connection of a handler that knows no half-open one when its peer ends', async () => {
      await listen();
      const client = connect(new HalfOpenWitness());
      client.there.write(bytes(1));
      client.there.end();
      await until(() => client.events.length === 2 && served[0]?.events.length === 2);
      expect(client.events).toEqual(['open', 'closed']);
      expect(served[0]?.events).toEqual(['open', 'closed']);
      expect(served[0]?.received).toEqual([1]);
    });

    it('answers with a reset what is written to a peer that has closed', async () => {
      await listen(undefined, () => new HalfOpenWitness());
      const client = connect();
      await until(() => served.length === 1 && client.events.length === 1);
      client.there.close();
      await until(() => served[0]?.events.includes('end') ?? false);
      for (let write = 0; write < 100 && served[0]?.events.length === 2; write++) {
        served[0]?.there.write(bytes(write));
        await settle();
      }
      expect(served[0]?.events).toEqual(['open', 'end', 'reset']);
    });

    it('holds a writer back when its peer reads slowly, and loses nothing', async () => {
      await listen((witness) => {
        witness.keepsBytes = false;
        witness.there.pause();
      });
      const client = connect();
      await until(() => served.length === 1);
      const piece = new Uint8Array(PIECE_BYTES);
      let pieces = 0;
      let hasRoom = true;
      while (hasRoom) {
        if (pieces === PIECES_MAX) throw new Error('nothing held the writer back');
        hasRoom = client.there.write(piece);
        pieces += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await settle();
      expect(served[0]?.receivedBytes).toBe(0);
      expect(client.drains).toBe(0);
      served[0]?.there.resume();
      await until(() => served[0]?.receivedBytes === pieces * PIECE_BYTES);
      await until(() => client.drains === 1);
      expect(client.events).toEqual(['open']);
    });

    it('keeps the end of a stream back from a reader that pauses', async () => {
      await listen((witness) => witness.there.pause());
      const client = connect();
      client.there.write(bytes(1, 2));
      await until(() => served.length === 1);
      client.there.close();
      await settle();
      expect(served[0]?.events).toEqual(['open']);
      expect(served[0]?.received).toEqual([]);
      served[0]?.there.resume();
      await until(() => served[0]?.events.length === 2);
      expect(served[0]?.received).toEqual([1, 2]);
      expect(served[0]?.events).toEqual(['open', 'closed']);
    });

    it('tells of a peer that vanishes', async () => {
      await listen();
      const client = connect();
      client.there.write(bytes(1));
      await until(() => served[0]?.received.length === 1);
      network.vanish();
      await until(() => served[0]?.events.length === 2);
      expect(served[0]?.events).toEqual(['open', 'reset']);
    });

    it('says refused where there is no listener', async () => {
      const client = connect();
      client.there.write(bytes(1));
      await until(() => client.events.length === 1);
      expect(client.events).toEqual(['refused']);
    });

    it('reports a port that is taken, and the listener that has it goes on', async () => {
      await listen(echo);
      network.server.listen(
        { port: network.address.port },
        { accept: () => new Witness(), onError: (error) => errors.push(error) },
      );
      await until(() => errors.length === 1);
      expect(errors.map(({ code }) => code)).toEqual(['EADDRINUSE']);
      const client = connect();
      client.there.write(bytes(1));
      await until(() => client.received.length === 1);
    });

    it('chooses a port that is free, another one each time', async () => {
      const ports: number[] = [];
      for (let index = 0; index < 2; index++) {
        network.server.listen(
          { port: 0 },
          {
            accept: () => new Witness(),
            onListening: (port) => ports.push(port),
            onError: (error) => errors.push(error),
          },
        );
      }
      await until(() => ports.length === 2);
      expect(ports[0]).not.toBe(ports[1]);
      const client = connect(new Witness(), { host: network.address.host, port: ports[1] ?? 0 });
      await until(() => client.events.length === 1);
      expect(client.events).toEqual(['open']);
    });

    it('refuses connections once a listener is closed, and keeps those that are open', async () => {
      const handle = await listen(echo);
      const before = connect();
      await until(() => before.events.length === 1 && served.length === 1);
      handle.close();
      await settle();
      const after = connect();
      await until(() => after.events.length === 1);
      expect(after.events).toEqual(['refused']);
      before.there.write(bytes(1));
      await until(() => before.received.length === 1);
    });
  });
}
