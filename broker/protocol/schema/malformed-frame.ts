/** Bytes that are not a message of their schema. Decoders throw it internally; their callers get it as a value. */
export class MalformedFrame extends Error {
  /** The reader's position in the bytes. */
  readonly position: number;

  constructor(what: string, position: number) {
    super(`${what} (at byte ${position})`);
    this.name = 'MalformedFrame';
    this.position = position;
  }
}
