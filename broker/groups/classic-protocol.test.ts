/** The classic protocol at one coordinator. Cases after Kafka's GroupMetadataManagerTest, in our own words. */
import { describe, expect, it } from 'vitest';
import {
  assignmentsOf,
  GroupBench,
  INITIAL_DELAY_MS,
  REBALANCE_MS,
  SESSION_MS,
  subscription,
} from '../testing/group-bench.js';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const errors = (answers: readonly { readonly errorCode: string }[]): string[] =>
  answers.map(({ errorCode }) => errorCode);

describe('a new member', () => {
  it('gets its id first, and joins with it (KIP-394)', () => {
    const bench = new GroupBench();
    const [answer] = bench.join();
    expect(answer).toMatchObject({ errorCode: 'MEMBER_ID_REQUIRED', generationId: -1 });
    expect(answer?.memberId).toMatch(
      /^client-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(bench.state).toBe('Empty');
    const joined = bench.join({ memberId: answer!.memberId });
    bench.wait(INITIAL_DELAY_MS);
    expect(joined[0]).toMatchObject({ errorCode: 'NONE', generationId: 1, leader: answer!.memberId });
    expect(joined[0]?.members).toHaveLength(1);
  });

  it('of a version before 4 joins at once', () => {
    const bench = new GroupBench();
    const joined = bench.join({}, 3);
    bench.wait(INITIAL_DELAY_MS);
    expect(joined[0]).toMatchObject({ errorCode: 'NONE', generationId: 1 });
  });

  it('of version 0 has its session as rebalance timeout', () => {
    const bench = new GroupBench();
    bench.join({ rebalanceTimeoutMs: -1 }, 0);
    bench.wait(INITIAL_DELAY_MS);
    bench.sync({ memberId: bench.describe().members[0]!.memberId, generationId: 1 });
    const [record] = bench.written('GroupMetadata').slice(-1);
    expect(record?.value).toMatchObject({ members: [{ rebalanceTimeout: SESSION_MS }] });
  });

  it('that never comes back with its id is forgotten after its session', () => {
    const bench = new GroupBench();
    const memberId = bench.join()[0]!.memberId;
    bench.wait(SESSION_MS + 10);
    expect(errors(bench.join({ memberId }))).toEqual(['UNKNOWN_MEMBER_ID']);
  });

  it('holds a rebalance up until its id expires', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    bench.join();
    const rejoined = bench.join({ memberId: member!.memberId });
    expect(rejoined).toEqual([]);
    bench.wait(SESSION_MS + 10);
    expect(errors(rejoined)).toEqual(['NONE']);
  });

  it.each([
    ['an unknown id', { memberId: 'who' }, 'UNKNOWN_MEMBER_ID'],
    ['no group id', { groupId: '' }, 'INVALID_GROUP_ID'],
    ['a session that is too short', { sessionTimeoutMs: 5_999 }, 'INVALID_SESSION_TIMEOUT'],
    ['a session that is too long', { sessionTimeoutMs: 1_800_001 }, 'INVALID_SESSION_TIMEOUT'],
    ['no protocol', { protocols: [] }, 'INCONSISTENT_GROUP_PROTOCOL'],
    ['no protocol type', { protocolType: '' }, 'INCONSISTENT_GROUP_PROTOCOL'],
  ])('with %s is refused', (_what, changes, error) => {
    expect(errors(new GroupBench().join(changes))).toEqual([error]);
  });

  it.each([
    ['another protocol type', { protocolType: 'connect' }],
    ['no protocol of the others', { protocols: [{ name: 'sticky', metadata: new Uint8Array(0) }] }],
  ])('with %s is refused by a group that has members', (_what, changes) => {
    const bench = new GroupBench();
    bench.stable(1);
    expect(errors(bench.join(changes))).toEqual(['INCONSISTENT_GROUP_PROTOCOL']);
  });

  it('that names a protocol twice counts once for it', () => {
    const bench = new GroupBench();
    const range = { name: 'range', metadata: subscription('orders') };
    const joined = bench.joinDynamic({ protocols: [range, range] });
    bench.wait(INITIAL_DELAY_MS);
    expect(joined[0]).toMatchObject({ errorCode: 'NONE', protocolName: 'range' });
  });
});

describe('the first rebalance of a group', () => {
  it('waits for group.initial.rebalance.delay.ms, and longer when more members join', () => {
    const bench = new GroupBench({ 'group.initial.rebalance.delay.ms': '3000' });
    const first = bench.joinDynamic();
    bench.wait(2_000);
    const second = bench.joinDynamic();
    bench.wait(2_000);
    expect([first, second]).toEqual([[], []]);
    bench.wait(2_000);
    expect(errors([...first, ...second])).toEqual(['NONE', 'NONE']);
    expect(first[0]?.members).toHaveLength(2);
    expect(second[0]?.members).toEqual([]);
  });

  it('waits no longer than the rebalance timeout', () => {
    const bench = new GroupBench({ 'group.initial.rebalance.delay.ms': '3000' });
    const first = bench.joinDynamic({ rebalanceTimeoutMs: 4_000 });
    for (let second = 0; second < 4; second++) {
      bench.joinDynamic({ rebalanceTimeoutMs: 4_000 });
      bench.wait(1_000);
    }
    expect(errors(first)).toEqual(['NONE']);
  });
});

describe('a rebalance', () => {
  it('begins when a member joins, and ends when all have joined again', () => {
    const bench = new GroupBench();
    const [leader] = bench.stable(1);
    expect(bench.state).toBe('Stable');
    const second = bench.joinDynamic();
    expect(bench.state).toBe('PreparingRebalance');
    expect(bench.heartbeat(leader!)).toBe('REBALANCE_IN_PROGRESS');
    const again = bench.join({ memberId: leader!.memberId });
    expect(errors([...again, ...second])).toEqual(['NONE', 'NONE']);
    expect(again[0]).toMatchObject({ generationId: 2, leader: leader!.memberId });
    expect(bench.state).toBe('CompletingRebalance');
  });

  it('removes the dynamic members that do not join in time', () => {
    const bench = new GroupBench();
    const [first, second] = bench.stable(2);
    const again = bench.join({ memberId: first!.memberId });
    for (let at = 0; at < REBALANCE_MS; at += 5_000) {
      bench.heartbeat(second!);
      bench.wait(5_000);
    }
    bench.wait(100);
    expect(again[0]).toMatchObject({ errorCode: 'NONE', generationId: 2 });
    expect(again[0]?.members.map(({ memberId }) => memberId)).toEqual([first!.memberId]);
    expect(bench.heartbeat(second!)).toBe('UNKNOWN_MEMBER_ID');
  });

  it('makes the next member the leader when the leader does not join', () => {
    const bench = new GroupBench();
    const [first, second] = bench.stable(2);
    expect(first!.leader).toBe(first!.memberId);
    const changed = [{ name: 'range', metadata: subscription('orders', 'more') }];
    const again = bench.join({ memberId: second!.memberId, protocols: changed });
    bench.wait(SESSION_MS + 100);
    expect(again[0]).toMatchObject({ errorCode: 'NONE', leader: second!.memberId });
  });

  it('removes the members that fetch no assignment in time', () => {
    const bench = new GroupBench();
    bench.stable(1);
    const silent = bench.joinDynamic();
    const member = bench.join({ memberId: bench.describe().members[0]!.memberId })[0]!;
    bench.sync(member, { assignments: assignmentsOf([member]) });
    for (let at = 0; at < REBALANCE_MS; at += 5_000) {
      bench.heartbeat(member);
      bench.heartbeat(silent[0]!);
      bench.wait(5_000);
    }
    bench.wait(100);
    expect(bench.state).toBe('PreparingRebalance');
    expect(bench.describe().members.map(({ memberId }) => memberId)).toEqual([member.memberId]);
  });

  it('of a static member that does not come back waits for its session', () => {
    const bench = new GroupBench();
    const answers = bench.join({ groupInstanceId: 'i' });
    bench.wait(INITIAL_DELAY_MS);
    bench.sync(answers[0]!, { assignments: assignmentsOf(answers) });
    bench.join({ memberId: answers[0]!.memberId, groupInstanceId: 'i' });
    expect(bench.state).toBe('CompletingRebalance');
  });

  it('selects the protocol that all support and most prefer', () => {
    const bench = new GroupBench();
    const protocols = (...names: string[]) =>
      names.map((name) => ({ name, metadata: subscription('orders') }));
    const joined = [
      bench.joinDynamic({ protocols: protocols('range', 'sticky', 'roundrobin') }),
      bench.joinDynamic({ protocols: protocols('sticky', 'range') }),
      bench.joinDynamic({ protocols: protocols('sticky', 'range') }),
    ];
    bench.wait(INITIAL_DELAY_MS * 4);
    for (const [answer] of joined) expect(answer?.protocolName).toBe('sticky');
  });
});

describe('a member that joins again', () => {
  it('with the same metadata gets the generation under way', () => {
    const bench = new GroupBench();
    const [leader, follower] = bench.stable(2);
    const [again] = bench.join({ memberId: follower!.memberId });
    expect(again).toMatchObject({
      errorCode: 'NONE',
      generationId: 1,
      members: [],
      leader: leader!.memberId,
    });
    expect(bench.state).toBe('Stable');
  });

  it('begins a rebalance if it leads or its metadata changed', () => {
    const bench = new GroupBench();
    const [leader, follower] = bench.stable(2);
    const changed = [{ name: 'range', metadata: subscription('orders', 'payments') }];
    expect(bench.join({ memberId: follower!.memberId, protocols: changed })).toEqual([]);
    expect(bench.state).toBe('PreparingRebalance');
    expect(errors(bench.join({ memberId: leader!.memberId }))).toEqual(['NONE']);
    expect(bench.join({ memberId: leader!.memberId })[0]).toMatchObject({ generationId: 2 });
  });

  it('while its former request waits: both are answered', () => {
    const bench = new GroupBench();
    const [leader, follower] = bench.stable(2);
    const first = bench.join({ memberId: leader!.memberId });
    const second = bench.join({ memberId: leader!.memberId });
    expect(errors(first)).toEqual(['REBALANCE_IN_PROGRESS']);
    bench.join({ memberId: follower!.memberId });
    expect(errors(second)).toEqual(['NONE']);
  });
});

describe('SyncGroup', () => {
  it('is answered when the assignment of the leader is committed', () => {
    const bench = new GroupBench();
    const joined = [bench.joinDynamic(), bench.joinDynamic()];
    bench.wait(INITIAL_DELAY_MS * 4);
    const [leader, follower] = joined.map(([answer]) => answer!);
    const waiting = bench.sync(follower!);
    bench.isHeld = true;
    const leaders = bench.sync(leader!, { assignments: assignmentsOf([leader!, follower!]) });
    expect([waiting, leaders]).toEqual([[], []]);
    expect(bench.state).toBe('CompletingRebalance');
    bench.commit();
    expect(text(waiting[0]?.assignment)).toBe(follower!.memberId);
    expect(text(leaders[0]?.assignment)).toBe(leader!.memberId);
    expect(bench.state).toBe('Stable');
  });

  it('whose assignment cannot be stored makes the members join again', () => {
    const bench = new GroupBench();
    const joined = bench.joinDynamic();
    bench.wait(INITIAL_DELAY_MS);
    bench.log.refusal = 'NOT_ENOUGH_REPLICAS';
    const answers = bench.sync(joined[0]!, { assignments: assignmentsOf(joined) });
    expect(errors(answers)).toEqual(['COORDINATOR_NOT_AVAILABLE']);
    expect(bench.state).toBe('PreparingRebalance');
  });

  it('during the next join phase is refused', () => {
    const bench = new GroupBench();
    const [leader] = bench.stable(1);
    bench.joinDynamic();
    expect(errors(bench.sync(leader!))).toEqual(['REBALANCE_IN_PROGRESS']);
  });

  it('that waits is refused when the next join phase begins', () => {
    const bench = new GroupBench();
    const joined = [bench.joinDynamic(), bench.joinDynamic()];
    bench.wait(INITIAL_DELAY_MS * 4);
    const waiting = bench.sync(joined[1]![0]!);
    bench.joinDynamic();
    expect(errors(waiting)).toEqual(['REBALANCE_IN_PROGRESS']);
  });

  it.each([
    ['an old generation', { generationId: 0 }, 'ILLEGAL_GENERATION'],
    ['an unknown member', { memberId: 'who' }, 'UNKNOWN_MEMBER_ID'],
    ['another protocol type', { protocolType: 'connect' }, 'INCONSISTENT_GROUP_PROTOCOL'],
    ['another protocol', { protocolName: 'sticky' }, 'INCONSISTENT_GROUP_PROTOCOL'],
    ['an unknown instance', { groupInstanceId: 'i' }, 'UNKNOWN_MEMBER_ID'],
    ['an unknown group', { groupId: 'other' }, 'UNKNOWN_MEMBER_ID'],
    ['no group id', { groupId: '' }, 'INVALID_GROUP_ID'],
  ])('of %s is refused', (_what, changes, error) => {
    const bench = new GroupBench();
    const [leader] = bench.stable(1);
    expect(errors(bench.sync(leader!, changes))).toEqual([error]);
  });

  it('of a stable group gets the assignment again', () => {
    const bench = new GroupBench();
    const [leader] = bench.stable(1);
    expect(text(bench.sync(leader!)[0]?.assignment)).toBe(leader!.memberId);
  });
});

describe('a session', () => {
  it('ends without heartbeats, and the others rebalance', () => {
    const bench = new GroupBench();
    const [first, second] = bench.stable(2);
    bench.wait(SESSION_MS - 1_000);
    expect(bench.heartbeat(first!)).toBe('NONE');
    bench.wait(2_000);
    expect(bench.heartbeat(first!)).toBe('REBALANCE_IN_PROGRESS');
    expect(bench.heartbeat(second!)).toBe('UNKNOWN_MEMBER_ID');
  });

  it('is kept by commits of a stable group', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    for (let at = 0; at < 3; at++) {
      bench.wait(SESSION_MS - 1_000);
      expect(bench.commitOffsets([at], member)).toEqual(['NONE']);
    }
    expect(bench.heartbeat(member!)).toBe('NONE');
  });

  it('does not end while the member waits for a rebalance', () => {
    const bench = new GroupBench();
    const [first, second] = bench.stable(2);
    const waiting = bench.join({ memberId: first!.memberId });
    for (let at = 0; at < 2; at++) {
      bench.wait(SESSION_MS - 1_000);
      bench.heartbeat(second!);
    }
    expect(waiting).toEqual([]);
    bench.join({ memberId: second!.memberId });
    expect(errors(waiting)).toEqual(['NONE']);
  });

  it('of the last member leaves an empty generation in the log', () => {
    const bench = new GroupBench();
    bench.stable(1);
    bench.wait(SESSION_MS + 10);
    expect(bench.state).toBe('Empty');
    expect(bench.written('GroupMetadata').at(-1)?.value).toMatchObject({
      generation: 2,
      members: [],
      leader: null,
    });
  });

  it.each([
    ['an old generation', { generationId: 0 }, 'ILLEGAL_GENERATION'],
    ['an unknown member', { memberId: 'who' }, 'UNKNOWN_MEMBER_ID'],
  ])('has no heartbeat of %s', (_what, changes, error) => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    expect(bench.heartbeat({ ...member!, ...changes })).toBe(error);
  });
});

describe('LeaveGroup', () => {
  it('removes a member at once, and the others rebalance', () => {
    const bench = new GroupBench();
    const [first, second] = bench.stable(2);
    expect(bench.leave({ memberId: second!.memberId })).toEqual(['NONE', 'NONE']);
    expect(bench.heartbeat(first!)).toBe('REBALANCE_IN_PROGRESS');
  });

  it('of several members removes those that it can', () => {
    const bench = new GroupBench();
    const [first] = bench.stable(1);
    expect(bench.leave({ memberId: 'who' }, { memberId: first!.memberId }, {})).toEqual([
      'NONE',
      'UNKNOWN_MEMBER_ID',
      'NONE',
      'UNKNOWN_MEMBER_ID',
    ]);
    expect(bench.state).toBe('Empty');
  });

  it('of an id with which nobody joined yet lets the rebalance end', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    const [pending] = bench.join();
    const rejoined = bench.join({ memberId: member!.memberId });
    expect(bench.leave({ memberId: pending!.memberId })).toEqual(['NONE', 'NONE']);
    expect(errors(rejoined)).toEqual(['NONE']);
  });

  it('is answered when the empty generation is committed', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    bench.isHeld = true;
    const answers = bench.leave({ memberId: member!.memberId });
    expect(answers).toEqual([]);
    bench.commit();
    expect(answers).toEqual(['NONE', 'NONE']);
  });

  it('of an unknown group is answered for every member', () => {
    expect(new GroupBench().leave({ memberId: 'who' })).toEqual(['NONE', 'UNKNOWN_MEMBER_ID']);
  });
});

describe('group.max.size', () => {
  it('turns away who comes last', () => {
    const bench = new GroupBench({ 'group.max.size': '2' });
    const [first, second] = bench.stable(2);
    expect(errors(bench.join())).toEqual(['GROUP_MAX_SIZE_REACHED']);
    expect(bench.heartbeat(first!)).toBe('NONE');
    expect(bench.heartbeat(second!)).toBe('NONE');
  });

  it('that was reduced makes a loaded group rebalance', () => {
    const bench = new GroupBench();
    bench.stable(3);
    const smaller = new GroupBench({ 'group.max.size': '2' });
    smaller.log = bench.log;
    smaller.failOver();
    expect(smaller.state).toBe('PreparingRebalance');
  });
});
