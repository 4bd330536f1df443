import { describe, expect, it } from 'vitest';
import { ExponentialBackoff } from '../../protocol/exponential-backoff.js';
import { TinyWorld } from '../../testing/tiny-world.js';
import { BrokerConnections } from '../broker-connections.js';
import { type ClientRules, clientRules } from '../rules/index.js';
import { BatchCompression } from './batch-compression.js';
import { PartitionQueue } from './partition-queue.js';
import { ProducerBatch } from './producer-batch.js';
import { ProducerIdentity } from './producer-identity.js';
import { resolveProducerSettings } from './producer-settings.js';
import { SequenceLedger } from './sequence-ledger.js';

const MAX = 2_147_483_647;
const compression = new BatchCompression(resolveProducerSettings({}));

function setUp(firstSequence = 0, rules: ClientRules = clientRules) {
  const env = new TinyWorld().env('p1');
  const backoff = new ExponentialBackoff(100, 1_000, env.random('backoff'));
  const connections = new BrokerConnections(
    env,
    {
      clientId: 'p1',
      requestTimeoutMs: 1_000,
      bootstrap: [],
      reconnectBackoff: backoff,
      setupTimeout: backoff,
    },
    { onConnected: () => undefined, onDisconnected: () => undefined },
  );
  const identity = new ProducerIdentity(env, connections, backoff, () => undefined);
  identity.producerId = 7;
  identity.producerEpoch = 0;
  const ledger = new SequenceLedger(rules, firstSequence);
  const queue = new PartitionQueue(
    { topic: 't', topicId: '', index: 0, leaderId: 1, leaderEpoch: 0 },
    ledger,
  );
  let nextId = 0;
  const assign = (records: number): ProducerBatch => {
    const batch = new ProducerBatch(queue, nextId++, 0, compression);
    for (let index = 0; index < records; index += 1) {
      batch.tryAppend({ key: null, value: null, timestamp: 0 }, () => undefined, 16_384);
    }
    ledger.assign(batch, identity);
    return batch;
  };
  return { ledger, identity, assign };
}

describe('the sequences of one partition', () => {
  it('are contiguous and wrap to 0 without looking like a gap', () => {
    const { ledger, assign } = setUp(MAX - 2);
    const [a, b, c] = [assign(2), assign(3), assign(1)];
    expect([a, b, c].map((batch) => batch?.baseSequence)).toEqual([MAX - 2, MAX, 2]);
    for (const batch of [a, b, c]) ledger.acknowledge(batch!);
    ledger.isUnsettled = true;
    ledger.settle();
    expect(ledger.needsBump).toBe(false);
  });

  it('have a gap when a batch that was given up is not followed by an acknowledged one', () => {
    const { ledger, assign } = setUp();
    ledger.acknowledge(assign(1));
    ledger.giveUp(assign(1), false);
    ledger.settle();
    expect(ledger.needsBump).toBe(true);
  });

  it('have no gap when a later batch was acknowledged: the batch given up must have landed', () => {
    const { ledger, assign } = setUp();
    const [lost, later] = [assign(1), assign(1)];
    ledger.giveUp(lost, false);
    ledger.settle();
    expect(ledger.isUnsettled).toBe(true);
    ledger.acknowledge(later);
    ledger.settle();
    expect([ledger.isUnsettled, ledger.needsBump]).toEqual([false, false]);
  });

  it('are acknowledged topic by topic: a topic that was made again has no state of the producer', () => {
    const { ledger, assign } = setUp();
    const batch = assign(1);
    batch.topicId = 'first';
    expect(ledger.hasAcknowledgedInEpoch('first')).toBe(false);
    ledger.acknowledge(batch);
    expect(ledger.hasAcknowledgedInEpoch('first')).toBe(true);
    expect(ledger.hasAcknowledgedInEpoch('second')).toBe(false);
  });

  it('start from 0 under a new epoch, those waiting first', () => {
    const { ledger, identity, assign } = setUp();
    ledger.acknowledge(assign(4));
    const waiting = [assign(2), assign(1)];
    identity.bumpEpoch();
    ledger.restart(identity);
    expect(waiting.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence])).toEqual([
      [1, 0],
      [1, 2],
    ]);
    expect(assign(1).baseSequence).toBe(3);
  });

  it('need a new producer id when the epoch is used up', () => {
    const { identity } = setUp();
    identity.producerEpoch = 32_767;
    identity.bumpEpoch();
    expect(identity.isKnown).toBe(false);
  });
});
