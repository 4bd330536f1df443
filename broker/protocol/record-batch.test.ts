import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import * as batch from './record-batch.js';
import { sizeOfVarint, VarintReader, writeVarint } from './varint.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const parse = (digits: string): Uint8Array =>
  new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));

/** Written out by hand from the record batch format; the CRC comes from a bitwise implementation elsewhere. */
const golden = parse(`
  0000000000000005 00000047 00000007 02 5272c1ee
  0000 00000001 0000018bcfe56800 0000018bcfe5692c
  00000000000003e8 0002 00000009 00000002
  1a 00 00 00 02 6b 04 7631 02 02 68 02 78
  0e 00 d804 02 01 01 00`);

const goldenContent: batch.BatchContent = {
  baseOffset: 5,
  leaderEpoch: 7,
  producerId: 1000,
  producerEpoch: 2,
  baseSequence: 9,
  timestamp: 1_700_000_000_000,
  records: [
    { key: text('k'), value: text('v1'), headers: [{ key: 'h', value: text('x') }] },
    { key: null, value: null, timestamp: 1_700_000_000_300 },
  ],
};

const bytesArbitrary = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
const contentArbitrary = fc.record({
  baseOffset: fc.maxSafeNat(),
  leaderEpoch: fc.nat({ max: 0x7fff_ffff }),
  producerId: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
  producerEpoch: fc.integer({ min: -1, max: 0x7fff }),
  baseSequence: fc.integer({ min: -1, max: 0x7fff_ffff }),
  timestamp: fc.nat({ max: 2_000_000_000_000 }),
  records: fc.array(
    fc.record({
      key: bytesArbitrary,
      value: bytesArbitrary,
      headers: fc.array(fc.record({ key: fc.string({ maxLength: 8 }), value: bytesArbitrary }), {
        maxLength: 3,
      }),
      timestamp: fc.nat({ max: 2_000_000_000_000 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

describe('crc32c', () => {
  it('gives the check value of CRC-32C', () => {
    expect(crc32c(text('123456789'), 0, 9)).toBe(0xe3069283);
    expect(crc32c(text('..123456789..'), 2, 11)).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32), 0, 32)).toBe(0x8a9136aa);
  });
});

describe('varint', () => {
  it('writes zig-zag groups of seven bits, low first', () => {
    const cases: [number, string][] = [
      [0, '00'],
      [-1, '01'],
      [63, '7e'],
      [64, '8001'],
      [-65, '8101'],
      [300, 'd804'],
      [2_147_483_647, 'feffffff0f'],
      [-2_147_483_648, 'ffffffff0f'],
      [1_700_000_000_000, '80a0abfef962'],
    ];
    for (const [value, expected] of cases) {
      const bytes = new Uint8Array(sizeOfVarint(value));
      expect(writeVarint(bytes, 0, value)).toBe(bytes.length);
      expect(hex(bytes), String(value)).toBe(expected);
    }
  });

  it('reads what it wrote', () => {
    const range = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
    fc.assert(
      fc.property(range, (value) => {
        const bytes = new Uint8Array(sizeOfVarint(value));
        writeVarint(bytes, 0, value);
        const reader = new VarintReader(bytes, 0, bytes.length);
        expect(reader.readVarint()).toBe(value);
        expect(reader.malformed).toBe(false);
      }),
    );
  });
});

describe('record batches', () => {
  it('are the bytes of the documented format', () => {
    expect(hex(batch.buildBatch(goldenContent))).toBe(hex(golden));
  });

  it('give their fields by position, anywhere in a buffer', () => {
    const bytes = new Uint8Array(golden.length + 10);
    bytes.set(golden, 10);
    const fields = {
      baseOffset: batch.baseOffset(bytes, 10),
      sizeInBytes: batch.sizeInBytes(bytes, 10),
      partitionLeaderEpoch: batch.partitionLeaderEpoch(bytes, 10),
      magic: batch.magic(bytes, 10),
      crc: batch.crc(bytes, 10),
      attributes: batch.attributes(bytes, 10),
      lastOffset: batch.lastOffset(bytes, 10),
      baseTimestamp: batch.baseTimestamp(bytes, 10),
      maxTimestamp: batch.maxTimestamp(bytes, 10),
      producerId: batch.producerId(bytes, 10),
      producerEpoch: batch.producerEpoch(bytes, 10),
      baseSequence: batch.baseSequence(bytes, 10),
      recordsCount: batch.recordsCount(bytes, 10),
    };
    expect(fields).toEqual({
      baseOffset: 5,
      sizeInBytes: 83,
      partitionLeaderEpoch: 7,
      magic: 2,
      crc: 0x5272c1ee,
      attributes: 0,
      lastOffset: 6,
      baseTimestamp: 1_700_000_000_000,
      maxTimestamp: 1_700_000_000_300,
      producerId: 1000,
      producerEpoch: 2,
      baseSequence: 9,
      recordsCount: 2,
    });
  });

  it('read back what was built', () => {
    fc.assert(
      fc.property(contentArbitrary, (content) => {
        const decoded = batch.decodeBatch(batch.buildBatch(content), 0);
        const { baseOffset, leaderEpoch, producerId, producerEpoch, baseSequence } = content;
        expect(decoded).toMatchObject({ baseOffset, leaderEpoch, producerId, producerEpoch, baseSequence });
        expect(decoded!.records).toEqual(
          content.records.map((record, index) => ({ offset: baseOffset + index, ...record })),
        );
      }),
    );
  });

  it('keep their CRC when the leader stamps offset and epoch', () => {
    const bytes = batch.buildBatch(goldenContent);
    batch.setBaseOffsetAndEpoch(bytes, 0, 2 ** 40 + 3, 12);
    expect(batch.isCrcValid(bytes, 0)).toBe(true);
    expect([batch.baseOffset(bytes, 0), batch.partitionLeaderEpoch(bytes, 0)]).toEqual([2 ** 40 + 3, 12]);
  });

  it('fail their CRC at any flipped bit that it covers', () => {
    for (let bit = 17 * 8; bit < golden.length * 8; bit++) {
      const bytes = golden.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(batch.isCrcValid(bytes, 0), `bit ${bit}`).toBe(false);
    }
  });

  it('are walked in order up to one that is cut short', () => {
    const bytes = new Uint8Array([...golden, ...golden, ...golden.subarray(0, 70)]);
    expect([...batch.batches(bytes)]).toEqual([0, golden.length]);
  });

  it('never make the reader throw, whatever their bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: golden.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = golden.slice();
        for (const [at, value] of changes) bytes[at] = value;
        let visited = 0;
        if (batch.isBatchComplete(bytes, 0)) batch.readRecords(bytes, 0, () => visited++);
        expect(visited).toBeLessThanOrEqual(golden.length);
      }),
    );
  });
});
