/** Invariants of consumer groups: who owns a partition, where it begins, what is committed. */
import type { Invariant } from './invariant.js';

export const twoOwnersInGeneration: Invariant = {
  name: 'two-owners-in-generation',
  meaning: 'Two members of a group owned one partition in the same generation.',
  source: 'KIP-62, KIP-429',
  sentence: (w) => `${w.members} both own ${w.partition} in generation ${w.generationId} of the group`,
};

export const committedOffsetLost: Invariant = {
  name: 'committed-offset-lost',
  meaning: 'A new owner began below an offset whose commit had been acknowledged.',
  source: 'KIP-211, KAFKA-4682',
  sentence: (w) =>
    `${w.member} begins ${w.partition} at ${w.offset} although offset ${w.committed} was committed`,
};

export const beginsBeyondCommits: Invariant = {
  name: 'begins-beyond-commits',
  meaning: 'A new owner began above everything that had been committed, so it left records out.',
  source: 'KIP-320',
  sentence: (w) =>
    `${w.member} begins ${w.partition} at ${w.offset} although no commit was above ${w.attempted}`,
};

export const commitBeyondLogEnd: Invariant = {
  name: 'commit-beyond-log-end',
  meaning: 'An offset was committed that is above the committed end of the log.',
  source: 'ConsistentReadProperty',
  sentence: (w) =>
    `${w.member} commits offset ${w.offset} of ${w.partition}, whose committed log ends at ${w.committedEnd}`,
};

export const commitWentBack: Invariant = {
  name: 'commit-went-back',
  meaning: 'A commit was acknowledged that is below one acknowledged before it was sent.',
  source: 'KIP-62, commits are fenced by generation',
  sentence: (w) =>
    `${w.member} commits offset ${w.offset} of ${w.partition} after offset ${w.committed} was committed`,
};

export const unprocessedRecord: Invariant = {
  name: 'unprocessed-record',
  meaning: 'A commit covers a record that no member processed, and the group promises to process each.',
  source: 'at-least-once: process, then commit',
  sentence: (w) =>
    `${w.member} commits offset ${w.offset} of ${w.partition}, and nobody processed ${w.unprocessed}: ${w.cause}`,
};

export const processedTwice: Invariant = {
  name: 'processed-twice',
  meaning: 'A record was processed again by a group that promises to process none twice.',
  source: 'at-most-once: commit, then process',
  sentence: (w) => `${w.member} processes offset ${w.offset} of ${w.partition} again: ${w.cause}`,
};

export const processedOutOfOrder: Invariant = {
  name: 'processed-out-of-order',
  meaning:
    'A record was processed after a later one of its partition or key, and the group promises the order.',
  source: 'one owner per partition',
  sentence: (w) =>
    `${w.member} processes offset ${w.offset} of ${w.partition} for the first time after offset ${w.after}`,
};

export const partitionMoved: Invariant = {
  name: 'partition-moved',
  meaning: 'A partition got another owner although its owner came back within its session.',
  source: 'KIP-345',
  sentence: (w) =>
    `generation ${w.generationId} gives ${w.partition} to ${w.member}; ${w.before} had it before`,
};

/** In the order of the documentation. */
export const groupsInvariants: readonly Invariant[] = [
  twoOwnersInGeneration,
  committedOffsetLost,
  beginsBeyondCommits,
  commitBeyondLogEnd,
  commitWentBack,
  unprocessedRecord,
  processedTwice,
  processedOutOfOrder,
  partitionMoved,
];
