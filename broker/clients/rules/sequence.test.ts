import { describe, expect, it } from 'vitest';
import {
  advanceSequence,
  mayBumpProducerEpoch,
  mayPipeline,
  mayResendBatch,
  refusalProvesAbsence,
} from './sequence.js';

const MAX = 2_147_483_647;

describe('sequence numbers', () => {
  it('wrap to 0 after 2^31 − 1, within a batch too (KAFKA-7692)', () => {
    expect(advanceSequence(0, 5)).toBe(5);
    expect(advanceSequence(MAX - 1, 1)).toBe(MAX);
    expect(advanceSequence(MAX, 1)).toBe(0);
    expect(advanceSequence(MAX - 2, 10)).toBe(7);
  });
});

describe('an idempotent producer', () => {
  it('sends again only the first of the batches that wait', () => {
    expect(mayResendBatch({ isFirstUnresolved: true })).toBe(true);
    expect(mayResendBatch({ isFirstUnresolved: false })).toBe(false);
  });

  it('bumps its epoch only when no batch of the partition is uncertain (KAFKA-14034)', () => {
    expect(mayBumpProducerEpoch({ uncertainBatches: 0 })).toBe(true);
    expect(mayBumpProducerEpoch({ uncertainBatches: 1 })).toBe(false);
  });

  it('has one batch on its way until the epoch is known to the leader', () => {
    expect(mayPipeline({ hasAcknowledgedInEpoch: false, unresolvedBatches: 0 })).toBe(true);
    expect(mayPipeline({ hasAcknowledgedInEpoch: false, unresolvedBatches: 1 })).toBe(false);
    expect(mayPipeline({ hasAcknowledgedInEpoch: true, unresolvedBatches: 4 })).toBe(true);
  });
});

describe('a refusal for being out of order', () => {
  it('proves that the leader lacks the batch only where no earlier one is still to come', () => {
    const refusal = { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', isFirstUnresolved: true } as const;
    expect(refusalProvesAbsence(refusal)).toBe(true);
    expect(refusalProvesAbsence({ ...refusal, isFirstUnresolved: false })).toBe(false);
    expect(refusalProvesAbsence({ ...refusal, error: 'UNKNOWN_PRODUCER_ID' })).toBe(false);
  });
});
