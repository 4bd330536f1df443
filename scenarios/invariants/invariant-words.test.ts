import { describe, expect, it } from 'vitest';
import { brokenInvariants, invariantSentence } from './invariant-words.js';

const where = { partition: 'orders-1', host: 'b2', timeMicros: 5_226_166 };

describe('a broken invariant in words', () => {
  it.each([
    [
      'committed-loss',
      { ...where, offset: 121, how: 'truncated by a member of the ISR', committedEnd: 122 },
      'b2, a member of the ISR, truncates orders-1 to 121 although the records below 122 are committed',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, how: 'joined the ISR without committed records' },
      'b2 joins the ISR of orders-1 without the committed offsets from 121',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, how: 'gone after a restart without power loss' },
      'b2 restarts without the committed offsets of orders-1 from 121 although there was no power loss',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, highWatermark: 130, how: 'the high watermark passed records that …' },
      'the high watermark of orders-1 moves to 130; b2, a member of the ISR, lacks offset 121',
    ],
    [
      'state-beyond-log',
      { ...where, logEndOffset: 5, recoveryPoint: 0, producersEndOffset: 9 },
      'b2 truncated orders-1 to 5; its recovery point is 0 and it remembers batches of producers up to 9',
    ],
    [
      'append-below-min-isr',
      { ...where, isrSize: 1, minInsyncReplicas: 2 },
      'b2 accepts a produce request with acks=all for orders-1 although the ISR has 1 members and min.insync.replicas is 2',
    ],
    [
      'gap-in-log',
      { ...where, offset: 9, logEndOffset: 7 },
      'b2 appends offset 9 to its log of orders-1, which ends at 7',
    ],
    [
      'epochs-not-of-log',
      { ...where, kept: null, inLog: { leaderEpoch: 3, startOffset: 9 } },
      'b2 stores no further epoch for orders-1; its log has epoch 3 from offset 9',
    ],
    [
      'append-after-error',
      { ...where, offset: 9 },
      'b2 appends offset 9 to its log of orders-1 after an operation on that log has failed',
    ],
    [
      'unsynced-cut',
      { ...where, offset: 9 },
      'b2 continues its log of orders-1, truncated to 9, although the truncation is not on disk',
    ],
    [
      'synced-loss',
      { ...where, offset: 9, syncedEnd: 12 },
      'b2 lost its log of orders-1 from offset 9 at a power loss although everything below 12 was synced',
    ],
    [
      'unverified-append',
      { ...where, offset: 9 },
      'b2 appends the batch at offset 9 of orders-1 without comparing its checksum',
    ],
    [
      'corrupt-batch-kept',
      { ...where, offset: 9 },
      'b2 keeps the batch at offset 9 of orders-1, whose bytes do not match its checksum',
    ],
    [
      'stale-fetch-used',
      { ...where, offset: 9 },
      'b2 uses a fetch response for orders-1 from offset 9 although its leader epoch or log end has changed since the request',
    ],
    [
      'stale-isr-proposal',
      { ...where, proposedFor: { leaderEpoch: 3, partitionEpoch: 7 }, leaderEpoch: 3, partitionEpoch: 8 },
      'the controller accepts an ISR of orders-1 in leader epoch 3, partition epoch 8, although it was proposed for leader epoch 3, partition epoch 7',
    ],
    [
      'isr-beyond-leader',
      { ...where, leader: 'b1', leaderEpoch: 3, isr: ['b1', 'b2'], maximalIsr: ['b1'] },
      'the controller counts b1, b2 in the ISR of orders-1 (epoch 3); its leader b1 waits only for b1',
    ],
    [
      'unfenced-fetch',
      { ...where, requestedEpoch: 2, leaderEpoch: 3 },
      'b2 leads orders-1 in epoch 3 and accepts a fetch that names epoch 2',
    ],
    [
      'isr-before-caught-up',
      { ...where, leaderEpoch: 3, offset: 7 },
      'the leader of orders-1 (epoch 3) proposes b2 for the ISR, which lacks the committed offsets from 7',
    ],
    [
      'stale-incarnation-in-isr',
      { ...where, incarnation: 4, registered: 9 },
      'the controller adds b2 to the ISR of orders-1 with broker epoch 4; the broker has registered with broker epoch 9 since',
    ],
    [
      'fenced-in-isr',
      { ...where, isr: ['b1', 'b2'], leader: null, leaderEpoch: 3 },
      'b2, which is fenced or shutting down, is in the ISR of orders-1, b1, b2 (leader none, epoch 3)',
    ],
    [
      'unopened-log-trusted',
      where,
      'b2 marks its shutdown as clean although it has not opened the log of orders-1',
    ],
    [
      'unfenced-too-early',
      where,
      'the controller unfences b2, which has not applied the metadata up to its own registration',
    ],
    [
      'shut-down-too-early',
      where,
      'the controller lets b2 shut down although it leads partitions, or other brokers believe that it does',
    ],
    [
      'producer-ids-twice',
      { host: 'b2', timeMicros: 1, firstProducerId: 2_000, other: 'b3' },
      'b2 is allocated producer ids from 2000, some of which were allocated to b3',
    ],
    ...(
      [
        [{ fenced: true }, 'which it knows to be fenced'],
        [{ shuttingDown: true }, 'which it knows to be shutting down'],
        [{ lastFetchLeaderEpoch: -1 }, 'which has not fetched in this leadership'],
        [
          { lastFetchLeaderEpoch: 2, fetchBrokerEpoch: 5, metadataBrokerEpoch: 6 },
          'which fetched with broker epoch 5 and is registered with broker epoch 6',
        ],
      ] as const
    ).map(([known, words]): [string, Record<string, unknown>, string] => [
      'ineligible-for-isr',
      { ...where, leaderEpoch: 2, ...known },
      `the leader of orders-1 (epoch 2) proposes b2 for the ISR, ${words}`,
    ]),
    [
      'isr-given-up',
      { ...where, errorCode: 'INVALID_UPDATE_VERSION', givenUp: ['b3'] },
      'b2 leads orders-1, gets INVALID_UPDATE_VERSION for its proposed ISR, and no longer waits for b3',
    ],
    [
      'unheard-follower',
      { ...where, follower: 'b3', logEndOffset: 9 },
      'b2 begins to lead orders-1 with 9 as the log end of b3, although b3 has not fetched from it yet',
    ],
    [
      'metadata-unsynced',
      { host: 'c1', timeMicros: 1, highWatermark: 9, syncedEndOffset: 8 },
      'c1 treats the metadata below 9 as committed; its disk has only the metadata below 8',
    ],
    [
      'metadata-regress',
      { ...where, leaderEpoch: 3, partitionEpoch: 8 },
      'the controller changes orders-1 from an older state than the published one (leader epoch 3, partition epoch 8)',
    ],
    [
      'epoch-unknown',
      { ...where, requestedEpoch: 2, leaderEpoch: 3 },
      'b2 leads orders-1 in epoch 3 and cannot say where epoch 2 ended',
    ],
    [
      'sequence-refused',
      { ...where, producer: 'p1' },
      'the leader of orders-1 refuses a batch of p1 as out of sequence although all earlier batches were acknowledged',
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
      'b2 leads orders-1 and keeps b3 in the ISR, which has offsets up to 8 of 9 and was last caught up 2100 ms ago (replica.lag.time.max.ms 2000)',
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
      'b2 leads orders-1 and removes b3 from the ISR, which has offsets up to 9 of 9 and was last caught up 1 ms ago (replica.lag.time.max.ms 2000)',
    ],
    [
      'reread-offsets',
      { ...where, reader: 'r1#1', last: { offset: 4, leaderEpoch: 1 }, next: { offset: 2, leaderEpoch: 1 } },
      'r1#1 reads offset 2 (epoch 1) of orders-1 again after offset 4 (epoch 1)',
    ],
    [
      'wrong-latest-offset',
      { ...where, offset: 9, highWatermark: 8, leaderEpochStartOffset: 5 },
      'b2 leads orders-1 and answers 9 as the latest offset; its high watermark is 8, its epoch begins at 5',
    ],
    [
      'crossed-truncation',
      { ...where, reader: 'r1#1', last: { offset: 4, leaderEpoch: 1 }, next: { offset: 5, leaderEpoch: 3 } },
      'r1#1 reads on in orders-1 from offset 4 (epoch 1) to offset 5 (epoch 3), in a log that lacks the first',
    ],
    [
      'skipped-offsets',
      { ...where, reader: 'r1#1', last: { offset: 4, leaderEpoch: 1 }, next: { offset: 7, leaderEpoch: 1 } },
      'r1#1 reads offset 7 (epoch 1) of orders-1 directly after offset 4 (epoch 1)',
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
      'b2 acknowledges offset 12 of orders-1 (epoch 3); only the records below 10 are committed',
    ],
    [
      'read-above-hw',
      { ...where, fromOffset: 9, endOffset: 13, committedEnd: 10 },
      'b2 returns records of orders-1 up to offset 12 to a consumer; only the records below 10 are committed',
    ],
    [
      'commit-below-min-isr',
      { ...where, highWatermark: 12, holders: 1, minInsyncReplicas: 2 },
      'the high watermark of orders-1 moves to 12 although only 1 of its replicas hold all records below it; min.insync.replicas is 2',
    ],
    [
      'leader-not-in-isr',
      { ...where, leader: 'b3', leaderEpoch: 4, isr: ['b1', 'b2'] },
      'b3 becomes leader of orders-1 (epoch 4) and is not in the ISR, b1, b2',
    ],
    [
      'needless-unclean-election',
      { ...where, leader: 'b3', leaderEpoch: 4, isr: ['b1', 'b2'] },
      'b3 becomes leader of orders-1 (epoch 4) from outside the ISR, b1, b2, although a member of the ISR is live',
    ],
    [
      'leader-completeness',
      { ...where, leader: 'b3', leaderEpoch: 4, offset: 7, committedEnd: 9, isr: ['b3'] },
      'b3 becomes leader of orders-1 (epoch 4) without the committed offsets from 7; the records below 9 are committed',
    ],
    [
      'log-matching',
      { ...where, offset: 7, committed: null, held: null },
      'b2 holds another record at offset 7 of orders-1 than the committed one',
    ],
  ])('%s %#', (name, witness, sentence) => {
    expect(invariantSentence(name, witness)).toBe(sentence);
  });

  it('is reported once for each, but not if the settings permit it or if it is not an invariant', () => {
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
        text: 'b2 holds another record at offset 7 of orders-1 than the committed one',
      },
    ]);
  });
});
