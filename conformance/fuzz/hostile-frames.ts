/**
 * Frames that no client sends: requests drawn from the schemas, with bytes changed, cut off, repeated, inserted or taken from another
 * request, with lengths that lie, and plain noise. A frame whose answer was of a new kind becomes a source of further ones. Everything
 * is drawn with a seed.
 */
import fc from 'fast-check';
import { apiSchemas, type SchemaName } from '../../broker/protocol/apis/schemas.js';
import { encodeRequest } from '../../broker/protocol/codec.js';
import type { Api } from '../../broker/protocol/schema/api.js';
import type { Bindings } from '../oracle/bindings.js';
import { arbitraryBody } from '../oracle/generate.js';
import { completeBody } from '../oracle/request-body.js';
import { RandomNumbers } from './random-numbers.js';

const CLIENT_ID = 'hostile';
export const LENGTH_BYTES = 4;
/** Lengths and counts that claim far more than there is, or less than nothing. */
const LYING_INT32S = [0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x0010_0000, 0];
const LYING_LENGTHS = [-1, 0, 0x7fff_ffff, 1 << 20, 104_857_601];
/** Varints: the longest of five and of ten bytes, one that never ends, and a count of 2^28. */
const LYING_VARINTS = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x80, 0x80, 0x80, 0x80, 0x01],
];
const CHANGES_MAX = 4;
const NOISE_BYTES_MAX = 64;
const FRAME_BYTES_MAX = 65_536;
/** Requests that were drawn first; more of them are drawn while they are used. */
const DRAWN_AT_ONCE = 500;
/** A drawn request is the source of so many frames before the next ones are drawn. */
const USES = 40;
const SOURCES_MAX = 5_000;

export class HostileFrames {
  readonly #random: RandomNumbers;
  readonly #request: fc.Arbitrary<Uint8Array>;
  #seed: number;
  #drawn: Uint8Array[] = [];
  #usesLeft = 0;
  /** Frames that were answered in a new way. */
  readonly #interesting: Uint8Array[] = [];

  constructor(seed: number, bindings: Bindings) {
    this.#seed = seed;
    this.#random = new RandomNumbers(seed);
    const names = Object.keys(apiSchemas) as SchemaName[];
    this.#request = fc.constantFrom(...names).chain((name) => arbitraryRequest(name, bindings));
    this.#draw();
  }

  /** A whole frame with its length, possibly a wrong one. */
  next(): Uint8Array {
    const random = this.#random;
    const kind = random.below(20);
    if (kind === 0) return noise(random);
    const source = this.#source();
    if (kind < 4) return source;
    let frame = source;
    for (let count = 1 + random.below(CHANGES_MAX); count > 0; count -= 1) frame = this.#changed(frame);
    return frame.length > FRAME_BYTES_MAX ? source : frame;
  }

  /** `frame` was answered as none before. */
  remember(frame: Uint8Array): void {
    if (this.#interesting.length < SOURCES_MAX) this.#interesting.push(frame);
    else this.#interesting[this.#random.below(SOURCES_MAX)] = frame;
  }

  #source(): Uint8Array {
    if (this.#interesting.length > 0 && this.#random.below(3) === 0)
      return this.#random.oneOf(this.#interesting);
    if (this.#usesLeft === 0) this.#draw();
    this.#usesLeft -= 1;
    return this.#random.oneOf(this.#drawn);
  }

  #draw(): void {
    this.#drawn = fc.sample(this.#request, { seed: this.#seed, numRuns: DRAWN_AT_ONCE });
    this.#seed += 1;
    this.#usesLeft = DRAWN_AT_ONCE * USES;
  }

  #changed(frame: Uint8Array): Uint8Array {
    const random = this.#random;
    if (frame.length <= LENGTH_BYTES) return frame;
    const at = LENGTH_BYTES + random.below(frame.length - LENGTH_BYTES);
    switch (random.below(9)) {
      case 0:
        return replaced(frame, at, [random.below(256)]);
      case 1:
        return replaced(frame, at, [frame[at]! ^ (1 << random.below(8))]);
      case 2:
        return replaced(frame, at, int32Bytes(random.oneOf(LYING_INT32S)));
      case 3:
        return replaced(frame, at, random.oneOf(LYING_VARINTS));
      case 4:
        return withLength(frame.subarray(0, at));
      case 5:
        return withLength(joined(frame.subarray(0, at), frame.subarray(at), frame.subarray(at)));
      case 6: {
        const end = at + random.below(Math.min(16, frame.length - at) + 1);
        return withLength(joined(frame.subarray(0, at), frame.subarray(end)));
      }
      case 7: {
        const other = this.#source();
        const from = Math.min(other.length, LENGTH_BYTES + random.below(other.length));
        return withLength(joined(frame.subarray(0, at), other.subarray(from)));
      }
      default:
        return random.below(4) === 0 ? replaced(frame, 0, int32Bytes(random.oneOf(LYING_LENGTHS))) : frame;
    }
  }
}

function arbitraryRequest(name: SchemaName, bindings: Bindings): fc.Arbitrary<Uint8Array> {
  const { request, validVersions } = apiSchemas[name] as unknown as Api;
  return fc.integer({ min: validVersions.lowest, max: validVersions.highest }).chain((version) =>
    arbitraryBody(name, request.fields, version).map((body) => {
      const complete = completeBody(request.fields, body, bindings);
      return encodeRequest(name, version, { correlationId: 1, clientId: CLIENT_ID }, complete as never);
    }),
  );
}

function noise(random: RandomNumbers): Uint8Array {
  const bytes = Uint8Array.from({ length: 1 + random.below(NOISE_BYTES_MAX) }, () => random.below(256));
  return random.below(2) === 0 ? bytes : withLength(joined(new Uint8Array(LENGTH_BYTES), bytes));
}

/** The bytes from `at` on, as far as the frame goes. */
function replaced(frame: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(frame);
  copy.set(bytes.slice(0, copy.length - at), at);
  return copy;
}

function withLength(frame: Uint8Array): Uint8Array {
  return frame.length < LENGTH_BYTES ? frame : replaced(frame, 0, int32Bytes(frame.length - LENGTH_BYTES));
}

const int32Bytes = (value: number): readonly number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
