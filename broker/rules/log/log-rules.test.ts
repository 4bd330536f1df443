import { describe, expect, it } from 'vitest';
import {
  checkSequence,
  type ProducerState,
  type RememberedBatch,
  type SequenceInput,
} from './check-sequence.js';
import { epochEndOffset } from './epoch-end-offset.js';
import { logRules } from './index.js';

const MAX = 0x7fff_ffff;

function remembered(baseSequence: number, lastSequence: number, baseOffset: number): RememberedBatch {
  return {
    baseSequence,
    lastSequence,
    baseOffset,
    lastOffset: baseOffset + lastSequence - baseSequence,
    timestamp: 0,
  };
}

function input(baseSequence: number, state: ProducerState | null, producerEpoch = 3): SequenceInput {
  return { producerId: 1, producerEpoch, baseSequence, lastSequence: baseSequence, state, role: 'leader' };
}

describe('checkSequence', () => {
  const batches = [remembered(4, 4, 40), remembered(5, 5, 50), remembered(6, 6, 60)];
  const state: ProducerState = { producerId: 1, producerEpoch: 3, batches };

  it('accepts the next sequence only', () => {
    expect(checkSequence(input(7, state))).toEqual({ kind: 'accept' });
    for (const sequence of [0, 3, 8, MAX]) {
      expect(checkSequence(input(sequence, state)), String(sequence)).toEqual({
        kind: 'reject',
        errorCode: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
      });
    }
  });

  it('recognises every batch it remembers, by both ends of it (KAFKA-5494)', () => {
    for (const batch of batches) {
      expect(checkSequence(input(batch.baseSequence, state))).toEqual({ kind: 'duplicate', batch });
    }
    expect(checkSequence({ ...input(4, state), lastSequence: 5 }).kind).toBe('reject');
  });

  it('fences an older epoch and starts a newer one at 0', () => {
    expect(checkSequence(input(7, state, 2))).toEqual({
      kind: 'reject',
      errorCode: 'INVALID_PRODUCER_EPOCH',
    });
    expect(checkSequence(input(0, state, 4))).toEqual({ kind: 'accept' });
    expect(checkSequence(input(7, state, 4)).kind).toBe('reject');
  });

  it('accepts any sequence of a producer it knows nothing of (KIP-360)', () => {
    for (const sequence of [0, 17, MAX])
      expect(checkSequence(input(sequence, null))).toEqual({ kind: 'accept' });
  });

  it('goes on at 0 after 2^31−1 (KAFKA-7692)', () => {
    const atEnd = { ...state, batches: [remembered(MAX, MAX, 9)] };
    expect(checkSequence(input(0, atEnd))).toEqual({ kind: 'accept' });
    expect(checkSequence(input(1, atEnd)).kind).toBe('reject');
    expect(logRules.lastSequenceOf({ baseSequence: MAX - 1, lastOffsetDelta: 1 })).toBe(MAX);
    expect(logRules.lastSequenceOf({ baseSequence: MAX - 1, lastOffsetDelta: 4 })).toBe(2);
  });
});

describe('epochEndOffset', () => {
  const entries = [
    { leaderEpoch: 2, startOffset: 10 },
    { leaderEpoch: 5, startOffset: 20 },
    { leaderEpoch: 7, startOffset: 30 },
  ];

  it.each([
    [-1, -1, -1],
    [1, 1, 10],
    [2, 2, 20],
    [3, 2, 20],
    [4, 2, 20],
    [5, 5, 30],
    [6, 5, 30],
    [7, 7, 44],
    [8, -1, -1],
  ])('answers epoch %i with epoch %i ending at %i (KIP-279)', (requestedEpoch, leaderEpoch, endOffset) => {
    expect(epochEndOffset({ entries, requestedEpoch, logEndOffset: 44 })).toEqual({ leaderEpoch, endOffset });
  });

  it('knows nothing without entries', () => {
    expect(epochEndOffset({ entries: [], requestedEpoch: 0, logEndOffset: 9 })).toEqual({
      leaderEpoch: -1,
      endOffset: -1,
    });
  });
});

describe('epochs of a log', () => {
  const entries = [
    { leaderEpoch: 2, startOffset: 10 },
    { leaderEpoch: 5, startOffset: 20 },
  ];

  it.each([
    [5, 25, entries],
    [6, 20, [entries[0], { leaderEpoch: 6, startOffset: 20 }]],
    [6, 25, [...entries, { leaderEpoch: 6, startOffset: 25 }]],
    [5, 15, [entries[0], { leaderEpoch: 5, startOffset: 15 }]],
    [4, 30, [entries[0], { leaderEpoch: 4, startOffset: 30 }]],
    [9, 5, [{ leaderEpoch: 9, startOffset: 5 }]],
  ])('assigning epoch %i at %i replaces what it contradicts', (leaderEpoch, startOffset, expected) => {
    expect(logRules.assignEpoch({ entries, leaderEpoch, startOffset })).toEqual(expected);
  });

  it.each([
    [30, 40, 2],
    [20, 40, 1],
    [20, 20, 1],
    [21, 20, 2],
    [10, 40, 0],
  ])(
    'truncation to %i of a log ending at %i keeps %i entries, also at the end (KAFKA-10706)',
    (targetOffset, logEndOffset, kept) => {
      expect(logRules.truncateEpochs({ entries, targetOffset, logEndOffset })).toHaveLength(kept);
    },
  );

  it('after recovery are those of the batches recovered, and of the checkpoint below them', () => {
    const recovered = [
      { leaderEpoch: 2, startOffset: 15, notBefore: 15 },
      { leaderEpoch: 3, startOffset: 18, notBefore: 18 },
    ];
    expect(
      logRules.epochsAtLoad({ checkpoint: entries, recovered, recoveredFrom: 15, logEndOffset: 40 }),
    ).toEqual([
      { leaderEpoch: 2, startOffset: 10 },
      { leaderEpoch: 3, startOffset: 18 },
    ]);
    // Compaction removed the first records of epoch 3 and all of epoch 4.
    const checkpoint = [
      { leaderEpoch: 3, startOffset: 18 },
      { leaderEpoch: 4, startOffset: 24 },
      { leaderEpoch: 5, startOffset: 29 },
    ];
    const compacted = [
      { leaderEpoch: 3, startOffset: 20, notBefore: 15 },
      { leaderEpoch: 5, startOffset: 30, notBefore: 21 },
    ];
    expect(
      logRules.epochsAtLoad({ checkpoint, recovered: compacted, recoveredFrom: 15, logEndOffset: 40 }),
    ).toEqual(checkpoint);
    const untouched = { checkpoint: entries, recovered: [], recoveredFrom: 40 };
    expect(logRules.epochsAtLoad({ ...untouched, logEndOffset: 40 })).toEqual(entries);
    expect(logRules.epochsAtLoad({ ...untouched, logEndOffset: 20 })).toEqual(entries.slice(0, 1));
  });
});

describe('recovery', () => {
  it('is needed after an unclean stop, from the recovery point on', () => {
    const segment = {
      cleanShutdown: false,
      segmentBaseOffset: 10,
      nextSegmentBaseOffset: 20,
      recoveryPoint: 0,
    };
    expect(logRules.needsRecovery(segment)).toBe(true);
    expect(logRules.needsRecovery({ ...segment, cleanShutdown: true })).toBe(false);
    expect(logRules.needsRecovery({ ...segment, recoveryPoint: 19 })).toBe(true);
    expect(logRules.needsRecovery({ ...segment, recoveryPoint: 20 })).toBe(false);
    expect(logRules.needsRecovery({ ...segment, recoveryPoint: 20, nextSegmentBaseOffset: null })).toBe(true);
  });

  it('ends at a batch that is short, damaged, elsewhere, or of an epoch gone by', () => {
    const intact = {
      complete: true,
      magic: 2,
      crcValid: true,
      baseOffset: 10,
      lastOffset: 12,
      recordsCount: 3,
      mayHaveGaps: false,
      leaderEpoch: 4,
      expectedOffset: 10,
      previousLeaderEpoch: 4,
    };
    expect(logRules.isBatchIntact(intact)).toBe(true);
    const damages = [
      { complete: false },
      { magic: 0 },
      { crcValid: false },
      { baseOffset: 11 },
      { lastOffset: 9 },
      { leaderEpoch: 3 },
    ];
    for (const damage of damages) expect(logRules.isBatchIntact({ ...intact, ...damage })).toBe(false);
    const behindGap = { ...intact, baseOffset: 11, mayHaveGaps: true };
    expect(logRules.isBatchIntact(behindGap)).toBe(true);
    expect(logRules.isBatchIntact({ ...behindGap, baseOffset: 9 })).toBe(false);
  });

  it('can only be skipped next time when loading had finished (KAFKA-15375)', () => {
    const outcome = (loadingFinished: boolean, closed: boolean): boolean =>
      logRules.writesCleanShutdownMarker({ loadingFinished, closed });
    expect([outcome(true, true), outcome(false, true), outcome(true, false)]).toEqual([true, false, false]);
  });
});

describe('segments', () => {
  const roll = {
    segmentBaseOffset: 100,
    segmentSizeBytes: 900,
    appendSizeBytes: 100,
    appendLastOffset: 120,
    segmentBytes: 1000,
    indexEntries: 3,
    segmentIndexBytes: 32,
  };

  it('roll when full, when their index is full, or when relative offsets run out', () => {
    expect(logRules.rollsSegment(roll)).toBe(false);
    expect(logRules.rollsSegment({ ...roll, appendSizeBytes: 101 })).toBe(true);
    expect(logRules.rollsSegment({ ...roll, indexEntries: 4 })).toBe(true);
    expect(logRules.rollsSegment({ ...roll, appendLastOffset: 100 + 2 ** 31 })).toBe(true);
    expect(logRules.rollsSegment({ ...roll, segmentSizeBytes: 0, appendSizeBytes: 5000 })).toBe(false);
  });

  it('made since the last flush need their directory synced (KAFKA-3968)', () => {
    expect(logRules.isDirectorySyncNeeded({ segmentBaseOffsets: [0], recoveryPoint: 5 })).toBe(false);
    expect(logRules.isDirectorySyncNeeded({ segmentBaseOffsets: [0, 5], recoveryPoint: 5 })).toBe(true);
  });
});
