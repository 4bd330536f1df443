import { describe, expect, it } from 'vitest';
import { tellTape } from '../../history/testing/taped-story.js';
import { indexHistory, indexTape } from './history-indexer.js';
import type { QueueIndex } from './queue-index.js';

function columns({ operationAt, shownOffset: _, ...rest }: QueueIndex) {
  const operations = Array.from({ length: rest.operationCount }, (_, id) => operationAt(id));
  return { ...rest, operations };
}

describe('an index', () => {
  it('of a tape is the index of its operations', () => {
    const tape = tellTape();
    const index = indexTape(tape);
    expect(columns(index)).toStrictEqual(columns(indexHistory(tape.operations)));
    expect(index.values).toEqual([17, 18, 19, 3, 20]);
  });
});
