import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type DiskProcedure, demand, demandIfPresent } from './disk-procedure.js';
import type { LogSegment } from './log-segment.js';
import { ProducerReplay, type ProducerSnapshots } from './producer-snapshots.js';
import type { ProducerStateTable } from './producer-state-table.js';
import { type BatchVisitor, scanBatches } from './segment-scan.js';

/**
 * The place of a truncation: everything is removed from `position` of the segment at `segmentIndex`, which
 * holds `offset`.
 */
export interface Cut {
  readonly segmentIndex: number;
  readonly position: number;
  /**
   * The base offset of the first removed batch. It is at most the requested offset, because a batch is kept
   * or removed as a whole.
   */
  readonly offset: number;
}

/** Finds the first batch that contains `offset` or a higher offset. */
export function* locateCut(segments: readonly LogSegment[], offset: number): DiskProcedure<Cut> {
  let segmentIndex = segments.length - 1;
  while (segmentIndex > 0 && segments[segmentIndex]!.baseOffset > offset) segmentIndex--;
  const segment = segments[segmentIndex]!;
  const from = segment.offsetIndex.lookup(offset - segment.baseOffset);
  const search = new CutSearch(offset);
  const position = yield* scanBatches(segment.logPath, from, segment.sizeBytes, search);
  return { segmentIndex, position, offset: search.cutOffset };
}

class CutSearch implements BatchVisitor {
  cutOffset: number;
  readonly #offset: number;

  constructor(offset: number) {
    this.#offset = offset;
    this.cutOffset = offset;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    if (batch.lastOffset(bytes, position) < this.#offset) return true;
    this.cutOffset = Math.min(this.#offset, batch.baseOffset(bytes, position));
    return false;
  }
}

/**
 * Deletes the segments after the cut, the last one first, so that a crash in between leaves a log without a
 * hole.
 */
export function* removeSegments(removed: readonly LogSegment[]): DiskProcedure<void> {
  for (let index = removed.length - 1; index >= 0; index--) yield* removed[index]!.remove();
}

export function* truncateSegment(segment: LogSegment): DiskProcedure<void> {
  yield* demandIfPresent({ kind: 'truncate', path: segment.logPath, sizeBytes: segment.sizeBytes });
  yield* segment.writeIndexes();
}

/** Rebuilds the producer state from all batches of the segments, which end at `endOffset`, and from the newest snapshot. */
export function* rebuildProducers(
  segments: readonly LogSegment[],
  endOffset: number,
  producers: ProducerStateTable,
  snapshots: ProducerSnapshots,
): DiskProcedure<void> {
  producers.clear();
  const visitor = new ProducerVisitor(producers, yield* snapshots.readNewest(endOffset));
  for (const segment of segments) yield* scanBatches(segment.logPath, 0, segment.sizeBytes, visitor);
  visitor.end(endOffset);
}

class ProducerVisitor extends ProducerReplay implements BatchVisitor {
  visit(bytes: Uint8Array, position: number): boolean {
    this.note(bytes, position, batch.baseOffset(bytes, position));
    return true;
  }
}

/** Syncs the segments that hold records in [recoveryPoint, upTo), and their directory if necessary. */
export function* flushSegments(
  segments: readonly LogSegment[],
  recoveryPoint: number,
  upTo: number,
  directory: string,
  rules: LogRules,
): DiskProcedure<void> {
  let first = segments.length - 1;
  while (first > 0 && segments[first]!.baseOffset > recoveryPoint) first--;
  const segmentBaseOffsets: number[] = [];
  for (let index = first; index < segments.length; index++) {
    const segment = segments[index]!;
    if (index > first && segment.baseOffset >= upTo) break;
    yield* segment.sync();
    segmentBaseOffsets.push(segment.baseOffset);
  }
  if (rules.isDirectorySyncNeeded({ segmentBaseOffsets, recoveryPoint })) {
    yield* demand({ kind: 'syncDirectory', path: directory });
  }
}

/** Creates the file of a new segment at once, empty, so that a restart finds where the log begins. */
export function* createFile(segment: LogSegment): DiskProcedure<void> {
  yield* demand({ kind: 'append', path: segment.logPath, bytes: new Uint8Array(0) });
}
