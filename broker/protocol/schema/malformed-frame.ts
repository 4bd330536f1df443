/** Bytes that are no message of their schema. The decoders throw it among themselves; their callers get it as a value. */
export class MalformedFrame extends Error {
  /** Where in the bytes the reader stood. */
  readonly position: number;

  constructor(what: string, position: number) {
    super(`${what} (at byte ${position})`);
    this.name = 'MalformedFrame';
    this.position = position;
  }
}
