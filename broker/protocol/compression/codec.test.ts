import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressZstd } from '../../../doors/zstd-compressor.js';
import { compress, decompress } from './codec.js';
import type { CompressionType } from './compression-type.js';
import { useZstdCompressor } from './zstd-compressor.js';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const MAX = 1 << 20;

const TYPES: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

useZstdCompressor(compressZstd);

const SAID = 'a seismograph records the ground, and the ground records the seismograph';

/** `SAID` as Kafka 4.3 compresses it (org.apache.kafka.common.compress.Compression). */
const BY_KAFKA = {
  gzip: '1f8b08000000000000ff4b54284ecd2ccecd4f2f4a2cc850284a4dce2f4a295628c94855482fca2fcd4bd15148cc4b41e2a32841d20a00ed15dff548000000',
  snappy:
    '82534e415050590000000001000000010000003848906120736569736d6f6772617068207265636f726473207468652067726f756e642c20616e641d1032230028736569736d6f6772617068',
  lz4: '04224d1860408238000000f7166120736569736d6f6772617068207265636f726473207468652067726f756e642c20616e641000092300b0736569736d6f677261706800000000',
  zstd: '28b52ffd005894010054026120736569736d6f6772617068207265636f726473207468652067726f756e642c20616e6403005e1960d4011d633e01010000',
} as const;

/** As librdkafka writes snappy: one block without a frame. */
const RAW_SNAPPY =
  '48906120736569736d6f6772617068207265636f726473207468652067726f756e642c20616e641d1032230028736569736d6f6772617068';

const lines = (count: number): Uint8Array =>
  utf8(Array.from({ length: count }, (_, index) => `record ${index} of ${(index * index) % 97}`).join('\n'));

describe('compressed bytes of other programs', () => {
  it.each(Object.entries(BY_KAFKA))('%s of Kafka', (type, bytes) => {
    const read = decompress(
      hex(bytes),
      type === 'gzip' || type === 'snappy' || type === 'lz4' ? type : 'zstd',
      MAX,
    );
    expect(new TextDecoder().decode(read!)).toBe(SAID);
  });

  it('snappy without a frame', () => {
    expect(new TextDecoder().decode(decompress(hex(RAW_SNAPPY), 'snappy', MAX)!)).toBe(SAID);
  });

  it('gzip of two members, as Java reads them', () => {
    const both = new Uint8Array([...gzipSync('first '), ...gzipSync('second')]);
    expect(new TextDecoder().decode(decompress(both, 'gzip', MAX)!)).toBe('first second');
  });

  it('gzip that other programs read', () => {
    const compressed = compress(lines(5_000), { type: 'gzip', level: -1 });
    expect(Buffer.compare(gunzipSync(compressed), lines(5_000))).toBe(0);
  });
});

describe('compression and back', () => {
  it.each(TYPES)('%s returns every content', (type) => {
    const contents = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc
        .array(fc.constantFrom('ab', 'abc', 'xxxxxxxx', '\0'), { maxLength: 600 })
        .map((parts) => utf8(parts.join(''))),
      fc.integer({ min: 0, max: 20_000 }).map(lines),
    );
    fc.assert(
      fc.property(contents, (content) => {
        const read = decompress(compress(content, { type, level: 5 }), type, content.length);
        expect(read !== null && Buffer.compare(read, content) === 0).toBe(true);
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('%s makes repetitive records smaller', (type) => {
    const content = lines(10_000);
    expect(compress(content, { type, level: 9 }).length).toBeLessThan(content.length / 2);
  });

  it.each([
    ['gzip', 1, 8],
    ['zstd', -50, 3],
  ] as const)('a higher level of %s is smaller', (type, low, high) => {
    const [fast, small] = [low, high].map((level) => compress(lines(10_000), { type, level }).length);
    expect(small).toBeLessThan(fast!);
  });
});

describe('hostile bytes', () => {
  it.each(Object.entries(BY_KAFKA))('%s: more than the limit is refused', (name, bytes) => {
    const type = name as keyof typeof BY_KAFKA;
    expect(decompress(hex(bytes), type, SAID.length)).not.toBeNull();
    expect(decompress(hex(bytes), type, SAID.length - 1)).toBeNull();
  });

  it.each(Object.entries(BY_KAFKA))(
    '%s: every prefix is refused or shorter, and none throws',
    (name, bytes) => {
      const type = name as keyof typeof BY_KAFKA;
      const whole = hex(bytes);
      for (let length = 0; length < whole.length; length++) {
        const read = decompress(whole.subarray(0, length), type, MAX);
        if (read !== null) expect(read.length).toBeLessThan(SAID.length);
      }
    },
  );

  it('a flipped bit in the trailer of gzip is noticed', () => {
    const bytes = hex(BY_KAFKA.gzip);
    bytes[bytes.length - 8]! ^= 1;
    expect(decompress(bytes, 'gzip', MAX)).toBeNull();
  });

  it.each(Object.entries(BY_KAFKA))('%s: any change ends soon, within the limit', (name, bytes) => {
    const type = name as keyof typeof BY_KAFKA;
    const changes = fc.array(fc.tuple(fc.nat({ max: 79 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(changes, (changed) => {
        const damaged = hex(bytes);
        for (const [at, value] of changed) damaged[at % damaged.length] = value;
        expect(decompress(damaged, type, MAX)?.length ?? 0).toBeLessThanOrEqual(MAX);
      }),
      { numRuns: 2_000, seed: 42 },
    );
  });

  it('a snappy literal that leads backwards is refused', () => {
    expect(decompress(hex('10fcf0ffffff0000000000'), 'snappy', MAX)).toBeNull();
  });

  it('a zstd frame of many empty blocks in a large window is refused', () => {
    const blocks = new Uint8Array(6 + 3 * 60_000);
    blocks.set(hex('28b52ffd0088'));
    blocks[blocks.length - 3] = 1;
    expect(decompress(blocks, 'zstd', MAX)).toBeNull();
  });

  it('a zstd frame of repeated bytes beyond the limit is refused', () => {
    const blocks = new Uint8Array(6 + 4 * 100);
    blocks.set(hex('28b52ffd0088'));
    for (let at = 6; at < blocks.length; at += 4)
      blocks.set(hex(at + 4 < blocks.length ? '02001000' : '03001000'), at);
    expect(decompress(blocks, 'zstd', MAX)).toBeNull();
    expect(decompress(blocks, 'zstd', 100 * 131_072)?.length).toBe(100 * 131_072);
  });
});
