/** What counts as committed, and what may be acknowledged and read. */
import type { Invariant, Witness } from './invariant.js';
import { committed } from './phrases.js';

export const logMatching: Invariant = {
  name: 'log-matching',
  meaning: 'Two replicas hold different records at the same offset and leader epoch.',
  source: 'LogMatchingProperty',
  sentence: (w) =>
    `${w.host} holds something else at offset ${w.offset} of ${w.partition} than was committed there`,
};

export const committedLoss: Invariant = {
  name: 'committed-loss',
  meaning: 'A committed record is missing on a replica that may become leader.',
  source: 'StrongIsr, LeaderCandidateCompletenessProperty',
  sentence: lossInWords,
};

export const commitBelowMinIsr: Invariant = {
  name: 'commit-below-min-isr',
  meaning: 'The high watermark moved past records that too few replicas hold.',
  source: 'KIP-966',
  sentence: (w) =>
    `the high watermark of ${w.partition} moves to ${w.highWatermark} though only ${w.holders} of its replicas hold what lies below; min.insync.replicas is ${w.minInsyncReplicas}`,
};

export const appendBelowMinIsr: Invariant = {
  name: 'append-below-min-isr',
  meaning: 'A leader took a record with acks=all although too few replicas were in sync.',
  source: 'design of `min.insync.replicas`, NOT_ENOUGH_REPLICAS',
  sentence: (w) =>
    `${w.host} takes a produce with acks=all to ${w.partition}, and the ISR has ${w.isrSize} of ${w.minInsyncReplicas} members (min.insync.replicas)`,
};

export const hwAboveLogEnd: Invariant = {
  name: 'hw-above-log-end',
  meaning: 'A high watermark lies beyond the end of the log that it is about.',
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
  meaning: 'A consumer was given a record that was not yet committed.',
  source: 'ConsistentReadProperty',
  sentence: (w) =>
    `${w.host} gives a consumer ${w.partition} up to offset ${Number(w.endOffset) - 1}; ${committed(w.committedEnd)}`,
};

export const ackBeforeCommit: Invariant = {
  name: 'ack-before-commit',
  meaning: 'A record was acknowledged before the replicas it was promised to had it.',
  source: 'KIP-101, design of `acks`',
  sentence: (w) =>
    `${w.host} acknowledges offset ${w.offset} of ${w.partition} (epoch ${w.leaderEpoch}); ${committed(w.committedEnd)}`,
};

/** In the order in which they are listed. */
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
      return `${host}, a member of the ISR, truncates ${partition} to ${offset}; what lies below ${committedEnd} was committed`;
    case 'joined the ISR without committed records':
      return `${host} joins the ISR of ${partition} without committed offsets from ${offset}`;
    case 'gone after a restart without power loss':
      return `${host} is back without committed offsets from ${offset} of ${partition}, though its disk lost no power`;
    default:
      return highWatermark === undefined
        ? `${host} lacks committed offsets from ${offset} of ${partition}: ${how}`
        : `the high watermark of ${partition} moves to ${highWatermark}; ${host}, a member of the ISR, lacks offset ${offset}`;
  }
}
