import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionHandler } from '../env.js';
import { rackLatency } from './simulated-network.js';
import type { StreamReader } from './stream-reader.js';
import { accepting, IdleWorld } from './testing/idle-world.js';
import type { WorldOptions } from './world.js';

interface Piece {
  readonly bytes: number[];
  readonly atMicros: number;
}

/** A writer on `a`, a reader on `b` that writes down its pieces, and an open connection. */
function connected(options: Partial<WorldOptions> = {}) {
  const world = new IdleWorld(['a', 'b'], { passesValues: false, ...options });
  const pieces: Piece[] = [];
  const reader: { connection: Connection | null; onPiece: () => void } = {
    connection: null,
    onPiece: () => undefined,
  };
  world.env('b').network.listen(
    { port: 1 },
    accepting((connection) => {
      reader.connection = connection;
      return {
        onOpen: () => undefined,
        onBytes: (bytes) => {
          pieces.push({ bytes: [...bytes], atMicros: world.now });
          reader.onPiece();
        },
        onClose: () => undefined,
      };
    }),
  );
  const drains: number[] = [];
  const handler: ConnectionHandler = {
    onOpen: () => undefined,
    onDrain: () => drains.push(world.now),
    onClose: () => undefined,
  };
  const writer = world.env('a').network.connect({ host: 'b', port: 1 }, handler);
  world.run(10_000);
  return { world, writer, reader, pieces, drains };
}

const counted = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + index) & 255);

describe('a stream of bytes', () => {
  it('arrives whole and in order, in pieces that are cut inside writes and reach over their borders', () => {
    const { world, writer, pieces } = connected({ latency: rackLatency });
    const ends = new Set<number>();
    let written = 0;
    for (let turn = 0; turn < 200; turn++) {
      for (let write = 0; write < 3; write++) {
        writer.write(counted(written, 40));
        written += 40;
        ends.add(written);
      }
      world.run(1_000);
    }
    world.run(100_000);
    const stream = pieces.flatMap(({ bytes }) => bytes);
    expect(stream).toEqual([...counted(0, written)]);
    let position = 0;
    let inside = 0;
    let across = 0;
    for (const { bytes } of pieces) {
      const from = position;
      position += bytes.length;
      if (!ends.has(position)) inside++;
      for (const end of ends) if (end > from && end < position) across++;
    }
    expect(inside).toBeGreaterThan(50);
    expect(across).toBeGreaterThan(20);
  });

  it('delivers the last byte of a write at the instant at which a value of its size would arrive', () => {
    const arrivals = (passesValues: boolean): number[] => {
      const world = new IdleWorld(['a', 'b'], {
        latency: rackLatency,
        bytesPerSecond: 100_000,
        passesValues,
      });
      const seen: number[] = [];
      let waitsForBytes = 0;
      world.env('b').network.listen(
        { port: 1 },
        accepting(() => ({
          onOpen: () => undefined,
          onValue: () => seen.push(world.now),
          onBytes: (bytes) => {
            waitsForBytes += bytes.length;
            for (; waitsForBytes >= 100; waitsForBytes -= 100) seen.push(world.now);
          },
          onClose: () => undefined,
        })),
      );
      const handler = { onOpen: () => undefined, onClose: () => undefined };
      const writer = world.env('a').network.connect({ host: 'b', port: 1 }, handler);
      for (let turn = 0; turn < 100; turn++) {
        for (let write = 0; write < 2; write++) {
          if (passesValues) writer.pass({}, 100, 'Test');
          else writer.write(new Uint8Array(100));
        }
        world.run(3_000);
      }
      world.run(1_000_000);
      return seen;
    };
    expect(arrivals(false)).toEqual(arrivals(true));
  });

  it('refuses a value on a network that carries bytes alone', () => {
    const { writer } = connected();
    expect(() => writer.pass({}, 1, 'Test')).toThrow('carries bytes alone');
  });

  it('keeps the rest of a piece back from a reader that pauses in its middle', () => {
    const { world, writer, reader, pieces } = connected();
    reader.onPiece = () => reader.connection?.pause();
    for (let write = 0; write < 50; write++) writer.write(counted(write * 40, 40));
    world.run(100_000);
    expect(pieces.length).toBe(1);
    for (let turn = 0; turn < 500; turn++) {
      const before = pieces.length;
      reader.connection?.resume();
      world.run(10);
      expect(pieces.length - before).toBeLessThanOrEqual(1);
    }
    expect(pieces.flatMap(({ bytes }) => bytes)).toEqual([...counted(0, 2_000)]);
  });

  it('loses what its reader has not taken when the reader writes to a peer that has closed, as TCP resets it', () => {
    const { world, writer, reader, pieces } = connected();
    reader.onPiece = () => reader.connection!.pause();
    for (let write = 0; write < 5; write++) {
      writer.write(counted(write, 1));
      world.run(1_000);
    }
    writer.close();
    world.run(10_000);
    expect(pieces).toHaveLength(1);
    reader.connection!.write(counted(0, 1));
    world.run(10_000);
    reader.onPiece = () => undefined;
    reader.connection!.resume();
    world.run(10_000);
    expect(pieces).toHaveLength(1);
  });

  it('has a window: what its reader does not take holds the writer back, across a latency and a cut', () => {
    const { world, writer, reader, pieces, drains } = connected({ windowBytes: 1_000 });
    reader.connection?.pause();
    for (let write = 0; write < 9; write++) expect(writer.write(counted(write * 100, 100))).toBe(true);
    expect(writer.write(counted(900, 100))).toBe(false);
    expect(writer.write(counted(1_000, 500))).toBe(false);
    world.run(100_000);
    const cut = world.world.network.cutOneWay('b', 'a');
    reader.connection?.resume();
    world.run(300_000);
    // What fitted the window is here; the news that it is taken has met the cut.
    expect(pieces.flatMap(({ bytes }) => bytes)).toEqual([...counted(0, 1_000)]);
    expect(drains).toEqual([]);
    cut.heal();
    world.run(1_000_000);
    expect(pieces.flatMap(({ bytes }) => bytes)).toEqual([...counted(0, 1_500)]);
    expect(drains.length).toBe(1);
  });

  it('loses what waits behind a full window when the process that wrote it crashes', () => {
    const { world, writer, reader, pieces } = connected({ windowBytes: 1_000 });
    reader.connection?.pause();
    writer.write(counted(0, 1_000));
    writer.write(counted(1_000, 500));
    world.host('a').crash();
    reader.connection?.resume();
    world.run(1_000_000);
    expect(pieces.flatMap(({ bytes }) => bytes)).toEqual([...counted(0, 1_000)]);
  });
});

describe('a hold on one kind of message in a stream of bytes', () => {
  /** Messages of a length and a kind, one byte each, and their content. */
  class OneByteHeads implements StreamReader {
    kind = '';
    #leftBytes = 0;
    #needsKind = false;

    take(bytes: Uint8Array, from: number): number {
      if (this.#leftBytes === 0) {
        this.#leftBytes = bytes[from]!;
        this.#needsKind = true;
        this.kind = '';
        return 1;
      }
      if (this.#needsKind) this.kind = String.fromCharCode(bytes[from]!);
      this.#needsKind = false;
      const taken = Math.min(this.#leftBytes, bytes.length - from);
      this.#leftBytes -= taken;
      return taken;
    }
  }

  it('holds the messages that the reader of the stream names so, and what follows them', () => {
    const readers = () => ({ toListener: new OneByteHeads(), toConnector: new OneByteHeads() });
    const { world, writer, pieces } = connected({ readersFor: readers });
    const message = (kind: string): Uint8Array => Uint8Array.of(3, kind.charCodeAt(0), 7, 7);
    const hold = world.world.network.holdKind('a', 'P');
    const all = ['F', 'P', 'F'].flatMap((kind) => [...message(kind)]);
    // In one write, and cut where no message ends.
    writer.write(Uint8Array.from(all.slice(0, 7)));
    writer.write(Uint8Array.from(all.slice(7)));
    world.run(100_000);
    const before = pieces.flatMap(({ bytes }) => bytes);
    expect(before).toEqual(all.slice(0, 5));
    expect(hold.affected).toBe(1);
    hold.heal();
    world.run(100_000);
    expect(pieces.flatMap(({ bytes }) => bytes)).toEqual(all);
  });
});
