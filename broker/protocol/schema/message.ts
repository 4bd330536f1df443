/** A schema with its versions: a request, a response, a header, a record of the metadata log. */
import { compiledCodec } from './compiled-codec.js';
import { type BodyOf, defaultsOf, type Struct } from './field.js';
import { MalformedFrame } from './malformed-frame.js';
import { Reader } from './reader.js';
import { planOf, structCodec, type Unsupported } from './struct-codec.js';
import { isIn, parseVersions, type VersionRange } from './versions.js';
import type { WireCodec } from './wire-codec.js';
import { Writer } from './writer.js';

export interface MessageDescription<S extends Struct> {
  readonly name: string;
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly fields: S;
  /** What happens to values that a version cannot carry; `refused` if absent. */
  readonly unsupported?: Unsupported;
}

/** A value, or the error in the bytes. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly end: number }
  | { readonly ok: false; readonly error: MalformedFrame };

export class Message<S extends Struct> {
  readonly name: string;
  readonly validVersions: VersionRange;
  readonly flexibleVersions: VersionRange;
  readonly fields: S;
  /** The message with the default of each field. */
  readonly defaults: BodyOf<S>;
  readonly unsupported: Unsupported;
  readonly #codecs: (WireCodec<BodyOf<S>> | undefined)[] = [];

  constructor(description: MessageDescription<S>) {
    this.name = description.name;
    this.validVersions = parseVersions(description.validVersions);
    this.flexibleVersions = parseVersions(description.flexibleVersions);
    this.fields = description.fields;
    this.defaults = defaultsOf(description.fields);
    this.unsupported = description.unsupported ?? 'refused';
  }

  isFlexible(version: number): boolean {
    return isIn(this.flexibleVersions, version);
  }

  isValid(version: number): boolean {
    return isIn(this.validVersions, version);
  }

  /** The codec of a version, composed at its first use, because most versions are never used. */
  codec(version: number): WireCodec<BodyOf<S>> {
    return this.#codecs[version] ?? this.#compose(version);
  }

  #compose(version: number): WireCodec<BodyOf<S>> {
    if (!this.isValid(version)) throw new Error(`${this.name} has no version ${version}`);
    // The codec knows its struct only as names and values. Its schema is that of this message.
    const plan = planOf(this.fields, version, this.isFlexible(version), this.unsupported);
    const codec = (compiledCodec(plan, `${this.name}.${version}`) ??
      structCodec(plan)) as unknown as WireCodec<BodyOf<S>>;
    this.#codecs[version] = codec;
    return codec;
  }

  size(version: number, value: BodyOf<S>): number {
    return this.codec(version).size(value);
  }

  encode(version: number, value: BodyOf<S>): Uint8Array {
    const codec = this.codec(version);
    const writer = new Writer(new Uint8Array(codec.size(value)));
    codec.write(writer, value);
    return writer.bytes;
  }

  /** Decodes one value from the beginning of `bytes`. The caller handles the bytes after it. */
  decode(version: number, bytes: Uint8Array, start = 0): Decoded<BodyOf<S>> {
    const reader = new Reader(bytes, start);
    return attempt(reader, () => this.codec(version).read(reader));
  }
}

/** Returns a decoder's own error as a value. Any other error is a bug and is thrown again. */
export function attempt<T>(reader: Reader, read: () => T): Decoded<T> {
  try {
    return { ok: true, value: read(), end: reader.position };
  } catch (error) {
    if (error instanceof MalformedFrame) return { ok: false, error };
    throw error;
  }
}
