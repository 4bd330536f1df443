/** Consumers in a group, over the network, at real brokers. */
import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../config/definitions.js';
import { produceRequest, TinyCluster } from '../../../testing/tiny-cluster.js';
import type { PollResult, TopicPartition } from '../consumer-record.js';
import { GroupConsumer, type RebalanceListener } from './group-consumer.js';

const decoder = new TextDecoder();
const shown = (partitions: readonly TopicPartition[]): string =>
  partitions
    .map(({ partition }) => partition)
    .sort()
    .join('');

class Member {
  readonly name: string;
  readonly consumer: GroupConsumer;
  readonly values: string[] = [];
  readonly failures: string[] = [];
  /** What the listener was called with: `+01` assigned, `-01` revoked, `!01` lost. */
  readonly calls: string[] = [];
  isPolling = false;
  isPaused = false;

  constructor(cluster: TinyCluster, name: string, config: Properties, extra: RebalanceListener = {}) {
    this.name = name;
    this.consumer = new GroupConsumer(cluster.host(name).start(), {
      clientId: name,
      bootstrap: ['b1', 'b2', 'b3'].map((host) => ({ host, port: 9092 })),
      config: {
        'group.id': 'g',
        'auto.offset.reset': 'earliest',
        'session.timeout.ms': '6000',
        'heartbeat.interval.ms': '500',
        ...config,
      },
    });
    const note = (sign: string) => (partitions: readonly TopicPartition[], done: () => void) => {
      this.calls.push(`${sign}${shown(partitions)}`);
      done();
    };
    this.consumer.subscribe(['orders'], {
      onPartitionsAssigned: note('+'),
      onPartitionsRevoked: note('-'),
      onPartitionsLost: note('!'),
      ...extra,
    });
  }

  get owns(): string {
    return shown(this.consumer.assignment());
  }

  poll(): void {
    if (this.isPolling || this.isPaused) return;
    this.isPolling = true;
    this.consumer.poll(200, (result: PollResult) => {
      this.isPolling = false;
      if (!result.ok) this.failures.push(result.error);
      else for (const { value } of result.records) this.values.push(decoder.decode(value ?? undefined));
    });
  }
}

class Group {
  readonly cluster: TinyCluster;
  readonly members: Member[] = [];

  constructor(partitions = 4) {
    this.cluster = TinyCluster.ready({
      partitions,
      config: {
        'offsets.topic.num.partitions': '3',
        'group.initial.rebalance.delay.ms': '100',
        'min.insync.replicas': '2',
      },
    });
  }

  member(name: string, config: Properties = {}, listener: RebalanceListener = {}): Member {
    const member = new Member(this.cluster, name, config, listener);
    this.members.push(member);
    return member;
  }

  /** All members poll without pause. */
  run(seconds: number): void {
    for (let at = 0; at < seconds * 100; at++) {
      for (const member of this.members) member.poll();
      this.cluster.run(0.01);
    }
  }

  runUntil(what: string, isTrue: () => boolean): void {
    for (let at = 0; !isTrue() && at < 6_000; at++) this.run(0.01);
    if (!isTrue())
      throw new Error(`never: ${what}; ${this.members.map(({ name, owns }) => `${name} ${owns}`)}`);
  }

  produce(value: string, index: number): void {
    const name = this.cluster.leaderName(index);
    const { responses } = this.cluster.request(name, 'Produce', produceRequest([value], -1, 5_000, index));
    expect(responses[0]?.partitionResponses[0]?.errorCode).toBe('NONE');
  }

  committed(member: Member, partition = 0): number {
    const offsets: number[] = [];
    member.consumer.committed([{ topic: 'orders', partition }], (found) =>
      offsets.push(found?.[0]?.offset ?? -1),
    );
    this.runUntil('committed offsets', () => offsets.length > 0);
    return offsets[0]!;
  }

  close(member: Member): void {
    let isClosed = false;
    this.members.splice(this.members.indexOf(member), 1);
    member.consumer.close(() => {
      isClosed = true;
    });
    this.runUntil('closed', () => isClosed);
  }
}

describe('a consumer in a group', () => {
  it('gets every partition when it is alone, and its records from the beginning', () => {
    const group = new Group();
    group.produce('a', 0);
    group.produce('b', 3);
    const member = group.member('m1');
    group.runUntil('both records', () => member.values.length === 2);
    expect(member.values.sort()).toEqual(['a', 'b']);
    expect(member.calls).toEqual(['+0123']);
    expect(member.consumer.groupMetadata()).toMatchObject({ groupId: 'g', generationId: 1 });
  });

  it('shares with others, each partition having one owner', () => {
    const group = new Group();
    const first = group.member('m1');
    group.runUntil('m1 alone', () => first.owns === '0123');
    const second = group.member('m2');
    group.runUntil('shared', () => first.owns.length === 2 && second.owns.length === 2);
    expect(`${first.owns}${second.owns}`.split('').sort().join('')).toBe('0123');
    expect(first.calls.slice(0, 2)).toEqual(['+0123', '-0123']);
  });

  it('hands its partitions over when it is closed, with what it has consumed', () => {
    const group = new Group(1);
    group.produce('a', 0);
    const first = group.member('m1');
    group.runUntil('a', () => first.values.length === 1);
    group.close(first);
    expect(first.calls).toEqual(['+0', '-0']);
    group.produce('b', 0);
    const second = group.member('m2');
    group.runUntil('b', () => second.values.length > 0);
    expect(second.values).toEqual(['b']);
  });

  it('that crashes is replaced after its session, and what it did not commit comes again', () => {
    const group = new Group(1);
    const first = group.member('m1', { 'enable.auto.commit': 'false' });
    group.produce('a', 0);
    group.runUntil('a', () => first.values.length === 1);
    const errors: string[] = [];
    first.consumer.commitSync(first.consumer.consumed(), (error) => errors.push(error));
    group.runUntil('committed', () => errors.length > 0);
    group.produce('b', 0);
    group.runUntil('b', () => first.values.length === 2);
    group.members.length = 0;
    group.cluster.crash('m1');
    const second = group.member('m2');
    group.runUntil('b again', () => second.values.length > 0);
    expect([errors, second.values]).toEqual([['NONE'], ['b']]);
  });

  it('goes on at a new coordinator', () => {
    const group = new Group(1);
    const member = group.member('m1', { 'auto.commit.interval.ms': '100' });
    group.produce('a', 0);
    group.runUntil('a', () => member.values.length === 1);
    group.run(1);
    const found = group.cluster.request('b1', 'FindCoordinator', {
      key: '',
      keyType: 0,
      coordinatorKeys: ['g'],
    });
    group.cluster.crash(found.coordinators[0]!.host);
    group.run(20);
    expect(group.committed(member)).toBe(1);
    group.produce('b', 0);
    group.runUntil('b', () => member.values.length === 2);
    expect(member.values).toEqual(['a', 'b']);
    expect(member.calls).toEqual(['+0']);
  });
});

describe('cooperative members', () => {
  const config = { 'partition.assignment.strategy': 'CooperativeStickyAssignor' };

  it('keep what does not move', () => {
    const group = new Group();
    const first = group.member('m1', config);
    group.runUntil('m1 alone', () => first.owns === '0123');
    const second = group.member('m2', config);
    group.runUntil('shared', () => first.owns.length === 2 && second.owns.length === 2);
    expect(first.calls[0]).toBe('+0123');
    expect(first.calls.filter((call) => call.startsWith('-'))).toEqual([`-${second.owns}`]);
    expect(`${first.owns}${second.owns}`.split('').sort().join('')).toBe('0123');
  });

  it.each(['RoundRobinAssignor', 'StickyAssignor', 'RangeAssignor,CooperativeStickyAssignor'])(
    'and eager ones with %s share a group evenly',
    (strategy) => {
      const group = new Group();
      const members = ['m1', 'm2', 'm3'].map((name) =>
        group.member(name, { 'partition.assignment.strategy': strategy }),
      );
      group.runUntil('shared', () => members.every(({ owns }) => owns.length > 0));
      group.run(2);
      expect(
        members
          .map(({ owns }) => owns)
          .join('')
          .split('')
          .sort()
          .join(''),
      ).toBe('0123');
    },
  );
});

describe('a static member', () => {
  it('that starts again gets its partitions back without a rebalance of the others', () => {
    const group = new Group();
    const first = group.member('m1', { 'group.instance.id': 'i1' });
    const second = group.member('m2', { 'group.instance.id': 'i2' });
    group.runUntil('shared', () => first.owns.length === 2 && second.owns.length === 2);
    const before = second.owns;
    const calls = first.calls.length;
    group.close(second);
    const again = group.member('m2b', { 'group.instance.id': 'i2' });
    group.runUntil('back', () => again.owns.length > 0);
    group.run(1);
    expect(again.owns).toBe(before);
    expect(first.calls).toHaveLength(calls);
  });

  it('is fenced by another with its instance id', () => {
    const group = new Group(1);
    const first = group.member('m1', { 'group.instance.id': 'i' });
    group.runUntil('m1', () => first.owns === '0');
    group.member('m2', { 'group.instance.id': 'i' });
    group.runUntil('fenced', () => first.failures.length > 0);
    expect(first.failures[0]).toBe('FENCED_INSTANCE_ID');
  });
});

describe('max.poll.interval.ms', () => {
  it('that is exceeded makes the member leave: its partitions are lost, and its commit fails', () => {
    const group = new Group(1);
    const slow = group.member('m1', { 'max.poll.interval.ms': '3000', 'enable.auto.commit': 'false' });
    group.produce('a', 0);
    group.runUntil('a', () => slow.values.length === 1);
    slow.isPaused = true;
    const other = group.member('m2');
    group.runUntil('m2 takes over', () => other.owns === '0');
    const errors: string[] = [];
    slow.consumer.commitSync(slow.consumer.consumed(), (error) => errors.push(error));
    group.runUntil('commit', () => errors.length > 0);
    expect(errors).toEqual(['CommitFailedException']);
    slow.isPaused = false;
    group.runUntil('lost', () => slow.calls.includes('!0'));
  });
});

describe('auto-commit', () => {
  it('commits what earlier polls handed out, not what the present one does', () => {
    const group = new Group(1);
    const member = group.member('m1', { 'auto.commit.interval.ms': '0', 'max.poll.records': '1' });
    group.produce('a', 0);
    group.produce('b', 0);
    group.runUntil('a', () => member.values.length === 1);
    member.isPaused = true;
    group.run(1);
    expect(group.committed(member)).toBe(-1);
    member.isPaused = false;
    group.runUntil('b', () => member.values.length === 2);
    member.isPaused = true;
    group.run(1);
    expect(group.committed(member)).toBe(1);
  });
});

describe('the configuration of a group', () => {
  it.each([
    [{}, /group.id/],
    [{ 'group.id': 'g', 'heartbeat.interval.ms': '45000' }, /heartbeat.interval.ms.*session.timeout.ms/],
  ])('that contradicts itself is refused by name: %j', (config, message) => {
    const env = TinyCluster.ready().host('m1').start();
    expect(() => new GroupConsumer(env, { clientId: 'm1', bootstrap: [], config })).toThrow(message);
  });
});

describe('a member whose polls always find records', () => {
  it('joins a rebalance at its next poll', () => {
    const group = new Group(2);
    const busy = group.member('busy', { 'max.poll.records': '1' });
    group.runUntil('alone', () => busy.owns === '01');
    const values = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    for (const index of [0, 1])
      group.cluster.request(
        group.cluster.leaderName(index),
        'Produce',
        produceRequest(values, -1, 5_000, index),
      );
    const other = group.member('other', { 'max.poll.records': '1' });
    group.runUntil('shared', () => busy.owns.length === 1 && other.owns.length === 1);
    expect(busy.values.length).toBeLessThan(1_000);
  });
});
