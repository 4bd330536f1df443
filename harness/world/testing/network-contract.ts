/**
 * What every network behind the port promises, as one suite that runs over the simulated and the real one.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address, Connection, ConnectionHandler, Network } from '../../env.js';

export interface NetworkUnderTest {
  readonly client: Network;
  readonly server: Network;
  /** Where `server` is reached; it may listen on this port. */
  readonly address: Address;
  /** Lets time pass, where somebody must. */
  proceed(): void;
  close(): void;
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Writes down what one end sees. */
class Witness implements ConnectionHandler {
  readonly seen: string[] = [];
  onSeen: () => void = () => undefined;
  connection: Connection | null = null;
  answer: ((message: Uint8Array) => Uint8Array) | null = null;

  onOpen(): void {
    this.#note('open');
  }

  onMessage(message: unknown): void {
    const received = message as Uint8Array;
    this.#note(`message ${[...received].join(' ')}`);
    if (this.answer !== null) {
      const answer = this.answer(received);
      this.connection?.send(answer, answer.length, 'Answer');
    }
  }

  onClose(reason: string): void {
    this.#note(reason);
  }

  #note(what: string): void {
    this.seen.push(what);
    this.onSeen();
  }
}

export function describeNetworkContract(name: string, open: () => Promise<NetworkUnderTest>): void {
  describe(`the network contract: ${name}`, () => {
    let network: NetworkUnderTest;
    let served: Witness[];

    beforeEach(async () => {
      network = await open();
      served = [];
    });
    afterEach(() => network.close());

    function listen(prepare: (witness: Witness, connection: Connection) => void = () => undefined): void {
      network.server.listen(network.address.port, (connection) => {
        const witness = new Witness();
        witness.connection = connection;
        served.push(witness);
        prepare(witness, connection);
        return witness;
      });
      network.proceed();
    }

    function connect(to: Address = network.address): Witness {
      const witness = new Witness();
      witness.connection = network.client.connect(to, witness);
      return witness;
    }

    const send = (witness: Witness, message: Uint8Array): void =>
      (witness.connection as Connection).send(message, message.length, 'Test');

    /** Waits until the witness has seen so much. */
    async function seen(witness: Witness, count: number): Promise<readonly string[]> {
      await new Promise<void>((resolve) => {
        witness.onSeen = () => {
          if (witness.seen.length >= count) {
            resolve();
          }
        };
        witness.onSeen();
        network.proceed();
      });
      return witness.seen;
    }

    it('delivers messages whole and in order, those sent before the opening first', async () => {
      listen((witness) => {
        witness.answer = (message) => bytes(...message, 99);
      });
      const client = connect();
      send(client, bytes(1));
      send(client, bytes(2, 2));
      expect(client.seen).toEqual([]);
      expect(await seen(client, 3)).toEqual(['open', 'message 1 99', 'message 2 2 99']);
      send(client, bytes(3));
      expect((await seen(client, 4))[3]).toBe('message 3 99');
      expect(served[0]?.seen).toEqual(['open', 'message 1', 'message 2 2', 'message 3']);
    });

    it('lets the accepting side speak first', async () => {
      listen((_witness, connection) => connection.send(bytes(7), 1, 'Hello'));
      expect(await seen(connect(), 2)).toEqual(['open', 'message 7']);
    });

    it('keeps connections apart', async () => {
      listen((witness) => {
        witness.answer = (message) => message;
      });
      const [first, second] = [connect(), connect()];
      send(first, bytes(1));
      send(second, bytes(2));
      expect(await seen(first, 2)).toEqual(['open', 'message 1']);
      expect(await seen(second, 2)).toEqual(['open', 'message 2']);
    });

    it('tells the peer of a close, after what was sent before; the closing side hears nothing more', async () => {
      listen((witness, connection) => {
        witness.answer = () => {
          connection.close();
          return bytes(0);
        };
        connection.send(bytes(5), 1, 'Hello');
      });
      const client = connect();
      send(client, bytes(1));
      expect(await seen(client, 3)).toEqual(['open', 'message 5', 'closed']);
      expect(served[0]?.seen).toEqual(['open', 'message 1']);
    });

    it('drops what is sent after an end, without an error', async () => {
      listen((_witness, connection) => connection.close());
      const client = connect();
      await seen(client, 2);
      send(client, bytes(1));
      client.connection?.close();
      network.proceed();
      expect(client.seen).toEqual(['open', 'closed']);
    });

    it('says refused where nobody listens', async () => {
      const client = connect();
      send(client, bytes(1));
      expect(await seen(client, 1)).toEqual(['refused']);
    });
  });
}
