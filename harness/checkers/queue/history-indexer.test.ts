import { describe, expect, it } from 'vitest';
import { HistoryReader } from '../../history/history-reader.js';
import type { Operation } from '../../history/operation.js';
import { tellGroupTape, tellTape } from '../../history/testing/taped-story.js';
import { HistoryIndexer, indexHistory, indexTape } from './history-indexer.js';
import { COMMIT, INFO, type QueueIndex } from './queue-index.js';

function columns({ operationAt, shownOffset: _, ...rest }: QueueIndex) {
  const operations = Array.from({ length: rest.operationCount }, (_, id) => operationAt(id));
  return { ...rest, operations };
}

/** Like the check of a history file: most lines are scanned, the others are parsed. */
function indexOfLines(lines: string): QueueIndex {
  const operations = lines.split('\n').map((line): Operation => JSON.parse(line));
  const indexer = new HistoryIndexer((position) => operations[position]!);
  const reader = new HistoryReader({
    operation: (operation) => indexer.add(operation),
    scanned: (scanned) => indexer.addScanned(scanned),
  });
  reader.push(Buffer.from(`${lines}\n`));
  reader.end();
  return indexer.build();
}

describe('an index', () => {
  it('of a tape is the index of its operations', () => {
    const tape = tellTape();
    const index = indexTape(tape);
    expect(columns(index)).toStrictEqual(columns(indexHistory(tape.operations)));
    expect(index.values).toEqual([17, 18, 19, 3, 20]);
  });

  it('of a tape of any kinds of operation is the index of its operations, from objects and from JSON', () => {
    const tape = tellGroupTape();
    const index = indexTape(tape);
    expect(columns(index)).toStrictEqual(columns(indexHistory(tape.operations)));
    expect(index.rebalanced).toEqual(new Map([[3, new Set([0, 1])]]));
    const { commits } = index;
    const committed = Array.from({ length: index.types.length }, (_, id) =>
      [...commits.key.subarray(commits.of[id]!, commits.of[id + 1]!)].map((key, at) => [
        index.keys[key],
        index.shownOffset(commits.offset[commits.of[id]! + at]!),
      ]),
    );
    expect(committed).toEqual([
      [],
      [],
      [],
      [],
      [],
      [['orders-0', 6]],
      [],
      [['orders-0', 7]],
      [],
      [
        ['orders-0', 8],
        ['payments-0', 2 ** 40 + 1],
      ],
    ]);
    expect([index.kinds[9], index.types[9], index.operationCount]).toEqual([COMMIT, INFO, 9]);
    const lines = tape.operations.map((operation) => JSON.stringify(operation)).join('\n');
    expect(indexOfLines(lines).commits).toEqual(commits);
  });

  it('refuses a commit that names no offset', () => {
    const commit = (micro: unknown): Operation[] => [
      { index: 0, time: 0, process: 'm1', type: 'ok', f: 'commit', value: [micro] },
    ];
    const { commits } = indexHistory(commit([':commit', 3, '9223372036854775807']));
    expect(commits.key).toHaveLength(1);
    for (const offset of [undefined, null, -1, '-1', 1.5, 'orders']) {
      expect(() => indexHistory(commit(['commit', 'orders-0', offset]))).toThrow(
        'the offset of a commit must be an integer from 0, not ',
      );
    }
    expect(() => indexHistory(commit(['commit', {}, 3]))).toThrow('the key of a commit must be ');
  });
});
