/** What brokers owe to producers and consumers. */
import type { Invariant } from './invariant.js';
import { record } from './phrases.js';

export const sequenceRefused: Invariant = {
  name: 'sequence-refused',
  meaning:
    'A leader refused a producer’s next batch as out of sequence, though it had acknowledged every batch before it.',
  source: 'KIP-98, KAFKA-5793',
  sentence: (w) =>
    `the leader of ${w.partition} refuses a batch of ${w.producer} as out of sequence, and had acknowledged all before it`,
};

export const crossedTruncation: Invariant = {
  name: 'crossed-truncation',
  meaning: 'A consumer went on in a log that does not hold what it had read last, without noticing.',
  source: 'KIP-320, KAFKA-7747',
  sentence: (w) =>
    `${w.reader} reads ${w.partition} on from ${record(w.last)} to ${record(w.next)}, in a log that does not hold the first`,
};

export const skippedOffsets: Invariant = {
  name: 'skipped-offsets',
  meaning: 'A consumer passed over offsets that it never read.',
  source: 'ConsistentReadProperty',
  sentence: (w) => `${w.reader} reads ${record(w.next)} of ${w.partition} next after ${record(w.last)}`,
};

export const rereadOffsets: Invariant = {
  name: 'reread-offsets',
  meaning: 'A consumer went back to records that it had read and that are still there.',
  source: 'KIP-320',
  sentence: (w) => `${w.reader} reads ${record(w.next)} of ${w.partition} again after ${record(w.last)}`,
};

export const wrongLatestOffset: Invariant = {
  name: 'wrong-latest-offset',
  meaning: 'A leader named another offset as the latest than the end of what may be read.',
  source: 'KIP-207',
  sentence: (w) =>
    `${w.host} leads ${w.partition} and names ${w.offset} as its latest offset; its high watermark is ${w.highWatermark}, its epoch begins at ${w.leaderEpochStartOffset}`,
};

/** In the order in which they are listed. */
export const clientsInvariants: readonly Invariant[] = [
  sequenceRefused,
  crossedTruncation,
  skippedOffsets,
  rereadOffsets,
  wrongLatestOffset,
];
