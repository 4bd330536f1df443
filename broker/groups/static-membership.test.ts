/** Static members (KIP-345) at one coordinator. */
import { describe, expect, it } from 'vitest';
import type { JoinGroupResponse } from '../protocol/apis/11-join-group.js';
import {
  assignmentsOf,
  GroupBench,
  INITIAL_DELAY_MS,
  SESSION_MS,
  subscription,
} from '../testing/group-bench.js';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** A stable group of the static members `i0`, `i1` …; the first leads. */
function stable(bench: GroupBench, count: number): JoinGroupResponse[] {
  const waiting = Array.from({ length: count }, (_none, at) => bench.join({ groupInstanceId: `i${at}` }));
  bench.wait(INITIAL_DELAY_MS * 4);
  const joined = waiting.map(([answer]) => answer!);
  for (const [at, member] of joined.entries())
    bench.sync(member, { groupInstanceId: `i${at}`, assignments: assignmentsOf(joined) });
  return joined;
}

describe('a static member', () => {
  it('joins at once, with its instance id in its member id', () => {
    const bench = new GroupBench();
    const [joined] = stable(bench, 1);
    expect(joined?.memberId).toMatch(/^i0-/);
    expect(bench.state).toBe('Stable');
  });

  it('that starts again takes its place without a rebalance, and keeps its assignment', () => {
    const bench = new GroupBench();
    const [leader, follower] = stable(bench, 2);
    const [again] = bench.join({ groupInstanceId: 'i1' });
    expect(again).toMatchObject({ errorCode: 'NONE', generationId: 1, leader: leader!.memberId });
    expect(again?.memberId).not.toBe(follower!.memberId);
    expect(bench.state).toBe('Stable');
    const [synced] = bench.sync(again!, { groupInstanceId: 'i1' });
    expect(text(synced?.assignment)).toBe(follower!.memberId);
    expect(bench.written('GroupMetadata').at(-1)?.value).toMatchObject({
      members: [{ groupInstanceId: 'i0' }, { groupInstanceId: 'i1', memberId: again!.memberId }],
    });
  });

  it('that leads and starts again is told to skip the assignment (KIP-814)', () => {
    const bench = new GroupBench();
    stable(bench, 2);
    const [again] = bench.join({ groupInstanceId: 'i0' });
    expect(again).toMatchObject({ leader: again!.memberId, skipAssignment: true });
    expect(again?.members).toHaveLength(2);
  });

  it('that leads and starts again with an older version is not told that it leads', () => {
    const bench = new GroupBench();
    const [leader] = stable(bench, 2);
    const [again] = bench.join({ groupInstanceId: 'i0' }, 8);
    expect(again).toMatchObject({ leader: leader!.memberId, skipAssignment: false, members: [] });
  });

  it('fences the former process with its instance id, in everything that it sends', () => {
    const bench = new GroupBench();
    const [former] = stable(bench, 1);
    bench.join({ groupInstanceId: 'i0' });
    expect(bench.heartbeat(former!, 'i0')).toBe('FENCED_INSTANCE_ID');
    expect(bench.sync(former!, { groupInstanceId: 'i0' })[0]?.errorCode).toBe('FENCED_INSTANCE_ID');
    expect(bench.leave({ memberId: former!.memberId, groupInstanceId: 'i0' })).toEqual([
      'NONE',
      'FENCED_INSTANCE_ID',
    ]);
    const again = bench.join({ memberId: former!.memberId, groupInstanceId: 'i0' });
    expect(again[0]?.errorCode).toBe('FENCED_INSTANCE_ID');
  });

  it('fences a request of the former process that waits', () => {
    const bench = new GroupBench();
    const [leader, follower] = stable(bench, 2);
    const waiting = bench.join({ memberId: leader!.memberId, groupInstanceId: 'i0' });
    expect(waiting).toEqual([]);
    const replacement = bench.join({ groupInstanceId: 'i0' });
    expect(waiting[0]?.errorCode).toBe('FENCED_INSTANCE_ID');
    bench.join({ memberId: follower!.memberId, groupInstanceId: 'i1' });
    expect(replacement[0]).toMatchObject({ errorCode: 'NONE', generationId: 2 });
  });

  it('that starts again during the sync phase begins another rebalance', () => {
    const bench = new GroupBench();
    bench.join({ groupInstanceId: 'i0' });
    bench.join({ groupInstanceId: 'i1' });
    bench.wait(INITIAL_DELAY_MS * 4);
    expect(bench.state).toBe('CompletingRebalance');
    bench.join({ groupInstanceId: 'i1' });
    expect(bench.state).toBe('PreparingRebalance');
  });

  it('whose start changes the protocol of the group begins a rebalance', () => {
    const bench = new GroupBench();
    const both = ['range', 'sticky'].map((name) => ({ name, metadata: subscription('orders') }));
    bench.join({ groupInstanceId: 'i0', protocols: both });
    bench.wait(INITIAL_DELAY_MS);
    const member = bench.describe().members[0]!;
    bench.sync({ memberId: member.memberId, generationId: 1 }, { groupInstanceId: 'i0' });
    const [again] = bench.join({ groupInstanceId: 'i0', protocols: both.slice(1).concat(both.slice(0, 1)) });
    expect(again).toMatchObject({ errorCode: 'NONE', generationId: 2, protocolName: 'sticky' });
  });

  it('whose replacement cannot be stored stays the former process', () => {
    const bench = new GroupBench();
    const [former] = stable(bench, 1);
    bench.log.refusal = 'NOT_ENOUGH_REPLICAS';
    const [refused] = bench.join({ groupInstanceId: 'i0' });
    expect(refused).toMatchObject({ errorCode: 'COORDINATOR_NOT_AVAILABLE', generationId: 1 });
    bench.log.refusal = null;
    expect(bench.heartbeat(former!, 'i0')).toBe('NONE');
  });

  it('is removed by an operator with its instance id alone', () => {
    const bench = new GroupBench();
    stable(bench, 1);
    expect(bench.leave({ groupInstanceId: 'i0' }, { groupInstanceId: 'who' })).toEqual([
      'NONE',
      'NONE',
      'UNKNOWN_MEMBER_ID',
    ]);
    expect(bench.state).toBe('Empty');
  });

  it('is still a member after a failover, until its session ends', () => {
    const bench = new GroupBench();
    const [former] = stable(bench, 1);
    bench.failOver();
    expect(bench.heartbeat(former!, 'i0')).toBe('NONE');
    bench.wait(SESSION_MS + 10);
    expect(bench.state).toBe('Empty');
  });
});
