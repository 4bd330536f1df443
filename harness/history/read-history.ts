/** Reads a whole history into memory, for reports and tests. `check-file.ts` judges large histories as a stream. */

import { HistoryReader } from './history-reader.js';
import type { HistoryHeader, Operation } from './operation.js';

export interface RecordedHistory {
  readonly header: HistoryHeader | null;
  readonly operations: readonly Operation[];
}

/** Throws MalformedHistory. */
export function readHistory(chunks: Iterable<Uint8Array>): RecordedHistory {
  const operations: Operation[] = [];
  const reader = new HistoryReader({ operation: (operation) => operations.push(operation) });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { header: reader.header, operations };
}
