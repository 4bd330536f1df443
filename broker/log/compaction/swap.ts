/**
 * The files of a replacement of segments by their cleaned copy, and what a start makes of them (LogLoader#load):
 *
 * - `.cleaned`: the copy was not finished. It is deleted, and so is a `.swap` file at or above it.
 * - `.swap`: the copy is whole. The segments that it covers are deleted, and it takes their place.
 * - `.deleted`: a source that was replaced. It is deleted.
 */
import * as batch from '../../protocol/record-batch.js';
import { type DiskProcedure, demand, demandIfPresent } from '../disk-procedure.js';
import { isDeletedFile } from '../log-retention.js';
import type { LogSegment } from '../log-segment.js';
import { type BatchVisitor, scanBatches } from '../segment-scan.js';
import { CLEANED_SUFFIX } from './segment-cleaner.js';

export const SWAP_SUFFIX = '.swap';

export interface Replacement {
  readonly sources: readonly LogSegment[];
  readonly copy: LogSegment;
}

const LOG_FILE = /^(\d{20})\.log$/;
const SWAP_FILE = /^(\d{20})\.log\.swap$/;

/** Completes or undoes what was interrupted. The result: the names that the directory holds afterwards. */
export function* completeSwaps(
  directory: string,
  names: readonly string[],
): DiskProcedure<readonly string[]> {
  const leftOver = (name: string): boolean =>
    isDeletedFile(name) || name.endsWith(CLEANED_SUFFIX) || name.endsWith(SWAP_SUFFIX);
  if (!names.some(leftOver)) return names;
  const firstCleaned = Math.min(
    ...names.filter((name) => name.endsWith(CLEANED_SUFFIX)).map((name) => Number(name.slice(0, 20))),
  );
  const swapped = names
    .filter((name) => SWAP_FILE.test(name) && Number(name.slice(0, 20)) < firstCleaned)
    .sort();
  const replaced = new Set<string>();
  for (const name of swapped) {
    const path = `${directory}/${name}`;
    const baseOffset = Number(name.slice(0, 20));
    const endOffset = yield* endOffsetOf(path, baseOffset);
    for (const other of names) {
      const isCovered = Number(other.slice(0, 20)) >= baseOffset && Number(other.slice(0, 20)) < endOffset;
      if (!LOG_FILE.test(other) || !isCovered) continue;
      for (const file of filesOf(other))
        yield* demandIfPresent({ kind: 'remove', path: `${directory}/${file}` });
      replaced.add(other);
    }
  }
  for (const name of names) {
    if (!leftOver(name) || swapped.includes(name)) continue;
    yield* demandIfPresent({ kind: 'remove', path: `${directory}/${name}` });
  }
  for (const name of swapped) {
    const to = name.slice(0, -SWAP_SUFFIX.length);
    yield* demand({ kind: 'rename', from: `${directory}/${name}`, to: `${directory}/${to}` });
  }
  if (swapped.length > 0) yield* demand({ kind: 'syncDirectory', path: directory });
  const kept = names.filter((name) => !leftOver(name) && !replaced.has(name));
  return [...kept, ...swapped.map((name) => name.slice(0, -SWAP_SUFFIX.length))];
}

/** The files of the segment whose log has this name. */
function filesOf(logName: string): readonly string[] {
  const stem = logName.slice(0, 20);
  return [logName, `${stem}.index`, `${stem}.timeindex`];
}

function* endOffsetOf(path: string, baseOffset: number): DiskProcedure<number> {
  const { count } = yield* demand({ kind: 'size', path });
  const last = new LastOffset(baseOffset);
  yield* scanBatches(path, 0, count, last);
  return last.endOffset;
}

class LastOffset implements BatchVisitor {
  endOffset: number;

  constructor(baseOffset: number) {
    this.endOffset = baseOffset + 1;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    this.endOffset = batch.lastOffset(bytes, position) + 1;
    return true;
  }
}
