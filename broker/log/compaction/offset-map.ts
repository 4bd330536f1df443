import * as batch from '../../protocol/record-batch.js';
import type { DiskProcedure } from '../disk-procedure.js';
import type { LogSegment } from '../log-segment.js';
import { type BatchVisitor, scanBatches } from '../segment-scan.js';

/** Every byte has a character of its own, so two keys never have the same text. */
const keyDecoder = new TextDecoder('latin1');

/** The last offset of each key in a range of a log (SkimpyOffsetMap), for at most `entriesMax` keys. */
export class OffsetMap {
  /** The range is known up to here, inclusive; −1: nothing is known. */
  latestOffset = -1;
  readonly #offsets = new Map<string, number>();
  readonly #entriesMax: number;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  /** −1: the range has no record of the key. */
  get(key: Uint8Array): number {
    return this.#offsets.get(keyDecoder.decode(key)) ?? -1;
  }

  /** False: no key more fits. */
  put(key: Uint8Array, offset: number): boolean {
    const text = keyDecoder.decode(key);
    if (this.#offsets.size >= this.#entriesMax && !this.#offsets.has(text)) return false;
    this.#offsets.set(text, offset);
    return true;
  }
}

/**
 * Reads the keys from `fromOffset` up to `endOffset` (Cleaner#buildOffsetMap). When the map is full, it covers less; the next
 * pass goes on from there.
 */
export function* buildOffsetMap(
  segments: readonly LogSegment[],
  fromOffset: number,
  endOffset: number,
  entriesMax: number,
): DiskProcedure<OffsetMap> {
  const map = new OffsetMap(entriesMax);
  const visitor = new KeyVisitor(map, fromOffset, endOffset);
  for (const [index, segment] of segments.entries()) {
    if ((segments[index + 1]?.baseOffset ?? endOffset) <= fromOffset) continue;
    if (visitor.isFull || segment.baseOffset >= endOffset) break;
    const from = segment.offsetIndex.lookup(Math.max(0, fromOffset - segment.baseOffset));
    yield* scanBatches(segment.logPath, from, segment.sizeBytes, visitor);
    if (!visitor.isFull) {
      const next = segments[index + 1]?.baseOffset ?? endOffset;
      map.latestOffset = Math.max(map.latestOffset, Math.min(next, endOffset) - 1);
    }
  }
  return map;
}

class KeyVisitor implements BatchVisitor {
  isFull = false;
  readonly #map: OffsetMap;
  readonly #fromOffset: number;
  readonly #endOffset: number;

  constructor(map: OffsetMap, fromOffset: number, endOffset: number) {
    this.#map = map;
    this.#fromOffset = fromOffset;
    this.#endOffset = endOffset;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    const lastOffset = batch.lastOffset(bytes, position);
    if (lastOffset < this.#fromOffset) return true;
    if (lastOffset >= this.#endOffset) return false;
    if (!batch.isControlBatch(bytes, position))
      batch.readRecords(bytes, position, ({ key, offset }) => {
        if (key === null || offset < this.#fromOffset || this.isFull) return;
        if (this.#map.put(key, offset)) this.#map.latestOffset = offset;
        else this.isFull = true;
      });
    if (!this.isFull) this.#map.latestOffset = lastOffset;
    return !this.isFull;
  }
}
