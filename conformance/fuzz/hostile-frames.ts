/**
 * Frames that no client sends, drawn from the grammar: requests of the schemas with bytes changed, cut off, repeated or inserted, with
 * lengths that lie, and plain noise. Drawn with a seed, so a frame that breaks something is found again.
 */
import fc from 'fast-check';
import { apiSchemas, type SchemaName } from '../../broker/protocol/apis/schemas.js';
import { encodeRequest } from '../../broker/protocol/codec.js';
import type { Api } from '../../broker/protocol/schema/api.js';
import { Bindings } from '../oracle/bindings.js';
import { arbitraryBody } from '../oracle/generate.js';
import { completeBody } from '../oracle/request-body.js';

const CLIENT_ID = 'hostile';
const LENGTH_BYTES = 4;
const names = Object.keys(apiSchemas) as SchemaName[];
const bindings = new Bindings('xhostile00000-');

/** Whole frames with their length, possibly a wrong one. */
export function arbitraryFrame(): fc.Arbitrary<Uint8Array> {
  const request = fc.constantFrom(...names).chain(arbitraryRequest);
  return fc.oneof(
    { weight: 2, arbitrary: request },
    {
      weight: 8,
      arbitrary: fc.tuple(request, fc.array(arbitraryChange(), { minLength: 1, maxLength: 4 })).map(changed),
    },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 64 }) },
  );
}

function arbitraryRequest(name: SchemaName): fc.Arbitrary<Uint8Array> {
  const { request, validVersions } = apiSchemas[name] as unknown as Api;
  return fc.integer({ min: validVersions.lowest, max: validVersions.highest }).chain((version) =>
    arbitraryBody(name, request.fields, version).map((body) => {
      const complete = completeBody(request.fields, body, bindings);
      return encodeRequest(name, version, { correlationId: 1, clientId: CLIENT_ID }, complete as never);
    }),
  );
}

type Change = (bytes: Uint8Array) => Uint8Array;

function arbitraryChange(): fc.Arbitrary<Change> {
  const position = fc.nat({ max: 400 });
  return fc.oneof(
    fc.tuple(position, fc.nat({ max: 255 })).map(
      ([at, value]): Change =>
        (bytes) => {
          const copy = Uint8Array.from(bytes);
          copy[at % copy.length] = value;
          return copy;
        },
    ),
    // A count or a length of four bytes that claims far more than there is, or less than nothing.
    fc.tuple(position, fc.constantFrom(0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0x0010_0000)).map(
      ([at, value]): Change =>
        (bytes) => {
          const copy = Uint8Array.from(bytes);
          if (copy.length >= 8)
            new DataView(copy.buffer).setUint32(LENGTH_BYTES + (at % (copy.length - 7)), value);
          return copy;
        },
    ),
    position.map(
      (at): Change =>
        (bytes) =>
          withLength(bytes.subarray(0, LENGTH_BYTES + (at % bytes.length))),
    ),
    position.map(
      (at): Change =>
        (bytes) =>
          withLength(Uint8Array.from([...bytes, ...bytes.subarray(at % bytes.length)])),
    ),
    fc.constantFrom(-1, 0, 0x7fff_ffff, 1 << 20).map(
      (length): Change =>
        (bytes) => {
          const copy = Uint8Array.from(bytes);
          if (copy.length >= LENGTH_BYTES) new DataView(copy.buffer).setInt32(0, length);
          return copy;
        },
    ),
  );
}

const changed = ([bytes, changes]: [Uint8Array, Change[]]): Uint8Array =>
  changes.reduce((result, change) => (result.length === 0 ? result : change(result)), bytes);

function withLength(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (copy.length >= LENGTH_BYTES) new DataView(copy.buffer).setInt32(0, copy.length - LENGTH_BYTES);
  return copy;
}
