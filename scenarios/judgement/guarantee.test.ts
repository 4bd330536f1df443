import { describe, expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import { threeBrokers } from '../cluster/cluster-spec.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { type Guarantee, guaranteeOf, partitionSettings, profileName } from './guarantee.js';

const P = 'orders-0';

function guarantee(topic: Properties, producerConfig: Properties = {}): Guarantee {
  return guaranteeOf(
    threeBrokers({ topics: { orders: { partitions: 1, config: topic } } }),
    produceAndConsume({ producerConfig }),
  );
}

describe('the guarantee of some settings', () => {
  it('is named after them', () => {
    expect(profileName(guarantee({ 'min.insync.replicas': '2' }))).toBe(
      'acks=all, min.insync.replicas=2, idempotent',
    );
    const weak = guarantee(
      { 'unclean.leader.election.enable': 'true' },
      { acks: '1', 'enable.idempotence': 'false', retries: '0' },
    );
    expect(profileName(weak)).toBe(
      'acks=1, min.insync.replicas=1, retries=0, unclean.leader.election.enable',
    );
  });

  it('of a topic that only the cluster itself creates is that of the settings of the brokers', () => {
    const config = { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'true' };
    const spec = threeBrokers({ topics: { orders: { partitions: 1 } }, config });
    expect(partitionSettings(guaranteeOf(spec, produceAndConsume()), '__consumer_offsets-0')).toMatchObject({
      minInsyncReplicas: 2,
      uncleanElection: true,
    });
  });

  it('names the topics where they differ', () => {
    const cluster = threeBrokers({
      config: { 'min.insync.replicas': '2' },
      topics: {
        payments: { partitions: 1, config: { 'flush.messages': '1' } },
        clicks: { partitions: 1, config: { 'unclean.leader.election.enable': 'true' } },
      },
    });
    expect(profileName(guaranteeOf(cluster, produceAndConsume()))).toBe(
      'acks=all, min.insync.replicas=2, idempotent, unclean.leader.election.enable (clicks), flush.messages=1 (payments)',
    );
  });

  it('permits an unclean election to lose a committed record only if it is enabled', () => {
    expect(partitionSettings(guarantee({}), P).uncleanElection).toBe(false);
    const unclean = guarantee({ 'unclean.leader.election.enable': 'true' });
    expect(partitionSettings(unclean, P).uncleanElection).toBe(true);
  });

  it('permits its loss with unsynced data unless every record is flushed', () => {
    expect(partitionSettings(guarantee({}), P).diskLoss).toBe(true);
    expect(partitionSettings(guarantee({ 'flush.messages': '2' }), P).diskLoss).toBe(true);
    expect(partitionSettings(guarantee({ 'flush.messages': '1' }), P).diskLoss).toBe(false);
  });

  it('is decided topic by topic', () => {
    const cluster = threeBrokers({
      topics: {
        strong: { partitions: 1, config: { 'min.insync.replicas': '2', 'flush.messages': '1' } },
        weak: { partitions: 1, config: { 'unclean.leader.election.enable': 'true' } },
      },
    });
    const both = guaranteeOf(cluster, produceAndConsume());
    expect(partitionSettings(both, 'strong-0')).toMatchObject({
      minInsyncReplicas: 2,
      diskLoss: false,
      uncleanElection: false,
    });
    expect(partitionSettings(both, 'weak-0')).toMatchObject({
      minInsyncReplicas: 1,
      diskLoss: true,
      uncleanElection: true,
    });
  });

  it.each([{ acks: '1' }, { 'max.in.flight.requests.per.connection': '10' }, { retries: '0' }])(
    'does not include idempotence if Kafka turns it off because of %j',
    (producerConfig) => {
      expect(guarantee({}, producerConfig).idempotent).toBe(false);
    },
  );
});
