/** Committed offsets at one coordinator: who may commit, what is read, how offsets end. */
import { describe, expect, it } from 'vitest';
import { assignmentsOf, GroupBench, INITIAL_DELAY_MS } from '../testing/group-bench.js';

const MINUTE = 60_000;

describe('a commit', () => {
  it('of a member is answered when it is committed, and read as of then', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    bench.commitOffsets([5], member);
    bench.isHeld = true;
    const answers = bench.commitOffsets([6], member);
    expect(answers).toEqual([]);
    expect(bench.committed()).toEqual([5]);
    const stable = bench.committed('orders', [0], { requireStable: true });
    expect(stable).toEqual([]);
    bench.commit();
    expect([answers, stable, bench.committed()]).toEqual([['NONE'], [6], [6]]);
  });

  it('without a member makes a simple group', () => {
    const bench = new GroupBench();
    expect(bench.commitOffsets([1, 2])).toEqual(['NONE', 'NONE']);
    expect(bench.committed('orders', [0, 1, 2])).toEqual([1, 2, -1]);
    expect(bench.list()).toEqual(['g Empty']);
  });

  it.each([
    ['an old generation', { generationId: 0 }, 'ILLEGAL_GENERATION'],
    ['an unknown member', { memberId: 'who' }, 'UNKNOWN_MEMBER_ID'],
    ['no member, in a group that has members', { memberId: '', generationId: -1 }, 'UNKNOWN_MEMBER_ID'],
    ['a group that does not exist', { groupId: 'other' }, 'GROUP_ID_NOT_FOUND'],
    ['long metadata', { metadata: 'x'.repeat(4097) }, 'OFFSET_METADATA_TOO_LARGE'],
  ])('of %s is refused', (_what, changes, error) => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    expect(bench.commitOffsets([1], { ...member!, ...changes })).toEqual([error]);
    expect(bench.committed()).toEqual([-1]);
  });

  it('between JoinGroup and the assignment is refused, and during a join phase accepted', () => {
    const bench = new GroupBench();
    const joined = bench.joinDynamic();
    bench.wait(INITIAL_DELAY_MS);
    expect(bench.commitOffsets([1], joined[0])).toEqual(['REBALANCE_IN_PROGRESS']);
    bench.sync(joined[0]!, { assignments: assignmentsOf(joined) });
    bench.joinDynamic();
    expect(bench.state).toBe('PreparingRebalance');
    expect(bench.commitOffsets([1], joined[0])).toEqual(['NONE']);
  });

  it('that cannot be stored leaves no group behind', () => {
    const bench = new GroupBench();
    bench.log.refusal = 'NOT_ENOUGH_REPLICAS';
    expect(bench.commitOffsets([1])).toEqual(['COORDINATOR_NOT_AVAILABLE']);
    bench.log.refusal = null;
    expect(bench.deleteGroup()).toBe('GROUP_ID_NOT_FOUND');
  });

  it('that is not committed in time is answered, and may take place nevertheless', () => {
    const bench = new GroupBench();
    bench.isHeld = true;
    const answers = bench.commitOffsets([1]);
    bench.wait(5_100);
    expect(answers).toEqual(['COORDINATOR_NOT_AVAILABLE']);
    bench.commit();
    expect(bench.committed()).toEqual([1]);
  });
});

describe('a failover', () => {
  it('keeps offsets, generation, members and assignment', () => {
    const bench = new GroupBench();
    const [leader, follower] = bench.stable(2);
    bench.commitOffsets([5], leader);
    const before = bench.describe();
    bench.failOver();
    expect(bench.describe()).toEqual(before);
    expect(bench.committed()).toEqual([5]);
    expect(bench.heartbeat(follower!)).toBe('NONE');
    expect(bench.commitOffsets([6], leader)).toEqual(['NONE']);
  });

  it('answers what waits with NOT_COORDINATOR, and forgets it', () => {
    const bench = new GroupBench();
    const [leader] = bench.stable(2);
    const join = bench.join({ memberId: leader!.memberId });
    bench.isHeld = true;
    const commit = bench.commitOffsets([5], leader);
    bench.coordinator.unload(0, 2);
    expect(join[0]?.errorCode).toBe('NOT_COORDINATOR');
    expect(commit).toEqual(['NOT_COORDINATOR']);
    expect(bench.heartbeat(leader!)).toBe('NOT_COORDINATOR');
  });

  it('answers heartbeats while it loads, and refuses the rest', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    bench.log.loadsLater = true;
    bench.failOver();
    expect(bench.heartbeat(member!)).toBe('NONE');
    expect(bench.commitOffsets([1], member)).toEqual(['COORDINATOR_LOAD_IN_PROGRESS']);
    expect(bench.coordinator.list({ statesFilter: [], typesFilter: [] }).errorCode).toBe(
      'COORDINATOR_LOAD_IN_PROGRESS',
    );
  });

  it('keeps a failed append out of the state', () => {
    const bench = new GroupBench();
    bench.commitOffsets([5]);
    bench.isHeld = true;
    bench.commitOffsets([6]);
    bench.log.cutTo(bench.log.endOffset - 1);
    bench.coordinator.appendFailed(0, {
      leaderEpoch: 1,
      baseOffset: bench.log.endOffset,
      error: 'KAFKA_STORAGE_ERROR',
    });
    bench.commit();
    expect(bench.committed()).toEqual([5]);
  });
});

describe('offsets expire (KIP-211)', () => {
  const RETENTION = {
    'offsets.retention.minutes': '10',
    'offsets.retention.check.interval.ms': String(MINUTE),
  };

  it('of a simple group after the commit, each by itself, and the group with the last', () => {
    const bench = new GroupBench(RETENTION);
    bench.commitOffsets([1]);
    bench.wait(6 * MINUTE);
    bench.commitOffsets([1], { topic: 'payments' });
    bench.wait(5 * MINUTE);
    expect([...bench.committed(), ...bench.committed('payments')]).toEqual([-1, 1]);
    bench.wait(6 * MINUTE);
    expect(bench.list()).toEqual([]);
    expect(bench.written('GroupMetadata').at(-1)).toMatchObject({ key: { group: 'g' }, value: null });
  });

  it('of a group that had members when it has been empty for so long', () => {
    const bench = new GroupBench(RETENTION);
    const [member] = bench.stable(1);
    bench.commitOffsets([1], member);
    for (let minute = 0; minute < 80; minute++) {
      bench.heartbeat(member!);
      bench.wait(9_000);
    }
    expect(bench.committed()).toEqual([1]);
    bench.leave({ memberId: member!.memberId });
    bench.wait(9 * MINUTE);
    expect(bench.committed()).toEqual([1]);
    bench.wait(3 * MINUTE);
    expect([bench.committed(), bench.list()]).toEqual([[-1], []]);
  });

  it('of a stable group for topics that it no longer consumes', () => {
    const bench = new GroupBench(RETENTION);
    const [member] = bench.stable(1);
    bench.commitOffsets([1], member);
    bench.commitOffsets([1], { ...member!, topic: 'former' });
    for (let minute = 0; minute < 80; minute++) {
      bench.heartbeat(member!);
      bench.wait(9_000);
    }
    expect([...bench.committed(), ...bench.committed('former')]).toEqual([1, -1]);
  });
});

describe('OffsetDelete (KIP-496)', () => {
  it('deletes offsets of topics that nobody subscribes to', () => {
    const bench = new GroupBench();
    const [member] = bench.stable(1);
    bench.commitOffsets([1], member);
    bench.commitOffsets([2], { ...member!, topic: 'former' });
    expect(bench.deleteOffsets('orders', [0])).toEqual(['NONE', 'GROUP_SUBSCRIBED_TO_TOPIC']);
    expect(bench.deleteOffsets('former', [0, 1])).toEqual(['NONE', 'NONE', 'NONE']);
    expect([...bench.committed(), ...bench.committed('former')]).toEqual([1, -1]);
  });

  it('of a group that is not of consumers needs an empty group', () => {
    const bench = new GroupBench();
    const joined = bench.joinDynamic({ protocolType: 'connect' });
    bench.wait(INITIAL_DELAY_MS);
    expect(bench.deleteOffsets('orders', [0])).toEqual(['NON_EMPTY_GROUP']);
    bench.leave({ memberId: joined[0]!.memberId });
    expect(bench.deleteOffsets('orders', [0])).toEqual(['NONE', 'NONE']);
  });

  it('of an unknown group says so', () => {
    expect(new GroupBench().deleteOffsets('orders', [0])).toEqual(['GROUP_ID_NOT_FOUND']);
  });
});

describe('DeleteGroups', () => {
  it('deletes an empty group with its offsets, and the next commit begins anew', () => {
    const bench = new GroupBench();
    bench.commitOffsets([1, 2]);
    expect(bench.deleteGroup()).toBe('NONE');
    expect([bench.list(), bench.committed()]).toEqual([[], [-1]]);
    bench.failOver();
    expect([bench.list(), bench.committed()]).toEqual([[], [-1]]);
    bench.commitOffsets([7]);
    expect(bench.committed('orders', [0, 1])).toEqual([7, -1]);
  });

  it('refuses a group with members, and one that does not exist', () => {
    const bench = new GroupBench();
    bench.stable(1);
    expect([bench.deleteGroup(), bench.deleteGroup('other')]).toEqual([
      'NON_EMPTY_GROUP',
      'GROUP_ID_NOT_FOUND',
    ]);
  });
});

describe('the offsets of a deleted topic', () => {
  it('are deleted in every group, and those of other topics stay', () => {
    const bench = new GroupBench();
    bench.commitOffsets([1, 2]);
    bench.commitOffsets([3], { topic: 'payments' });
    bench.commitOffsets([4], { groupId: 'other' });
    bench.coordinator.onTopicsDeleted(new Set(['orders']));
    bench.settle();
    expect(bench.committed('orders', [0, 1])).toEqual([-1, -1]);
    expect(bench.committed('orders', [0], { groupId: 'other' })).toEqual([-1]);
    expect(bench.committed('payments')).toEqual([3]);
  });
});

describe('groups are listed', () => {
  it('by state and type, in any spelling', () => {
    const bench = new GroupBench();
    bench.stable(1);
    bench.commitOffsets([1], { groupId: 'simple' });
    expect(bench.list()).toEqual(['g Stable', 'simple Empty']);
    expect(bench.list(['stable'])).toEqual(['g Stable']);
    expect(bench.list([], ['CLASSIC'])).toEqual(['g Stable', 'simple Empty']);
    expect(bench.list([], ['consumer'])).toEqual([]);
  });

  it('once they are committed', () => {
    const bench = new GroupBench();
    bench.isHeld = true;
    bench.commitOffsets([1]);
    expect(bench.list()).toEqual([]);
    bench.commit();
    expect(bench.list()).toEqual(['g Empty']);
  });

  it('and described; an unknown one is dead, with an error from version 6 on', () => {
    const bench = new GroupBench();
    expect(bench.coordinator.describe('g', 5)).toMatchObject({ errorCode: 'NONE', groupState: 'Dead' });
    expect(bench.coordinator.describe('g', 6)).toMatchObject({
      errorCode: 'GROUP_ID_NOT_FOUND',
      groupState: 'Dead',
    });
  });
});
