/**
 * One cleaning pass over a group of segments (Cleaner#cleanSegments): their batches are copied to one new segment, without
 * the records that a later record of the same key replaces. Offsets stay, so the copy has gaps.
 */
import { deleteHorizonMillis, withRecords } from '../../protocol/compacted-batch.js';
import * as batch from '../../protocol/record-batch.js';
import type { LogRules } from '../../rules/log/index.js';
import { type DiskProcedure, demand, demandIfPresent } from '../disk-procedure.js';
import { LogSegment } from '../log-segment.js';
import type { ProducerStateTable } from '../producer-state-table.js';
import { type BatchVisitor, scanBatches } from '../segment-scan.js';
import type { OffsetMap } from './offset-map.js';

/** The copy has this suffix until it is whole and on disk. */
export const CLEANED_SUFFIX = '.cleaned';
/** How many bytes of the copy are held before they are written. */
const CHUNK_BYTES = 1 << 20;

export interface CleaningPass {
  readonly map: OffsetMap;
  /** The last offset of each batch by which producers are remembered. */
  readonly rememberedBatches: ReadonlySet<number>;
  readonly rules: LogRules;
  readonly nowMillis: number;
  /** `delete.retention.ms`. */
  readonly deleteRetentionMillis: number;
  readonly indexIntervalBytes: number;
}

/** The copy of `sources`, written and synced under `.cleaned`. */
export function* cleanSegments(
  directory: string,
  sources: readonly LogSegment[],
  pass: CleaningPass,
): DiskProcedure<LogSegment> {
  const copy = new LogSegment(directory, sources[0]!.baseOffset, CLEANED_SUFFIX);
  for (const path of copy.paths) yield* demandIfPresent({ kind: 'remove', path });
  yield* demand({ kind: 'append', path: copy.logPath, bytes: new Uint8Array(0) });
  for (const source of sources) {
    copy.lastModifiedMillis = source.lastModifiedMillis;
    for (let position = 0; position < source.sizeBytes; ) {
      const filter = new BatchFilter(pass);
      const end = yield* scanBatches(source.logPath, position, source.sizeBytes, filter);
      yield* writeRetained(copy, filter.retained, pass.indexIntervalBytes);
      if (end === position) break;
      position = end;
    }
  }
  copy.seal();
  yield* copy.writeIndexes();
  yield* copy.sync();
  return copy;
}

function* writeRetained(
  copy: LogSegment,
  retained: readonly Uint8Array[],
  indexIntervalBytes: number,
): DiskProcedure<void> {
  for (const bytes of retained) {
    for (let written = 0; written < bytes.length; ) {
      const rest = bytes.subarray(written);
      written += (yield* demand({ kind: 'append', path: copy.logPath, bytes: rest })).count;
    }
    copy.note(bytes, 0, indexIntervalBytes);
  }
}

class BatchFilter implements BatchVisitor {
  readonly retained: Uint8Array[] = [];
  readonly #pass: CleaningPass;
  #bytes = 0;

  constructor(pass: CleaningPass) {
    this.#pass = pass;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    if (this.#bytes >= CHUNK_BYTES) return false;
    const retained = filterBatch(bytes, position, this.#pass);
    if (retained !== null) {
      this.#bytes += retained.length;
      this.retained.push(retained);
    }
    return true;
  }
}

/** What a pass keeps of one batch; null: nothing. */
function filterBatch(bytes: Uint8Array, position: number, pass: CleaningPass): Uint8Array | null {
  const whole = (): Uint8Array => bytes.slice(position, position + batch.sizeInBytes(bytes, position));
  if (batch.isControlBatch(bytes, position)) return whole();
  const { map, rules, nowMillis } = pass;
  const horizon = deleteHorizonMillis(bytes, position);
  const kept: batch.StoredRecord[] = [];
  let hasTombstone = false;
  const isReadable = batch.readRecords(bytes, position, (record) => {
    const { offset, key, value } = record;
    const isKept = rules.retainsRecord({
      offset,
      hasKey: key !== null,
      hasValue: value !== null,
      latestOffsetOfKey: key === null ? -1 : map.get(key),
      latestOffsetOfMap: map.latestOffset,
      deleteHorizonMillis: horizon,
      nowMillis,
    });
    if (!isKept) return;
    kept.push(record);
    hasTombstone ||= value === null;
  });
  // The cleaner removes nothing that it cannot read.
  if (!isReadable) return whole();
  if (kept.length === 0) {
    const lastOffset = batch.lastOffset(bytes, position);
    const isLastOfRound = lastOffset === map.latestOffset;
    const isRemembered = pass.rememberedBatches.has(lastOffset);
    const staysEmpty = rules.retainsEmptyBatch({ isRemembered, isLastOfRound });
    return staysEmpty ? withRecords(bytes, position, kept, -1) : null;
  }
  const setsHorizon = hasTombstone && horizon < 0;
  if (kept.length === batch.recordsCount(bytes, position) && !setsHorizon) return whole();
  return withRecords(bytes, position, kept, setsHorizon ? nowMillis + pass.deleteRetentionMillis : horizon);
}

/**
 * The last offsets of the last batches of each producer that the log knows, as many as it remembers, among the batches of
 * `sources` below `endOffset`. Unlike Kafka, which keeps only the one batch that is a producer's last at present:
 *
 * - A later batch does not count. A truncation may remove the later one, and a follower that copies the cleaned log may
 *   never have had it. Nothing would be left of the producer, and its retry would be taken for its first batch.
 * - A producer may repeat any of its last five batches. A leader that has copied the cleaned log without one of them would
 *   refuse the repetition as out of sequence, and the producer would send the record again under a new epoch.
 */
export function* findRememberedBatches(
  sources: readonly LogSegment[],
  endOffset: number,
  producers: ProducerStateTable,
  rules: LogRules,
): DiskProcedure<ReadonlySet<number>> {
  const byProducer = new Map<number, number[]>();
  const visitor: BatchVisitor = {
    visit(bytes, position) {
      const lastOffset = batch.lastOffset(bytes, position);
      const producerId = batch.producerId(bytes, position);
      if (lastOffset >= endOffset) return false;
      if (producers.get(producerId) === null) return true;
      const offsets = byProducer.get(producerId) ?? [];
      if (offsets.length === 0) byProducer.set(producerId, offsets);
      if (offsets.push(lastOffset) > Math.max(1, rules.producerBatchesKept())) offsets.shift();
      return true;
    },
  };
  for (const source of sources) yield* scanBatches(source.logPath, 0, source.sizeBytes, visitor);
  return new Set([...byProducer.values()].flat());
}

/** Groups of neighbours that fit into one segment (Cleaner#groupSegmentsBySize). */
export function groupSegments(
  segments: readonly LogSegment[],
  segmentBytes: number,
  segmentIndexBytes: number,
): readonly (readonly LogSegment[])[] {
  const groups: LogSegment[][] = [];
  let [bytes, entries] = [0, 0];
  for (const segment of segments) {
    const group = groups[groups.length - 1];
    bytes += segment.sizeBytes;
    entries += segment.offsetIndex.length;
    const isFull =
      group === undefined ||
      bytes > segmentBytes ||
      entries * 8 > segmentIndexBytes ||
      segment.baseOffset - group[0]!.baseOffset > 0x3fff_ffff;
    if (isFull) {
      groups.push([segment]);
      [bytes, entries] = [segment.sizeBytes, segment.offsetIndex.length];
    } else group.push(segment);
  }
  return groups;
}
