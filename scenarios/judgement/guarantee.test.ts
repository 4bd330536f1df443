import { describe, expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import { threeBrokers } from '../cluster/cluster-spec.js';
import { produceAndConsume } from '../workloads/workload-spec.js';
import { type Guarantee, guaranteeOf, permittedCommittedLoss, profileName } from './guarantee.js';

function guarantee(topic: Properties, producerConfig: Properties = {}): Guarantee {
  return guaranteeOf(
    threeBrokers({ topics: { orders: { partitions: 1, config: topic } } }),
    produceAndConsume({ producerConfig }),
  );
}

describe('what Kafka promises for some settings', () => {
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

  it('permits a committed record to go with an unclean election only where that is on', () => {
    expect(permittedCommittedLoss(guarantee({})).uncleanElection).toBe(false);
    const unclean = guarantee({ 'unclean.leader.election.enable': 'true' });
    expect(permittedCommittedLoss(unclean).uncleanElection).toBe(true);
  });

  it('permits it to go with unsynced data unless every record is flushed', () => {
    expect(permittedCommittedLoss(guarantee({})).diskLoss).toBe(true);
    expect(permittedCommittedLoss(guarantee({ 'flush.messages': '2' })).diskLoss).toBe(true);
    expect(permittedCommittedLoss(guarantee({ 'flush.messages': '1' })).diskLoss).toBe(false);
  });

  it('is as weak as the weakest topic', () => {
    const cluster = threeBrokers({
      topics: {
        strong: { partitions: 1, config: { 'min.insync.replicas': '2', 'flush.messages': '1' } },
        weak: { partitions: 1, config: { 'unclean.leader.election.enable': 'true' } },
      },
    });
    expect(guaranteeOf(cluster, produceAndConsume())).toMatchObject({
      minInsyncReplicas: 1,
      flushesEveryRecord: false,
      uncleanElection: true,
    });
  });
});
