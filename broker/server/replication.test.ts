/** Three brokers and a controller, wired together as in production, on a virtual clock: what replication promises. */
import { describe, expect, it } from 'vitest';
import { produceRequest, TinyCluster } from '../testing/tiny-cluster.js';

const twoInSync = { topicConfig: { 'min.insync.replicas': '2' } };

describe('a replicated partition', () => {
  it('replicates an acks=all record to all three before it is acknowledged, and lets consumers read it', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    expect(cluster.produce(leader, ['one', 'two'])).toBe('NONE');
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.logOf(name)).toEqual(['one', 'two']);
    expect(cluster.consume(leader).values).toEqual(['one', 'two']);
    cluster.run(1);
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.replica(name).highWatermark).toBe(2);
  });

  it('never serves a consumer what is not on every in-sync replica', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
    expect(cluster.produce(leader, ['unreplicated'], 1)).toBe('NONE');
    expect(cluster.replica(leader).log.logEndOffset).toBe(1);
    expect(cluster.consume(leader)).toEqual({ errorCode: 'NONE', values: [] });
  });

  it('has its high watermark back after all brokers restart', () => {
    const cluster = TinyCluster.ready(twoInSync);
    cluster.produce(cluster.leaderName(), ['kept']);
    cluster.run(6);
    for (const name of ['b1', 'b2', 'b3']) cluster.crash(name);
    for (const name of ['b1', 'b2', 'b3']) cluster.startBroker(name);
    cluster.run(2);
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.replica(name).highWatermark).toBe(1);
    cluster.awaitFullIsr();
    expect(cluster.consume(cluster.leaderName()).values).toEqual(['kept']);
  });

  it('goes on at once after a controlled shutdown, and the broker that left comes back in sync', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    cluster.produce(leader, ['before']);
    const before = cluster.hosts.now;
    cluster.stopBroker(leader);
    const next = cluster.leaderName();
    expect(next).not.toBe(leader);
    expect(cluster.produce(next, ['after'])).toBe('NONE');
    expect(cluster.hosts.now - before).toBeLessThan(3_000_000);
    expect(cluster.host(leader).disk.files.has('kafka-logs/.kafka_cleanshutdown')).toBe(true);
    cluster.startBroker(leader);
    cluster.awaitFullIsr();
    expect(cluster.logOf(leader)).toEqual(['before', 'after']);
    expect(cluster.host(leader).disk.files.has('kafka-logs/.kafka_cleanshutdown')).toBe(false);
  });

  it('leaves no clean shutdown marker when it is stopped while it still opens its logs (KAFKA-15375)', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const name = cluster.followerNames()[0]!;
    cluster.crash(name);
    cluster.startBroker(name);
    let isStopped = false;
    cluster.brokers.get(name)!.stop(() => {
      isStopped = true;
    });
    cluster.run(1);
    expect(isStopped).toBe(true);
    expect(cluster.host(name).disk.files.has('kafka-logs/.kafka_cleanshutdown')).toBe(false);
  });
});

describe('a stop while the logs are opened', () => {
  it.each([
    ['as Kafka decides', {}, false],
    ['as it was before KAFKA-15375', { writesCleanShutdownMarker: () => true }, true],
  ])('asks whether the shutdown was clean: %s', (_, rules, isMarked) => {
    const cluster = TinyCluster.ready({ ...twoInSync, rules });
    cluster.produce(cluster.leaderName(), ['stored']);
    const name = cluster.followerNames()[0]!;
    cluster.crash(name);
    cluster.startBroker(name);
    const server = cluster.brokers.get(name)!;
    cluster.hosts.runUntil('it opens its logs', () => server.replicas !== null);
    let isStopped = false;
    server.stop(() => {
      isStopped = true;
    });
    cluster.run(1);
    expect(isStopped).toBe(true);
    expect(cluster.host(name).disk.files.has('kafka-logs/.kafka_cleanshutdown')).toBe(isMarked);
  });
});

describe('a change of leader', () => {
  it('loses nothing that was acknowledged when the leader crashes', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    cluster.produce(leader, ['one']);
    const epoch = cluster.replica(leader).leaderEpoch;
    cluster.crash(leader);
    const next = cluster.awaitNewLeader(epoch);
    expect(cluster.produce(next, ['two'])).toBe('NONE');
    cluster.startBroker(leader);
    cluster.awaitFullIsr();
    cluster.run(1);
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.logOf(name)).toEqual(['one', 'two']);
  });

  it('truncates the records of a former leader that no other replica had', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    cluster.produce(leader, ['shared']);
    for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
    cluster.produce(leader, ['lonely', 'lonelier'], 1);
    const epoch = cluster.replica(leader).leaderEpoch;
    cluster.crash(leader);
    cluster.hosts.heal();
    const next = cluster.awaitNewLeader(epoch);
    cluster.produce(next, ['next']);
    cluster.startBroker(leader);
    cluster.awaitFullIsr();
    expect(cluster.logOf(leader)).toEqual(['shared', 'next']);
    expect(cluster.truncations).toEqual([{ broker: leader, offset: 1, reason: 'diverging epoch' }]);
    expect(cluster.reached('follower truncated after election')).toBe(1);
  });

  it('takes no acks=all write from a paused leader that comes back a zombie', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const zombie = cluster.leaderName();
    cluster.produce(zombie, ['one']);
    const epoch = cluster.replica(zombie).leaderEpoch;
    cluster.host(zombie).pause();
    const next = cluster.awaitNewLeader(epoch);
    expect(cluster.produce(next, ['two'])).toBe('NONE');
    cluster.hosts.cut(zombie, 'c1');
    cluster.host(zombie).resume();
    const answers = cluster.produceLater(zombie, ['lost'], { timeoutMs: 2_000 });
    cluster.run(3);
    expect(answers[0]?.responses[0]?.partitionResponses[0]?.errorCode).toBe('REQUEST_TIMED_OUT');
    cluster.hosts.heal();
    cluster.awaitFullIsr();
    cluster.run(1);
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.logOf(name)).toEqual(['one', 'two']);
  });

  it('answers produces that wait at the old leader with NOT_LEADER_OR_FOLLOWER and says who leads', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    const epoch = cluster.replica(leader).leaderEpoch;
    for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
    const answers = cluster.produceLater(leader, ['waiting'], { timeoutMs: 60_000 });
    cluster.run(0.1);
    cluster.hosts.cut(leader, 'c1');
    const next = cluster.awaitNewLeader(epoch);
    expect(answers).toEqual([]);
    cluster.hosts.heal();
    cluster.hosts.runUntil('answer', () => answers.length > 0);
    const answer = answers[0]?.responses[0]?.partitionResponses[0];
    expect(answer?.errorCode).toBe('NOT_LEADER_OR_FOLLOWER');
    cluster.awaitFullIsr();
    expect(cluster.leaderName()).toBe(next);
  });

  it('gives a follower no corrupt batch to keep: it refuses it and fetches again', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
    cluster.produce(leader, ['fine'], 1);
    const bytes = cluster.replica(leader).log.readCached(0, 1_000, 1, true);
    bytes![bytes!.length - 1]! ^= 1;
    cluster.hosts.heal();
    cluster.hosts.runUntil(
      'refusal',
      () => cluster.reached('follower refused a corrupt batch') > 0,
      90_000_000,
    );
    bytes![bytes!.length - 1]! ^= 1;
    cluster.hosts.runUntil('replication', () => cluster.replica(leader).highWatermark === 1);
    cluster.awaitFullIsr();
    for (const name of ['b1', 'b2', 'b3']) expect(cluster.logOf(name)).toEqual(['fine']);
  });

  it('replicates everything anew to a broker that lost its disk', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    cluster.produce(leader, ['one', 'two']);
    const [wiped] = cluster.followerNames();
    cluster.crash(wiped!);
    cluster.host(wiped!).disk.wipe();
    cluster.run(15);
    cluster.startBroker(wiped!);
    cluster.awaitFullIsr();
    expect(cluster.logOf(wiped!)).toEqual(['one', 'two']);
  });
});

describe('the ISR', () => {
  it('shrinks by a follower that is gone for replica.lag.time.max.ms and takes it back when it has caught up', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    const [gone] = cluster.followerNames();
    cluster.crash(gone!);
    const answers = cluster.produceLater(leader, ['waits for the shrink'], { timeoutMs: 30_000 });
    cluster.run(1);
    expect(answers).toEqual([]);
    cluster.hosts.runUntil('shrink', () => cluster.replica(leader).leader?.isr.isr.length === 2);
    expect(cluster.reached('ISR shrunk')).toBeGreaterThan(0);
    cluster.hosts.runUntil('answer', () => answers.length > 0);
    expect(answers[0]?.responses[0]?.partitionResponses[0]?.errorCode).toBe('NONE');
    cluster.startBroker(gone!);
    cluster.awaitFullIsr();
    expect(cluster.reached('ISR expanded')).toBeGreaterThan(0);
    expect(cluster.logOf(gone!)).toEqual(['waits for the shrink']);
  });

  it('keeps an idle follower: having everything counts as keeping up', () => {
    const cluster = TinyCluster.ready(twoInSync);
    cluster.run(60);
    expect(cluster.reached('ISR shrunk')).toBe(0);
    const leader = cluster.leaderName();
    expect(cluster.produce(leader, ['after a long silence'])).toBe('NONE');
    cluster.run(10);
    expect(cluster.reached('ISR shrunk')).toBe(0);
  });

  it('refuses acks=all below min.insync.replicas before anything is written, acks=1 not', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    for (const follower of cluster.followerNames()) cluster.crash(follower);
    cluster.hosts.runUntil('lone leader', () => cluster.replica(leader).leader?.isr.isr.length === 1);
    const { logEndOffset } = cluster.replica(leader).log;
    expect(cluster.produce(leader, ['refused'])).toBe('NOT_ENOUGH_REPLICAS');
    expect(cluster.replica(leader).log.logEndOffset).toBe(logEndOffset);
    expect(cluster.produce(leader, ['taken'], 1)).toBe('NONE');
    // KIP-966: the high watermark does not advance while the ISR is too small, so no consumer reads the record.
    expect(cluster.consume(leader).values).toEqual([]);
    expect(cluster.reached('produce refused: NOT_ENOUGH_REPLICAS')).toBe(1);
  });
});

describe('acknowledgement', () => {
  it('waits for the in-sync replicas with acks=all, for the leader alone with acks=1', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
    const all = cluster.produceLater(leader, ['all'], { timeoutMs: 1_000, client: 'p1' });
    const one = cluster.produceLater(leader, ['one'], { acks: 1, client: 'p2' });
    cluster.run(0.5);
    expect(all).toEqual([]);
    expect(one[0]?.responses[0]?.partitionResponses[0]).toMatchObject({ errorCode: 'NONE', baseOffset: 1 });
    cluster.run(1);
    expect(all[0]?.responses[0]?.partitionResponses[0]).toMatchObject({
      errorCode: 'REQUEST_TIMED_OUT',
      baseOffset: 0,
    });
    expect(cluster.acknowledged).toEqual([{ broker: leader, baseOffset: 1, lastOffset: 1, acks: 1 }]);
  });

  it('answers NOT_LEADER_OR_FOLLOWER at a follower', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const [follower] = cluster.followerNames();
    const answer = cluster.request(follower!, 'Produce', produceRequest(['x'], -1, 1_000));
    const partition = answer.responses[0]?.partitionResponses[0];
    expect(partition?.errorCode).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(partition?.currentLeader?.leaderId).toBe(Number(cluster.leaderName().slice(1)));
  });

  it('never comes from a leader whose disk hangs, and no other broker takes over, because heartbeats continue', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    const epoch = cluster.replica(leader).leaderEpoch;
    cluster.host(leader).disk.isHanging = true;
    const answers = cluster.produceLater(leader, ['hangs']);
    cluster.run(25);
    expect(answers).toEqual([]);
    expect(cluster.leaderName()).toBe(leader);
    expect(cluster.replica(leader).leaderEpoch).toBe(epoch);
  });
});
