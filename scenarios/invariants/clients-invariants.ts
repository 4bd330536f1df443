/** Invariants of what brokers answer to producers and consumers. */
import type { Invariant } from './invariant.js';
import { record } from './phrases.js';

export const sequenceRefused: Invariant = {
  name: 'sequence-refused',
  meaning:
    'A leader refused a producer’s next batch as out of sequence although every earlier batch was acknowledged.',
  source: 'KIP-98, KAFKA-5793',
  sentence: (w) =>
    `the leader of ${w.partition} refuses a batch of ${w.producer} as out of sequence although all earlier batches were acknowledged`,
};

export const crossedTruncation: Invariant = {
  name: 'crossed-truncation',
  meaning:
    'A consumer continued in a log that lacks the last record it had read, without noticing the truncation.',
  source: 'KIP-320, KAFKA-7747',
  sentence: (w) =>
    `${w.reader} reads on in ${w.partition} from ${record(w.last)} to ${record(w.next)}, in a log that lacks the first`,
};

export const skippedOffsets: Invariant = {
  name: 'skipped-offsets',
  meaning: 'A consumer skipped offsets that it never read.',
  source: 'ConsistentReadProperty',
  sentence: (w) => `${w.reader} reads ${record(w.next)} of ${w.partition} directly after ${record(w.last)}`,
};

export const rereadOffsets: Invariant = {
  name: 'reread-offsets',
  meaning: 'A consumer went back to records that it had read and that the log still holds.',
  source: 'KIP-320',
  sentence: (w) => `${w.reader} reads ${record(w.next)} of ${w.partition} again after ${record(w.last)}`,
};

export const wrongLatestOffset: Invariant = {
  name: 'wrong-latest-offset',
  meaning: 'A leader answered a latest offset that is not the end of the readable records.',
  source: 'KIP-207',
  sentence: (w) =>
    `${w.host} leads ${w.partition} and answers ${w.offset} as the latest offset; its high watermark is ${w.highWatermark}, its epoch begins at ${w.leaderEpochStartOffset}`,
};

/** In the order of the documentation. */
export const clientsInvariants: readonly Invariant[] = [
  sequenceRefused,
  crossedTruncation,
  skippedOffsets,
  rereadOffsets,
  wrongLatestOffset,
];
