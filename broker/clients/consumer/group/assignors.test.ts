import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignor, GroupAssignment, MemberSubscription } from './assignor.js';
import { assignorsOf } from './assignor-list.js';
import { rangeAssignor, roundRobinAssignor } from './simple-assignors.js';
import { cooperativeStickyAssignor, stickyAssignor } from './sticky-assignors.js';

const member = (
  memberId: string,
  topics: readonly string[],
  changes: Partial<MemberSubscription> = {},
): MemberSubscription => ({
  memberId,
  topics,
  groupInstanceId: null,
  ownedPartitions: [],
  generationId: -1,
  ...changes,
});

const shown = (assignment: GroupAssignment): Record<string, string> =>
  Object.fromEntries(
    [...assignment].map(([id, partitions]) => [
      id,
      partitions.map(({ topic, partition }) => `${topic}${partition}`).join(' '),
    ]),
  );

describe('range', () => {
  it('gives each topic in consecutive parts, more to the first members', () => {
    const counts = new Map([
      ['t', 3],
      ['u', 3],
    ]);
    const members = [member('b', ['t', 'u']), member('a', ['t', 'u'])];
    expect(shown(rangeAssignor.assign(counts, members))).toEqual({ a: 't0 t1 u0 u1', b: 't2 u2' });
  });

  it('puts static members first, by instance id', () => {
    const members = [member('a', ['t']), member('z', ['t'], { groupInstanceId: 'i' })];
    expect(shown(rangeAssignor.assign(new Map([['t', 1]]), members))).toEqual({ a: '', z: 't0' });
  });
});

describe('round-robin', () => {
  it('gives partitions in turn, to subscribers alone', () => {
    const counts = new Map([
      ['t', 3],
      ['u', 2],
    ]);
    const members = [member('a', ['t']), member('b', ['t', 'u'])];
    expect(shown(roundRobinAssignor.assign(counts, members))).toEqual({ a: 't0 t2', b: 't1 u0 u1' });
  });
});

describe('sticky', () => {
  it('moves only what the newcomer needs', () => {
    const owned = (...indices: number[]) => indices.map((partition) => ({ topic: 't', partition }));
    const members = [
      member('a', ['t'], { ownedPartitions: owned(0, 1, 2), generationId: 1 }),
      member('b', ['t'], { ownedPartitions: owned(3, 4, 5), generationId: 1 }),
      member('c', ['t']),
    ];
    const assignment = stickyAssignor.assign(new Map([['t', 6]]), members);
    expect(shown(assignment)).toEqual({ a: 't0 t1', b: 't3 t4', c: expect.stringMatching(/^t2 t5$/) });
  });

  it('believes the later generation about who held a partition', () => {
    const ownedPartitions = [{ topic: 't', partition: 0 }];
    const members = [
      member('a', ['t'], { ownedPartitions, generationId: 1 }),
      member('b', ['t'], { ownedPartitions, generationId: 2 }),
    ];
    expect(shown(stickyAssignor.assign(new Map([['t', 1]]), members))).toEqual({ a: '', b: 't0' });
  });
});

describe('cooperative-sticky', () => {
  it('gives a partition that moves to nobody at first, and then to its new owner', () => {
    const counts = new Map([['t', 2]]);
    const both = [
      { topic: 't', partition: 0 },
      { topic: 't', partition: 1 },
    ];
    const first = cooperativeStickyAssignor.assign(counts, [
      member('a', ['t'], { ownedPartitions: both, generationId: 1 }),
      member('b', ['t']),
    ]);
    expect(shown(first)).toEqual({ a: 't0', b: '' });
    const second = cooperativeStickyAssignor.assign(counts, [
      member('a', ['t'], { ownedPartitions: both.slice(0, 1), generationId: 2 }),
      member('b', ['t'], { generationId: 2 }),
    ]);
    expect(shown(second)).toEqual({ a: 't0', b: 't1' });
  });
});

describe('every assignor', () => {
  const group = fc.record({
    counts: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
    members: fc.array(
      fc.record({
        topics: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }),
        owned: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5 })), {
          maxLength: 5,
        }),
        generationId: fc.integer({ min: -1, max: 2 }),
        isStatic: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  });
  const assignors: readonly Assignor[] = [rangeAssignor, roundRobinAssignor, stickyAssignor];

  const check = ({ counts, members }: typeof group extends fc.Arbitrary<infer T> ? T : never): void => {
    const partitionCounts = new Map(counts.map((count, topic) => [`t${topic}`, count]));
    const subscriptions = members.map(({ topics, owned, generationId, isStatic }, at) =>
      member(
        `m${at}`,
        topics.map((topic) => `t${topic}`),
        {
          generationId,
          groupInstanceId: isStatic ? `i${at}` : null,
          ownedPartitions: owned.map(([topic, partition]) => ({ topic: `t${topic}`, partition })),
        },
      ),
    );
    const wanted = new Set(subscriptions.flatMap(({ topics }) => topics));
    const all = [...partitionCounts].flatMap(([topic, count]) =>
      wanted.has(topic) ? Array.from({ length: count }, (_none, at) => `${topic}-${at}`) : [],
    );
    for (const assignor of assignors) {
      const assignment = assignor.assign(partitionCounts, subscriptions);
      const given = [...assignment.values()].flat().map(({ topic, partition }) => `${topic}-${partition}`);
      expect(given.sort()).toEqual(all.sort());
      for (const { memberId, topics } of subscriptions)
        for (const { topic } of assignment.get(memberId) ?? []) expect(topics).toContain(topic);
    }
    const cooperative = cooperativeStickyAssignor.assign(partitionCounts, subscriptions);
    const given = [...cooperative.values()].flat().map(({ topic, partition }) => `${topic}-${partition}`);
    expect(new Set(given).size).toBe(given.length);
  };

  it('gives each partition of a subscribed topic to one subscriber', () => {
    fc.assert(fc.property(group, check), { seed: 42 });
  });

  it('is found by the name of its Java class, and another is refused by name', () => {
    expect(assignorsOf('RangeAssignor, org.apache.kafka.clients.consumer.CooperativeStickyAssignor')).toEqual(
      [rangeAssignor, cooperativeStickyAssignor],
    );
    expect(() => assignorsOf('com.example.Mine')).toThrow(/partition.assignment.strategy.*com.example.Mine/);
  });
});
