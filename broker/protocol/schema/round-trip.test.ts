/** Every API, header and metadata record in every version: what is written is as long as calculated, and is read as it was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiSchemas } from '../apis/schemas.js';
import { requestHeader, responseHeader } from '../headers.js';
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  metadataRecord,
  recordSchemas,
} from '../metadata-records.js';
import { arbitraryStruct } from '../testing/arbitrary-body.js';
import type { Struct } from './field.js';
import { attempt, type Message } from './message.js';
import { Reader } from './reader.js';
import { planOf, structCodec } from './struct-codec.js';
import { Writer } from './writer.js';

/** Messages whose types are forgotten: the arbitrary makes what their schema says. */
const messages: readonly Message<Struct>[] = [
  ...Object.values(apiSchemas).flatMap(({ request, response }): object[] => [request, response]),
  requestHeader,
  responseHeader,
  ...Object.values(recordSchemas).map(({ message }): object => message),
].map((message) => message as Message<Struct>);

const everyVersion = messages.flatMap((message) => {
  const { lowest, highest } = message.validVersions;
  return Array.from({ length: highest - lowest + 1 }, (_, index) => ({
    name: message.name,
    message,
    version: lowest + index,
  }));
});

/** The codec of closures, which a page uses that forbids code from text. */
function walked(message: Message<Struct>, version: number) {
  const codec = structCodec(
    planOf(message.fields, version, message.isFlexible(version), message.unsupported),
  );
  return {
    encode(value: object): Uint8Array {
      const writer = new Writer(new Uint8Array(codec.size(value as never)));
      codec.write(writer, value as never);
      expect(writer.position).toBe(writer.bytes.length);
      return writer.bytes;
    },
    decode(bytes: Uint8Array) {
      const reader = new Reader(bytes);
      return attempt(reader, () => codec.read(reader));
    },
  };
}

describe('in every version', () => {
  it.each(everyVersion)('$name $version is read as it was written', ({ message, version }) => {
    fc.assert(
      fc.property(arbitraryStruct(message.fields, version), (value) => {
        const bytes = message.encode(version, value as never);
        expect(bytes.length).toBe(message.size(version, value as never));
        const other = walked(message, version);
        expect(other.encode(value)).toEqual(bytes);
        const decoded = message.decode(version, bytes);
        expect(decoded).toEqual({ ok: true, value, end: bytes.length });
        expect(other.decode(bytes)).toEqual(decoded);
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  it.each(everyVersion)(
    '$name $version, cut anywhere, is an error and not an exception',
    ({ message, version }) => {
      fc.assert(
        fc.property(arbitraryStruct(message.fields, version), (value) => {
          const bytes = message.encode(version, value as never);
          const other = walked(message, version);
          for (let length = 0; length < bytes.length; length++) {
            expect(message.decode(version, bytes.subarray(0, length)).ok).toBe(false);
            expect(other.decode(bytes.subarray(0, length)).ok).toBe(false);
          }
        }),
        { numRuns: 8, seed: 42 },
      );
    },
  );

  it.each(everyVersion)('$name $version of random bytes is a value or an error', ({ message, version }) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = message.decode(version, bytes);
        if (decoded.ok) expect(decoded.end).toBeLessThanOrEqual(bytes.length);
        else expect(decoded.error.message).toMatch(/at byte \d+/);
        const other = walked(message, version).decode(bytes);
        if (decoded.ok) expect(other).toEqual(decoded);
        else expect(other.ok).toBe(false);
      }),
      { numRuns: 100, seed: 42 },
    );
  });
});

describe('a value that its version cannot carry', () => {
  const message = apiSchemas.Fetch.request as object as Message<Struct>;
  const version = 14;
  const invalid: Readonly<Record<string, object>> = {
    'an int32 beyond its range': { maxWaitMs: 2 ** 31 },
    'a fraction': { maxWaitMs: 0.5 },
    'an int64 that is no safe integer': { topics: [{ partitions: [{ fetchOffset: 2 ** 53 }] }] },
    'null where the version does not permit it': { topics: null },
    'a value of a field that the version lacks': { replicaState: { replicaId: 1, replicaEpoch: 1 } },
  };

  it.each(Object.entries(invalid))('%s is refused by both codecs', (_name, value) => {
    expect(message.encode(version, {} as never)).toEqual(walked(message, version).encode({}));
    expect(() => message.encode(version, value as never)).toThrow();
    expect(() => walked(message, version).encode(value)).toThrow();
  });
});

describe('a record of the metadata log', () => {
  it.each(Object.values(recordSchemas))('$name carries its type and version', ({ name, message }) => {
    fc.assert(
      fc.property(
        arbitraryStruct((message as object as Message<Struct>).fields, message.validVersions.highest),
        (fields) => {
          const record = { type: name, ...fields } as MetadataRecord;
          expect(decodeMetadataRecord(encodeMetadataRecord(record))).toMatchObject({
            ok: true,
            value: record,
          });
        },
      ),
      { numRuns: 30, seed: 42 },
    );
  });

  it('has the bytes that Kafka writes', () => {
    const topicId = 'AAECAwQFBgcICQoLDA0ODw';
    const bytes = encodeMetadataRecord(metadataRecord('TopicRecord', { name: 'foo', topicId }));
    expect(Buffer.from(bytes).toString('hex')).toBe('01020004666f6f000102030405060708090a0b0c0d0e0f00');
  });

  it('is an error where its frame, type or version is unknown, or bytes follow it', () => {
    const failure = (...bytes: number[]) => {
      const decoded = decodeMetadataRecord(new Uint8Array(bytes));
      return decoded.ok ? 'read' : decoded.error.message.replace(/ \(.*/, '');
    };
    expect(failure(2, 20, 0, 0)).toBe('frame version 2 of a metadata record');
    expect(failure(1, 99, 0, 0)).toBe('metadata record 99');
    expect(failure(1, 20, 7, 0)).toBe('NoOpRecord of version 7');
    expect(failure(1, 20, 0, 0, 0)).toBe('1 bytes behind a NoOpRecord');
    expect(failure(1, 20, 0, 0)).toBe('read');
  });
});
