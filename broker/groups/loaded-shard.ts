/** One partition of `__consumer_offsets` that this broker coordinates: its state, and everything that decides by it. */
import type { CoordinatorState } from '../coordination/coordinator.js';
import type { CoordinatorBatch } from '../coordination/coordinator-log.js';
import type { GroupRecord } from '../protocol/group-records.js';
import { ClassicRebalance, joinError } from './classic-rebalance.js';
import { GroupMembership, syncError } from './group-membership.js';
import { GroupShard } from './group-shard.js';
import { JoinGroup } from './join-group.js';
import { OffsetCommits } from './offset-commits.js';
import type { ShardContext, ShardDecision } from './shard-context.js';

export class LoadedShard implements CoordinatorState<GroupRecord> {
  readonly rollBackTo: null;
  readonly state = new GroupShard();
  readonly joins: JoinGroup;
  readonly membership: GroupMembership;
  readonly offsets: OffsetCommits;
  readonly #context: ShardContext;
  readonly #rebalance: ClassicRebalance;

  constructor(context: ShardContext) {
    this.#context = context;
    this.rollBackTo = this.state.rollBackTo;
    this.#rebalance = new ClassicRebalance(context, this.state.groups);
    this.joins = new JoinGroup(context, this.state, this.#rebalance);
    this.membership = new GroupMembership(this.state, this.#rebalance);
    this.offsets = new OffsetCommits(context, this.state, this.#rebalance);
  }

  replay(batch: CoordinatorBatch<GroupRecord>): void {
    this.state.replay(batch);
  }

  committedTo(offset: number): void {
    this.state.committedTo(offset);
  }

  /** The log is read. Every member of a stored generation has one session from now on to be heard of. */
  onLoaded(): readonly ShardDecision[] {
    const decisions: ShardDecision[] = [];
    this.state.buildGroups();
    const sizeMax = this.#context.config['group.max.size'];
    for (const group of this.state.groups.values()) {
      for (const member of group.members.values()) this.#rebalance.keepAlive(group, member);
      if (group.members.size > sizeMax)
        decisions.push(
          this.#rebalance.prepare(group, `${group.members.size} members are over group.max.size`),
        );
    }
    return decisions;
  }

  /** Another broker coordinates from now on: what waits here is sent there. */
  onUnloaded(): void {
    const nowMillis = this.#context.nowMillis();
    for (const group of this.state.groups.values()) {
      group.transitionTo('Dead', nowMillis);
      for (const member of group.members.values()) {
        group.answerJoin(member, joinError(member.memberId, 'NOT_COORDINATOR'));
        group.answerSync(member, syncError('NOT_COORDINATOR'));
      }
    }
  }
}
