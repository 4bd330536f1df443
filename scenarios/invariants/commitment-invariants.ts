/** Invariants of commitment: which records are committed, and which may be acknowledged and read. */
import type { Invariant, Witness } from './invariant.js';
import { committed } from './phrases.js';

export const logMatching: Invariant = {
  name: 'log-matching',
  meaning: 'Two replicas hold different records at the same offset and leader epoch.',
  source: 'LogMatchingProperty',
  sentence: (w) =>
    `${w.host} holds another record at offset ${w.offset} of ${w.partition} than the committed one`,
};

export const committedLoss: Invariant = {
  name: 'committed-loss',
  meaning: 'A committed record is missing on a replica that may become leader.',
  source: 'StrongIsr, LeaderCandidateCompletenessProperty',
  sentence: lossInWords,
};

export const commitBelowMinIsr: Invariant = {
  name: 'commit-below-min-isr',
  meaning: 'The high watermark advanced past records that too few replicas hold.',
  source: 'KIP-966',
  sentence: (w) =>
    `the high watermark of ${w.partition} moves to ${w.highWatermark} although only ${w.holders} of its replicas hold all records below it; min.insync.replicas is ${w.minInsyncReplicas}`,
};

export const appendBelowMinIsr: Invariant = {
  name: 'append-below-min-isr',
  meaning: 'A leader accepted a record with acks=all although too few replicas were in sync.',
  source: 'design of `min.insync.replicas`, NOT_ENOUGH_REPLICAS',
  sentence: (w) =>
    `${w.host} accepts a produce request with acks=all for ${w.partition} although the ISR has ${w.isrSize} members and min.insync.replicas is ${w.minInsyncReplicas}`,
};

export const hwAboveLogEnd: Invariant = {
  name: 'hw-above-log-end',
  meaning: 'A high watermark is beyond the end of its own log.',
  source: 'high watermark ≤ log end',
  sentence: (w) =>
    `the high watermark of ${w.partition} on ${w.host} is ${w.highWatermark}, beyond the end of its log at ${w.logEndOffset}`,
};

export const hwRegress: Invariant = {
  name: 'hw-regress',
  meaning: 'A high watermark moved back.',
  source: 'high watermark never back',
  sentence: (w) =>
    `the high watermark of ${w.partition} moves back from ${w.from} to ${w.to} on its leader ${w.host} (epoch ${w.leaderEpoch})`,
};

export const readAboveHw: Invariant = {
  name: 'read-above-hw',
  meaning: 'A consumer got a record that was not yet committed.',
  source: 'ConsistentReadProperty',
  sentence: (w) =>
    `${w.host} returns records of ${w.partition} up to offset ${Number(w.endOffset) - 1} to a consumer; ${committed(w.committedEnd)}`,
};

export const ackBeforeCommit: Invariant = {
  name: 'ack-before-commit',
  meaning: 'A record was acknowledged before every replica that its acks setting requires had it.',
  source: 'KIP-101, design of `acks`',
  sentence: (w) =>
    `${w.host} acknowledges offset ${w.offset} of ${w.partition} (epoch ${w.leaderEpoch}); ${committed(w.committedEnd)}`,
};

/** In the order of the documentation. */
export const commitmentInvariants: readonly Invariant[] = [
  logMatching,
  committedLoss,
  commitBelowMinIsr,
  appendBelowMinIsr,
  hwAboveLogEnd,
  hwRegress,
  readAboveHw,
  ackBeforeCommit,
];

function lossInWords({ how, host, partition, offset, highWatermark, committedEnd }: Witness): string {
  switch (how) {
    case 'truncated by a member of the ISR':
      return `${host}, a member of the ISR, truncates ${partition} to ${offset} although the records below ${committedEnd} are committed`;
    case 'joined the ISR without committed records':
      return `${host} joins the ISR of ${partition} without the committed offsets from ${offset}`;
    case 'gone after a restart without power loss':
      return `${host} restarts without the committed offsets of ${partition} from ${offset} although there was no power loss`;
    default:
      return highWatermark === undefined
        ? `${host} lacks committed offsets from ${offset} of ${partition}: ${how}`
        : `the high watermark of ${partition} moves to ${highWatermark}; ${host}, a member of the ISR, lacks offset ${offset}`;
  }
}
