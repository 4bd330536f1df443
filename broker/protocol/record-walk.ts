import { VarintReader } from './varint.js';

/**
 * Walks over the records of a batch and checks their structure, without an object for each record
 * (org.apache.kafka.common.record.DefaultRecord#readFrom). The fields describe the record that `next` stopped at.
 */
export class RecordWalk {
  timestampDelta = 0;
  offsetDelta = 0;
  /** −1: null. */
  keyBytes = -1;
  valueBytes = -1;
  readonly #reader: VarintReader;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#reader = new VarintReader(bytes, start, end);
  }

  /** Every byte belongs to a record that was walked over. */
  get isAtEnd(): boolean {
    return this.#reader.position === this.#reader.end;
  }

  /** Goes to the next record. False: there is none, or it is malformed. */
  next(): boolean {
    const reader = this.#reader;
    const size = reader.readVarint();
    const recordEnd = reader.position + size;
    if (reader.malformed || size < 0 || recordEnd > reader.end) return false;
    reader.readByte();
    this.timestampDelta = reader.readVarint();
    this.offsetDelta = reader.readVarint();
    this.keyBytes = reader.readVarint();
    reader.skip(Math.max(0, this.keyBytes));
    this.valueBytes = reader.readVarint();
    reader.skip(Math.max(0, this.valueBytes));
    return this.#skipHeaders(recordEnd) && !reader.malformed && reader.position === recordEnd;
  }

  #skipHeaders(recordEnd: number): boolean {
    const reader = this.#reader;
    const count = reader.readVarint();
    if (count < 0 || count > recordEnd - reader.position) return false;
    for (let index = 0; index < count && !reader.malformed; index++) {
      const keyBytes = reader.readVarint();
      if (keyBytes < 0) return false;
      reader.skip(keyBytes);
      reader.skip(Math.max(0, reader.readVarint()));
    }
    return true;
  }
}
