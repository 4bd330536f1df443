/** The words of the schema language, each by its bytes. */
import { describe, expect, it } from 'vitest';
import {
  array,
  bigInt64,
  bool,
  bytes,
  errorCode,
  float64,
  int8,
  int16,
  int32,
  int64,
  records,
  type Struct,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} from './field.js';
import { Message } from './message.js';
import { isUuid, readUuid, writeUuid, ZERO_UUID } from './uuid.js';
import { isIn, parseVersions } from './versions.js';

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

function message<S extends Struct>(fields: S): Message<S> {
  return new Message({ name: 'Example', validVersions: '0-1', flexibleVersions: '1+', fields });
}

/** A message of one field by its bytes in version 0 and in version 1, the flexible one, without its count of tags. */
function bytesOf(fields: Struct, value: unknown): [string, string] {
  const one = message(fields) as Message<Struct>;
  const values = { field: value } as never;
  return [hex(one.encode(0, values)), hex(one.encode(1, values)).slice(0, -2)];
}

describe('a type', () => {
  it.each([
    ['bool', bool('0+'), true, '01'],
    ['int8', int8('0+'), -2, 'fe'],
    ['int16', int16('0+'), -2, 'fffe'],
    ['uint16', uint16('0+'), 0xfffe, 'fffe'],
    ['int32', int32('0+'), -2, 'fffffffe'],
    ['uint32', uint32('0+'), 0xfffffffe, 'fffffffe'],
    ['int64', int64('0+'), -2, 'fffffffffffffffe'],
    ['int64, large', int64('0+'), Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
    ['int64, small', int64('0+'), Number.MIN_SAFE_INTEGER, 'ffe0000000000001'],
    ['bigInt64', bigInt64('0+'), 2n ** 63n - 1n, '7fffffffffffffff'],
    ['float64', float64('0+'), 1.5, '3ff8000000000000'],
    ['uuid', uuid('0+'), 'AAECAwQFBgcICQoLDA0ODw', '000102030405060708090a0b0c0d0e0f'],
    ['errorCode', errorCode('0+'), 'NOT_LEADER_OR_FOLLOWER', '0006'],
  ])('%s is the same in flexible versions', (_name, field, value, expected) => {
    expect(bytesOf({ field }, value)).toEqual([expected, expected]);
  });

  it.each([
    ['string', string('0+'), 'aé', ['000361c3a9', '0461c3a9']],
    ['null', string('0+', { nullableVersions: '0+' }), null, ['ffff', '00']],
    ['bytes', bytes('0+'), new Uint8Array([7]), ['0000000107', '0207']],
    ['records', records('0+', { nullableVersions: '0+' }), null, ['ffffffff', '00']],
    ['array of a type', array('0+', 'int32'), [1], ['0000000100000001', '0200000001']],
    ['array of structs', array('0+', { a: int8('0+') }), [{ a: 1 }], ['0000000101', '020100']],
    ['null array', array('0+', 'int32', { nullableVersions: '0+' }), null, ['ffffffff', '00']],
    ['struct', struct('0+', { a: int8('0+') }), { a: 1 }, ['01', '0100']],
    [
      'nullable struct',
      struct('0+', { a: int8('0+') }, { nullableVersions: '0+' }),
      { a: 1 },
      ['0101', '010100'],
    ],
    ['null struct', struct('0+', { a: int8('0+') }, { nullableVersions: '0+' }), null, ['ff', 'ff']],
  ])('%s is compact in flexible versions', (_name, field, value, expected) => {
    expect(bytesOf({ field }, value)).toEqual(expected);
  });

  it('that is never null is neither written nor read as null', () => {
    const one = message({ field: string('0+') });
    expect(() => one.encode(0, { field: null } as never)).toThrow('never null');
    expect(one.decode(0, new Uint8Array([0xff, 0xff]))).toMatchObject({ ok: false });
    expect(one.decode(1, new Uint8Array([0, 0]))).toMatchObject({ ok: false });
  });
});

describe('a length', () => {
  it('of less than nothing, or of more than there is, is an error', () => {
    const one = message({ field: array('0+', 'int32', { nullableVersions: '0+' }) });
    for (const text of ['fffffffe', '80000000', '7fffffff', '0000000200000001'])
      expect(one.decode(0, new Uint8Array(Buffer.from(text, 'hex')))).toMatchObject({ ok: false });
    for (const text of ['ffffffff0f00', 'ffffffff1f00', 'ffffffffff00', '800000'])
      expect(one.decode(1, new Uint8Array(Buffer.from(text, 'hex'))).ok).toBe(text === '800000');
  });

  it('of a text is at most 32,767 bytes', () => {
    const one = message({ field: string('0+') });
    expect(() => one.encode(1, { field: 'x'.repeat(32_768) })).toThrow('at most 32767');
    const frame = new Uint8Array(32_772).fill(0x78);
    frame.set([0x81, 0x80, 0x02]);
    expect(one.decode(1, frame)).toMatchObject({ ok: false });
  });
});

describe('a uuid', () => {
  it('is the text that Kafka prints', () => {
    expect(isUuid(ZERO_UUID)).toBe(true);
    expect(isUuid('AAECAwQFBgcICQoLDA0ODw')).toBe(true);
    expect(isUuid('AAECAwQFBgcICQoLDA0ODx')).toBe(false);
    expect(isUuid('too short')).toBe(false);
    expect(() => message({ field: uuid('0+') }).encode(0, { field: 'orders' })).toThrow('not a uuid');
  });

  it('is read and written the same when another with the same first byte came between', () => {
    const [one, other] = ['AAECAwQFBgcICQoLDA0ODw', 'AAECAwQFBgcICQoLDA0OEA'];
    for (const text of [one, other, one, ZERO_UUID, other, ZERO_UUID]) {
      const bytes = new Uint8Array(18);
      writeUuid(bytes, 1, text);
      expect(Buffer.from(bytes.subarray(1, 17)).toString('base64url')).toBe(text);
      expect(readUuid(bytes, 1)).toBe(text);
    }
    for (const text of ['', 'too short', 'AAECAwQFBgcICQoLDA0ODx']) {
      expect(() => writeUuid(new Uint8Array(16), 0, text)).toThrow('not a uuid');
    }
  });
});

describe('a range of versions', () => {
  it('is closed, open, one version or none', () => {
    const versions = (text: string) => [0, 1, 2, 3, 4].filter((each) => isIn(parseVersions(text), each));
    expect([versions('1-2'), versions('3+'), versions('2'), versions('none')]).toEqual([
      [1, 2],
      [3, 4],
      [2],
      [],
    ]);
    expect(() => parseVersions('2-')).toThrow('not a range of versions: 2-');
  });
});
