import { describe, expect, it } from 'vitest';
import { brokenInvariants, invariantSentence } from './invariant-words.js';

const where = { partition: 'orders-1', host: 'b2', timeMicros: 5_226_166 };

describe('a broken invariant in words', () => {
  it.each([
    [
      'committed-loss',
      { ...where, offset: 121, how: 'truncated by a member of the ISR', committedEnd: 122 },
      'b2, a member of the ISR, truncates orders-1 to 121; what lies below 122 was committed',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, how: 'joined the ISR without committed records' },
      'b2 joins the ISR of orders-1 without committed offsets from 121',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, how: 'gone after a restart without power loss' },
      'b2 is back without committed offsets from 121 of orders-1, though its disk lost no power',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, highWatermark: 130, how: 'the high watermark passed records that …' },
      'the high watermark of orders-1 moves to 130; b2, a member of the ISR, lacks offset 121',
    ],
    [
      'state-beyond-log',
      { ...where, logEndOffset: 5, recoveryPoint: 0, producersEndOffset: 9 },
      'b2 has cut orders-1 to 5; it takes what lies below 0 for synced and remembers batches of producers up to 9',
    ],
    [
      'append-below-min-isr',
      { ...where, isrSize: 1, minInsyncReplicas: 2 },
      'b2 takes a produce with acks=all to orders-1, and the ISR has 1 of 2 members (min.insync.replicas)',
    ],
    [
      'gap-in-log',
      { ...where, offset: 9, logEndOffset: 7 },
      'b2 has offset 9 next in its log of orders-1, which ends at 7 before it',
    ],
    [
      'epochs-not-of-log',
      { ...where, kept: null, inLog: { leaderEpoch: 3, startOffset: 9 } },
      'b2 keeps no further epoch for orders-1; its log has epoch 3 from offset 9',
    ],
    [
      'append-after-error',
      { ...where, offset: 9 },
      'b2 appends offset 9 to its log of orders-1, an operation on which had failed',
    ],
    [
      'unsynced-cut',
      { ...where, offset: 9 },
      'b2 goes on with its log of orders-1, cut to 9, and the cut is not on disk',
    ],
    [
      'synced-loss',
      { ...where, offset: 9, syncedEnd: 12 },
      'b2 has lost its log of orders-1 from offset 9 on at a power loss; it had synced what lies below 12',
    ],
    [
      'unverified-append',
      { ...where, offset: 9 },
      'b2 takes in what comes next, at offset 9 of orders-1, without comparing its checksum',
    ],
    [
      'corrupt-batch-kept',
      { ...where, offset: 9 },
      'b2 keeps the batch at offset 9 of orders-1, whose bytes do not fit its checksum',
    ],
    [
      'stale-fetch-used',
      { ...where, offset: 9 },
      'b2 follows an answer about orders-1 from offset 9, asked in another leader epoch or at another log end',
    ],
    [
      'stale-isr-proposal',
      { ...where, proposedFor: { leaderEpoch: 3, partitionEpoch: 7 }, leaderEpoch: 3, partitionEpoch: 8 },
      'the controller takes over an ISR of orders-1 that was proposed for leader epoch 3, partition epoch 7, in leader epoch 3, partition epoch 8',
    ],
    [
      'isr-beyond-leader',
      { ...where, leader: 'b1', leaderEpoch: 3, isr: ['b1', 'b2'], maximalIsr: ['b1'] },
      'the controller counts b1, b2 in the ISR of orders-1 (epoch 3); its leader b1 waits only for b1',
    ],
    [
      'unfenced-fetch',
      { ...where, requestedEpoch: 2, leaderEpoch: 3 },
      'b2 leads orders-1 in epoch 3 and takes a fetch that names epoch 2',
    ],
    [
      'isr-before-caught-up',
      { ...where, leaderEpoch: 3, offset: 7 },
      'the leader of orders-1 (epoch 3) wants b2 in the ISR, which lacks committed offsets from 7',
    ],
    [
      'stale-incarnation-in-isr',
      { ...where, incarnation: 4, registered: 9 },
      'the controller takes b2 into the ISR of orders-1 as broker epoch 4; it has registered as 9 since',
    ],
    [
      'fenced-in-isr',
      { ...where, isr: ['b1', 'b2'], leader: null, leaderEpoch: 3 },
      'b2, which is fenced or shutting down, is in the ISR of orders-1, b1, b2 (leader none, epoch 3)',
    ],
    ['unopened-log-trusted', where, 'b2 marks its shutdown as clean and has not opened the log of orders-1'],
    [
      'unfenced-too-early',
      where,
      'the controller lets b2 serve, which has not read the metadata up to its own registration',
    ],
    [
      'shut-down-too-early',
      where,
      'the controller lets b2 go, which leads, or of which others do not know that it does not',
    ],
    [
      'producer-ids-twice',
      { host: 'b2', timeMicros: 1, firstProducerId: 2_000, other: 'b3' },
      'b2 is given producer ids from 2000 on, some of which b3 was given',
    ],
    ...(
      [
        [{ fenced: true }, 'which it knows to be fenced'],
        [{ shuttingDown: true }, 'which it knows to be shutting down'],
        [{ lastFetchLeaderEpoch: -1 }, 'which has not fetched since it leads'],
        [
          { lastFetchLeaderEpoch: 2, fetchBrokerEpoch: 5, metadataBrokerEpoch: 6 },
          'which fetched as broker epoch 5 and is registered as 6',
        ],
      ] as const
    ).map(([known, words]): [string, Record<string, unknown>, string] => [
      'ineligible-for-isr',
      { ...where, leaderEpoch: 2, ...known },
      `the leader of orders-1 (epoch 2) wants b2 in the ISR, ${words}`,
    ]),
    [
      'isr-given-up',
      { ...where, errorCode: 'INVALID_UPDATE_VERSION', givenUp: ['b3'] },
      'b2 leads orders-1, is answered INVALID_UPDATE_VERSION to the ISR that it proposed, and does not wait for b3 any more',
    ],
    [
      'unheard-follower',
      { ...where, follower: 'b3', logEndOffset: 9 },
      'b2 begins to lead orders-1 with 9 as the log end of b3, which it has not heard yet',
    ],
    [
      'metadata-unsynced',
      { host: 'c1', timeMicros: 1, highWatermark: 9, syncedEndOffset: 8 },
      'c1 takes the metadata below 9 for committed; on its disk is only what lies below 8',
    ],
    [
      'metadata-regress',
      { ...where, leaderEpoch: 3, partitionEpoch: 8 },
      'the controller changes orders-1 from an earlier state than leader epoch 3, partition epoch 8, which it has told',
    ],
    [
      'epoch-unknown',
      { ...where, requestedEpoch: 2, leaderEpoch: 3 },
      'b2 leads orders-1 in epoch 3 and cannot say where epoch 2 ended',
    ],
    [
      'sequence-refused',
      { ...where, producer: 'p1' },
      'the leader of orders-1 refuses a batch of p1 as out of sequence, and had acknowledged all before it',
    ],
    [
      'laggard-in-isr',
      {
        ...where,
        follower: 'b3',
        followerEndOffset: 8,
        leaderEndOffset: 9,
        lagMillis: 2100,
        lagTimeMaxMillis: 2000,
      },
      'b2 leads orders-1 and keeps b3 in the ISR, which has offsets up to 8 of 9 and last had all 2100 ms ago (replica.lag.time.max.ms 2000)',
    ],
    [
      'removed-in-sync',
      {
        ...where,
        follower: 'b3',
        followerEndOffset: 9,
        leaderEndOffset: 9,
        lagMillis: 1,
        lagTimeMaxMillis: 2000,
      },
      'b2 leads orders-1 and removes b3 from the ISR, which has offsets up to 9 of 9 and last had all 1 ms ago (replica.lag.time.max.ms 2000)',
    ],
    [
      'reread-offsets',
      { ...where, reader: 'r1#1', last: { offset: 4, leaderEpoch: 1 }, next: { offset: 2, leaderEpoch: 1 } },
      'r1#1 reads offset 2 (epoch 1) of orders-1 again after offset 4 (epoch 1)',
    ],
    [
      'wrong-latest-offset',
      { ...where, offset: 9, highWatermark: 8, leaderEpochStartOffset: 5 },
      'b2 leads orders-1 and names 9 as its latest offset; its high watermark is 8, its epoch begins at 5',
    ],
    [
      'crossed-truncation',
      { ...where, reader: 'r1#1', last: { offset: 4, leaderEpoch: 1 }, next: { offset: 5, leaderEpoch: 3 } },
      'r1#1 reads orders-1 on from offset 4 (epoch 1) to offset 5 (epoch 3), in a log that does not hold the first',
    ],
    [
      'skipped-offsets',
      { ...where, reader: 'r1#1', last: { offset: 4, leaderEpoch: 1 }, next: { offset: 7, leaderEpoch: 1 } },
      'r1#1 reads offset 7 (epoch 1) of orders-1 next after offset 4 (epoch 1)',
    ],
    [
      'two-leaders-in-epoch',
      { ...where, hosts: ['b1', 'b2'], leaderEpoch: 3 },
      'b1, b2 both lead orders-1 in leader epoch 3',
    ],
    [
      'hw-above-log-end',
      { ...where, highWatermark: 12, logEndOffset: 10 },
      'the high watermark of orders-1 on b2 is 12, beyond the end of its log at 10',
    ],
    [
      'hw-regress',
      { ...where, leaderEpoch: 3, from: 12, to: 10 },
      'the high watermark of orders-1 moves back from 12 to 10 on its leader b2 (epoch 3)',
    ],
    [
      'ack-before-commit',
      { ...where, offset: 12, committedEnd: 10, leaderEpoch: 3 },
      'b2 acknowledges offset 12 of orders-1 (epoch 3); committed is only what lies below 10',
    ],
    [
      'read-above-hw',
      { ...where, fromOffset: 9, endOffset: 13, committedEnd: 10 },
      'b2 gives a consumer orders-1 up to offset 12; committed is only what lies below 10',
    ],
    [
      'commit-below-min-isr',
      { ...where, highWatermark: 12, holders: 1, minInsyncReplicas: 2 },
      'the high watermark of orders-1 moves to 12 though only 1 of its replicas hold what lies below; min.insync.replicas is 2',
    ],
    [
      'leader-not-in-isr',
      { ...where, leader: 'b3', leaderEpoch: 4, isr: ['b1', 'b2'] },
      'b3 becomes leader of orders-1 (epoch 4) and is not in the ISR, b1, b2',
    ],
    [
      'needless-unclean-election',
      { ...where, leader: 'b3', leaderEpoch: 4, isr: ['b1', 'b2'] },
      'b3 becomes leader of orders-1 (epoch 4) from outside the ISR, b1, b2, of which not all are down',
    ],
    [
      'leader-completeness',
      { ...where, leader: 'b3', leaderEpoch: 4, offset: 7, committedEnd: 9, isr: ['b3'] },
      'b3 becomes leader of orders-1 (epoch 4) without committed offsets from 7; committed is what lies below 9',
    ],
    [
      'log-matching',
      { ...where, offset: 7, committed: null, held: null },
      'b2 holds something else at offset 7 of orders-1 than was committed there',
    ],
  ])('%s %#', (name, witness, sentence) => {
    expect(invariantSentence(name, witness)).toBe(sentence);
  });

  it('is told once for each, and not where the settings permit it or where it is no invariant', () => {
    const witness = { ...where, offset: 7 };
    const anomaly = { count: 2, witnesses: [witness, witness], allowed: false };
    expect(
      brokenInvariants([
        { ...anomaly, name: 'log-matching' },
        { ...anomaly, name: 'log-matching', allowed: true },
        { ...anomaly, name: 'lost-write', witnesses: [{ key: 'orders-1', value: 7 }] },
        { ...anomaly, name: 'reordered-send' },
      ]),
    ).toEqual([
      {
        timeMicros: 5_226_166,
        text: 'b2 holds something else at offset 7 of orders-1 than was committed there',
      },
    ]);
  });
});
