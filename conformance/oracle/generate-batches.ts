/** Record batches for Produce: mostly valid, each invalid one in one respect. */
import fc from 'fast-check';
import type { Reference, ScriptedBatches } from './script.js';
import { BATCH_TIMESTAMP, type ScriptedBatch, type ScriptedRecord } from './scripted-batch.js';

const FAR_FUTURE = 4_000_000_000_000;
const producer: Reference = { $: 'producerId', index: 0 };

export function arbitraryRecords(): fc.Arbitrary<ScriptedBatch | ScriptedBatches | string> {
  return fc.oneof(
    { weight: 12, arbitrary: arbitraryBatch() },
    {
      weight: 1,
      arbitrary: fc
        .array(arbitraryBatch(), { minLength: 0, maxLength: 2, size: 'max' })
        .map((list): ScriptedBatches => ({ $: 'batches', list })),
    },
    { weight: 1, arbitrary: fc.constantFrom('', '00', '00'.repeat(17), '00'.repeat(61)) },
  );
}

function arbitraryBatch(): fc.Arbitrary<ScriptedBatch> {
  return fc
    .record({
      records: fc.array(arbitraryRecord(), { minLength: 1, maxLength: 3 }),
      change: fc.oneof(
        { weight: 4, arbitrary: fc.constant<Partial<ScriptedBatch>>({}) },
        { weight: 4, arbitrary: arbitraryProducer() },
        { weight: 4, arbitrary: fc.constantFrom(...FAULTS) },
      ),
    })
    .map(({ records, change }): ScriptedBatch => ({ $: 'batch', records, ...change }));
}

function arbitraryRecord(): fc.Arbitrary<ScriptedRecord> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c').map((value): ScriptedRecord => ({ value })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<ScriptedRecord[]>(
        { key: 'k', value: null },
        { key: '', value: '' },
        { value: 'v'.repeat(400) },
        {
          value: 'h',
          headers: [
            ['h', 'x'],
            ['', null],
          ],
        },
        { value: 'late', timestamp: BATCH_TIMESTAMP + 5 },
        { value: 'early', timestamp: BATCH_TIMESTAMP - 5 },
        { value: 'no time', timestamp: -1 },
      ),
    },
  );
}

function arbitraryProducer(): fc.Arbitrary<Partial<ScriptedBatch>> {
  return fc.record({
    producerId: fc.constantFrom<(Reference | number)[]>(producer, producer, producer, 4711),
    producerEpoch: fc.constantFrom(0, 0, 0, 1, 2, -1),
    baseSequence: fc.constantFrom(0, 0, 0, 1, 2, 3, 5, 2_147_483_647, -1),
  });
}

/** Each is wrong, or unusual, in one respect. */
const FAULTS: readonly Partial<ScriptedBatch>[] = [
  { crc: 'wrong' },
  { magic: 0 },
  { magic: 1 },
  { magic: 3 },
  { magic: -1 },
  { lengthDelta: 1 },
  { lengthDelta: -1 },
  { lengthDelta: -1_000 },
  { cutBytes: 1 },
  { cutBytes: 60 },
  { extraBytes: 1 },
  { extraBytes: 80 },
  { lastOffsetDelta: 7 },
  { lastOffsetDelta: -1 },
  { recordsCount: 0 },
  { recordsCount: -1 },
  { recordsCount: 9 },
  { invertedByte: 0 },
  { invertedByte: 1 },
  { invertedByte: 3 },
  { invertedByte: 6 },
  { attributes: 0x08 },
  { attributes: 0x10 },
  { attributes: 0x20 },
  { attributes: 0x40 },
  { attributes: 0x01 },
  { attributes: 0x05 },
  { attributes: 0x07 },
  { baseOffset: 10 },
  { baseOffset: -1 },
  { leaderEpoch: 5 },
  { timestamp: FAR_FUTURE },
  { timestamp: -1 },
  { timestamp: 0 },
  { baseTimestamp: -2 },
  { maxTimestamp: 5 },
  { maxTimestamp: FAR_FUTURE },
];
