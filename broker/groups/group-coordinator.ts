/**
 * The group coordinator of a broker (org.apache.kafka.coordinator.group.GroupCoordinatorService): a shard for every
 * partition of `__consumer_offsets` that the broker leads, on the coordinator runtime. A shard is loaded when the
 * broker becomes the leader (COORDINATOR_LOAD_IN_PROGRESS until then) and dropped when it no longer is
 * (NOT_COORDINATOR). An answer that rests on records waits until they are committed.
 */
import type { ServerConfig } from '../config/definitions.js';
import type { AppendFailure } from '../coordination/coordinator.js';
import type { CoordinatorLog } from '../coordination/coordinator-log.js';
import { CoordinatorRuntime } from '../coordination/coordinator-runtime.js';
import type { Env, Random } from '../env.js';
import type { OffsetCommitResponse } from '../protocol/apis/08-offset-commit.js';
import type { JoinGroupRequest } from '../protocol/apis/11-join-group.js';
import type { HeartbeatRequest } from '../protocol/apis/12-heartbeat.js';
import type { LeaveGroupRequest, LeaveGroupResponse } from '../protocol/apis/13-leave-group.js';
import type { SyncGroupRequest } from '../protocol/apis/14-sync-group.js';
import type { ListGroupsRequest, ListGroupsResponse } from '../protocol/apis/16-list-groups.js';
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '../protocol/apis/47-offset-delete.js';
import type { ErrorName } from '../protocol/errors.js';
import type { GroupRecord } from '../protocol/group-records.js';
import type { Partition, PartitionListener } from '../replication/partition.js';
import type { AnswerJoin, AnswerSync } from './classic-member.js';
import { joinError } from './classic-rebalance.js';
import {
  type DescribedGroup,
  describeGroup,
  listGroups,
  undescribed,
  validateDeletion,
} from './group-descriptions.js';
import { syncError } from './group-membership.js';
import { groupPartitionOf, OFFSETS_TOPIC } from './group-partition.js';
import { joiningOf } from './join-group.js';
import { LoadedShard } from './loaded-shard.js';
import type { AskedGroup, Committing, FetchedGroup, OffsetDecision } from './offset-commits.js';
import { OffsetsPartitionLog } from './offsets-partition-log.js';
import {
  type Appended,
  decide,
  responseErrorOf,
  type ShardContext,
  type ShardDecision,
} from './shard-context.js';

export interface GroupCoordinatorOptions {
  readonly config: ServerConfig;
  /** The number of partitions of `__consumer_offsets`. */
  readonly partitionsCount: () => number;
}

/** The facts about a group request beside its body. */
export interface GroupRequestContext {
  readonly apiVersion: number;
  readonly clientId: string;
  readonly clientHost: string;
}

type Answer<Response> = (response: Response, errorCode: ErrorName) => void;

/** The tombstones of one expiry come in batches of at most this many records. */
const TOMBSTONES_MAX = 1_000;
const EXPIRATION = 'expiration';

const ignored: Appended = () => {};

/** An offset that a group has committed. */
export interface GroupOffset {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export class GroupCoordinator implements PartitionListener {
  readonly #env: Env;
  readonly #options: GroupCoordinatorOptions;
  readonly #random: Random;
  readonly #runtime: CoordinatorRuntime<LoadedShard, GroupRecord>;

  constructor(env: Env, options: GroupCoordinatorOptions) {
    this.#env = env;
    this.#options = options;
    this.#random = env.random('groups/member-ids');
    this.#runtime = new CoordinatorRuntime({
      timers: env.timers,
      makeState: (partitionId) => new LoadedShard(this.#contextOf(partitionId)),
      onLoaded: (shard, partitionId) => this.#onLoaded(shard, partitionId),
      onUnloaded: (shard) => shard.onUnloaded(),
      notLeader: 'NOT_COORDINATOR',
      loading: 'COORDINATOR_LOAD_IN_PROGRESS',
    });
  }

  listenerOf(topic: string): PartitionListener | null {
    return topic === OFFSETS_TOPIC ? this : null;
  }

  onRole(partition: Partition): void {
    const { index, leaderEpoch } = partition;
    if (partition.leader === null) {
      this.unload(index, leaderEpoch);
      return;
    }
    const log = new OffsetsPartitionLog(this.#env, {
      partition,
      loadBytes: this.#options.config['offsets.load.buffer.size'],
      onFailed: (failure) => this.appendFailed(index, failure),
    });
    this.load(index, leaderEpoch, log);
  }

  onHighWatermark({ index, highWatermark, leader }: Partition): void {
    if (leader !== null) this.committedTo(index, highWatermark);
  }

  /** The records of a partition below this offset are committed. */
  committedTo(partitionId: number, highWatermark: number): void {
    this.#runtime.onHighWatermark(partitionId, highWatermark);
  }

  /** Coordinates the groups of a partition from what its log says. */
  load(partitionId: number, leaderEpoch: number, log: CoordinatorLog<GroupRecord>): void {
    this.#runtime.load(partitionId, leaderEpoch, log);
  }

  /** Another broker coordinates the groups of a partition. */
  unload(partitionId: number, leaderEpoch: number): void {
    this.#runtime.unload(partitionId, leaderEpoch);
  }

  /** The log of a partition could not write what it had accepted. */
  appendFailed(partitionId: number, failure: AppendFailure): void {
    this.#runtime.appendFailed(partitionId, failure);
  }

  /** The process ends. */
  close(): void {
    this.#runtime.close();
  }

  /** The committed offsets of all groups that this broker coordinates. */
  committedOffsets(): readonly GroupOffset[] {
    const found: GroupOffset[] = [];
    for (const partitionId of this.#runtime.partitionIds()) {
      this.#runtime.read(partitionId, ({ state }) => {
        for (const groupId of state.groupIdsWithOffsets())
          for (const { topic, partition, offset } of state.committedOffsetsOf(groupId))
            found.push({ groupId, topic, partition, offset });
      });
    }
    return found;
  }

  partitionOf(groupId: string): number {
    return groupPartitionOf(groupId, this.#options.partitionsCount());
  }

  join(request: JoinGroupRequest, context: GroupRequestContext, answer: AnswerJoin): void {
    const { groupId, memberId, sessionTimeoutMs } = request;
    const { config } = this.#options;
    const isSessionLegal =
      sessionTimeoutMs >= config['group.min.session.timeout.ms'] &&
      sessionTimeoutMs <= config['group.max.session.timeout.ms'];
    if (groupId === '' || !isSessionLegal) {
      answer(joinError(memberId, groupId === '' ? 'INVALID_GROUP_ID' : 'INVALID_SESSION_TIMEOUT'));
      return;
    }
    const answerOnce = once(answer);
    const joining = joiningOf(request, context, answerOnce);
    this.#decide(
      this.partitionOf(groupId),
      ({ joins }) => joins.join(joining),
      (error) => answerOnce(joinError(memberId, responseErrorOf(error))),
    );
  }

  sync(request: SyncGroupRequest, answer: AnswerSync): void {
    if (request.groupId === '') {
      answer(syncError('INVALID_GROUP_ID'));
      return;
    }
    const answerOnce = once(answer);
    this.#decide(
      this.partitionOf(request.groupId),
      ({ membership }) => membership.sync(request, answerOnce),
      (error) => answerOnce(syncError(responseErrorOf(error))),
    );
  }

  heartbeat(request: HeartbeatRequest, answer: (errorCode: ErrorName) => void): void {
    if (request.groupId === '') {
      answer('INVALID_GROUP_ID');
      return;
    }
    this.#decide(
      this.partitionOf(request.groupId),
      ({ membership }) => {
        const errorCode = membership.heartbeat(request);
        return decide([], (error) => answer(error === 'NONE' ? errorCode : responseErrorOf(error)));
      },
      // Whether the member is alive is not known before the group is loaded.
      (error) => answer(error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'NONE' : responseErrorOf(error)),
    );
  }

  leave(request: LeaveGroupRequest, answer: Answer<LeaveGroupResponse['members']>): void {
    if (request.groupId === '') {
      answer([], 'INVALID_GROUP_ID');
      return;
    }
    const answerOnce = once(answer);
    this.#decide(
      this.partitionOf(request.groupId),
      ({ membership }) => membership.leave(request, answerOnce),
      (error) => answerOnce([], responseErrorOf(error)),
    );
  }

  commitOffsets(committing: Committing, answer: Answer<OffsetCommitResponse['topics']>): void {
    const { groupId } = committing.request;
    this.#decideOffsets(groupId, ({ offsets }) => offsets.commit(committing), answer);
  }

  deleteOffsets(request: OffsetDeleteRequest, answer: Answer<OffsetDeleteResponse['topics']>): void {
    if (request.groupId === '') answer([], 'INVALID_GROUP_ID');
    else this.#decideOffsets(request.groupId, ({ offsets }) => offsets.delete(request), answer);
  }

  /**
   * `requireStable` (KIP-447): the answer rests on every append so far and waits until they are committed. Otherwise
   * it is that of the committed state.
   */
  fetchOffsets(asked: AskedGroup, requireStable: boolean, answer: (fetched: FetchedGroup) => void): void {
    const partitionId = this.partitionOf(asked.groupId);
    const refuse = (error: ErrorName): void =>
      answer({ groupId: asked.groupId, errorCode: responseErrorOf(error), topics: [] });
    if (!requireStable) {
      const outcome = this.#runtime.read(partitionId, ({ offsets }) => offsets.fetch(asked, true));
      if (outcome.ok) answer(outcome.value);
      else refuse(outcome.error);
      return;
    }
    this.#decide(
      partitionId,
      ({ offsets }) => {
        const fetched = offsets.fetch(asked, false);
        return decide([], (error) => (error === 'NONE' ? answer(fetched) : refuse(error)));
      },
      refuse,
    );
  }

  describe(groupId: string, apiVersion: number): DescribedGroup {
    const outcome = this.#runtime.read(this.partitionOf(groupId), ({ state }) =>
      describeGroup(state, groupId, apiVersion),
    );
    return outcome.ok ? outcome.value : undescribed(groupId, responseErrorOf(outcome.error), apiVersion);
  }

  list(request: ListGroupsRequest): Pick<ListGroupsResponse, 'errorCode' | 'groups'> {
    const groups: ListGroupsResponse['groups'][number][] = [];
    for (const partitionId of this.#runtime.partitionIds()) {
      const outcome = this.#runtime.read(partitionId, ({ state }) => listGroups(state, request));
      if (outcome.ok) groups.push(...outcome.value);
      else if (outcome.error !== 'NOT_COORDINATOR')
        return { errorCode: responseErrorOf(outcome.error), groups: [] };
    }
    return { errorCode: 'NONE', groups };
  }

  deleteGroup(groupId: string, answer: (errorCode: ErrorName) => void): void {
    this.#decide(
      this.partitionOf(groupId),
      ({ state, offsets }) => {
        const refusal = validateDeletion(state, groupId);
        const records = refusal === 'NONE' ? offsets.deleteGroup(groupId) : [];
        return decide(records, (error) => answer(error === 'NONE' ? refusal : responseErrorOf(error)));
      },
      (error) => answer(responseErrorOf(error)),
    );
  }

  /** Topics were deleted, and the offsets of their partitions are with them. */
  onTopicsDeleted(topics: ReadonlySet<string>): void {
    for (const partitionId of this.#runtime.partitionIds()) {
      const outcome = this.#runtime.read(partitionId, ({ offsets }) => offsets.forgetTopics(topics));
      if (outcome.ok) this.#appendAll(partitionId, outcome.value);
    }
  }

  #decideOffsets<Response extends readonly unknown[]>(
    groupId: string,
    offsetDecision: (shard: LoadedShard) => OffsetDecision<Response>,
    answer: Answer<Response | readonly []>,
  ): void {
    this.#decide(
      this.partitionOf(groupId),
      (shard) => {
        const decision = offsetDecision(shard);
        if (!decision.ok) return decide([], (error) => answer([], error === 'NONE' ? decision.error : error));
        return decide(decision.records, (error) => {
          if (error === 'NONE') {
            answer(decision.response, 'NONE');
            return;
          }
          shard.state.dropUnlogged(groupId);
          answer([], responseErrorOf(error));
        });
      },
      (error) => answer([], responseErrorOf(error)),
    );
  }

  #decide(
    partitionId: number,
    ask: (shard: LoadedShard) => ShardDecision,
    refused: (error: ErrorName) => void,
  ): void {
    let appended: Appended = refused;
    this.#runtime.write(
      partitionId,
      (shard) => {
        const decision = ask(shard);
        appended = decision.appended;
        return { records: decision.records, response: null };
      },
      (outcome) => appended(outcome.ok ? 'NONE' : outcome.error),
      { timeoutMicros: this.#options.config['offsets.commit.timeout.ms'] * 1_000 },
    );
  }

  #contextOf(partitionId: number): ShardContext {
    const { clock, logger } = this.#env;
    return {
      config: this.#options.config,
      logger,
      nowMillis: () => clock.wallMillis(),
      newUuid: () => this.#newUuid(),
      timers: {
        schedule: (key, delayMs, ask) =>
          this.#runtime
            .timersOf(partitionId)
            ?.arm(key, delayMs * 1_000, () => this.#decide(partitionId, ask, ignored)),
        cancel: (key) => this.#runtime.timersOf(partitionId)?.cancel(key),
      },
    };
  }

  #onLoaded(shard: LoadedShard, partitionId: number): void {
    const decisions = shard.onLoaded();
    for (const decision of decisions) this.#decide(partitionId, () => decision, ignored);
    this.#armExpiration(shard, partitionId);
  }

  #armExpiration(shard: LoadedShard, partitionId: number): void {
    const delayMicros = this.#options.config['offsets.retention.check.interval.ms'] * 1_000;
    this.#runtime.timersOf(partitionId)?.arm(EXPIRATION, delayMicros, () => {
      for (const groupId of [...shard.state.groups.keys()])
        this.#appendAll(partitionId, shard.offsets.expire(groupId));
      shard.state.forgetVacant();
      this.#armExpiration(shard, partitionId);
    });
  }

  /** Tombstones, which need not be appended together. What fails is done again at the next check. */
  #appendAll(partitionId: number, records: readonly GroupRecord[]): void {
    for (let from = 0; from < records.length; from += TOMBSTONES_MAX) {
      const some = records.slice(from, from + TOMBSTONES_MAX);
      this.#decide(partitionId, () => decide(some), ignored);
    }
  }

  /** A random uuid (version 4) as Java writes one. */
  #newUuid(): string {
    const word = (): string =>
      this.#random
        .nextInt(2 ** 16)
        .toString(16)
        .padStart(4, '0');
    const third = (0x4000 | this.#random.nextInt(2 ** 12)).toString(16);
    const fourth = (0x8000 | this.#random.nextInt(2 ** 14)).toString(16);
    return `${word()}${word()}-${word()}-${third}-${fourth}-${word()}${word()}${word()}`;
  }
}

/** Each request is answered once, by whichever part of the coordinator is first. */
function once<Arguments extends readonly unknown[]>(
  answer: (...given: Arguments) => void,
): (...given: Arguments) => void {
  let isAnswered = false;
  return (...given) => {
    if (isAnswered) return;
    isAnswered = true;
    answer(...given);
  };
}
