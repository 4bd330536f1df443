import { describe, expect, it } from 'vitest';
import { ReplicaChecker } from '../invariants/replica-checker.js';
import { NO_RETENTION } from '../invariants/testing/stage.js';
import { threeBrokers } from './cluster-spec.js';
import { type ClusterTargets, simulatedTargets } from './targets.js';

const spec = threeBrokers({ topics: { orders: { partitions: 1 } } });

function targets(leader: string | null): ClusterTargets {
  const settings = { uncleanElection: false, diskLoss: false, minInsyncReplicas: 1, retention: NO_RETENTION };
  const checker = new ReplicaChecker({ settingsOf: () => settings, now: () => 0 });
  const replicas = ['b1', 'b2', 'b3'];
  checker.partitionChanged('orders-0', {
    leader: 'b2',
    leaderEpoch: 0,
    partitionEpoch: 0,
    isr: replicas,
    replicas,
  });
  if (leader !== 'b2')
    checker.partitionChanged('orders-0', {
      leader,
      leaderEpoch: 1,
      partitionEpoch: 1,
      isr: replicas,
      replicas,
    });
  const clients = [
    { host: 'p1', group: 'producer' },
    { host: 'p2', group: 'producer' },
    { host: 'r1', group: 'consumer' },
  ];
  return simulatedTargets(spec, clients, checker);
}

describe('a target', () => {
  it('names hosts, groups and one of a group', () => {
    const cluster = targets('b2');
    expect(cluster.resolve('b3')).toEqual(['b3']);
    expect(cluster.resolve('servers')).toEqual(['b1', 'b2', 'b3', 'c1']);
    expect(cluster.resolve('any broker #4')).toEqual(['b2']);
    expect(cluster.resolve('any client #2')).toEqual(['r1']);
  });

  it('means the present leader and followers', () => {
    expect(targets('b2').resolve('leader of orders-0')).toEqual(['b2']);
    expect(targets('b3').resolve('leader of orders-0')).toEqual(['b3']);
    expect(targets('b2').resolve('follower of orders-0')).toEqual(['b1']);
  });

  it('means no host if there is no leader, partition or host', () => {
    expect(targets(null).resolve('leader of orders-0')).toEqual([]);
    expect(targets('b2').resolve('leader of payments-0')).toEqual([]);
    expect(targets('b2').resolve('b7')).toEqual([]);
  });

  it('is refused with the existing names when it can never mean anything', () => {
    const cluster = targets('b2');
    expect(cluster.reject('b7')).toMatch(/no host "b7"; hosts are b1, b2/);
    expect(cluster.reject('any wizard #1')).toMatch(/no group "wizard"/);
    expect(cluster.reject('boss of orders-0')).toMatch(/no role "boss"/);
    expect(cluster.reject('leader of orders-9')).toMatch(/no partition "orders-9"/);
    for (const text of ['b1', 'brokers', 'any broker #1', 'leader of orders-0', 'orders-0'])
      expect(cluster.reject(text)).toBeNull();
  });
});
