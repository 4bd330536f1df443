/**
 * A group coordinator of one partition over a log in memory, with requests as calls. Every append is committed at once
 * unless the test says otherwise.
 */
import { type Properties, resolveServerConfig } from '../config/definitions.js';
import type { Env } from '../env.js';
import { GroupCoordinator } from '../groups/group-coordinator.js';
import { offsetCommitApi } from '../protocol/apis/08-offset-commit.js';
import {
  type JoinGroupRequest,
  type JoinGroupResponse,
  joinGroupApi,
} from '../protocol/apis/11-join-group.js';
import type { LeaveGroupRequest } from '../protocol/apis/13-leave-group.js';
import {
  type SyncGroupRequest,
  type SyncGroupResponse,
  syncGroupApi,
} from '../protocol/apis/14-sync-group.js';
import type { GroupRecord } from '../protocol/group-records.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { ScriptedCoordinatorLog } from './scripted-coordinator-log.js';
import { TinyWorld } from './tiny-world.js';

export const SESSION_MS = 10_000;
export const REBALANCE_MS = 30_000;
export const INITIAL_DELAY_MS = 100;
const NEWEST_JOIN = 9;

/** What a member knows of its generation. */
export type Joined = Pick<JoinGroupResponse, 'memberId' | 'generationId'>;

/** A subscription to the topics, in version 0 of the consumer protocol. */
export function subscription(...topics: readonly string[]): Uint8Array {
  const names = topics.map((topic) => new TextEncoder().encode(topic));
  const bytes: number[] = [0, 0, 0, 0, 0, names.length];
  for (const name of names) bytes.push(0, name.length, ...name);
  return new Uint8Array([...bytes, 255, 255, 255, 255]);
}

export class GroupBench {
  readonly world = new TinyWorld();
  log = new ScriptedCoordinatorLog<GroupRecord>();
  coordinator: GroupCoordinator;
  /** Appends stay uncommitted until `commit`. */
  isHeld = false;
  readonly #env: Env;
  readonly #config: Properties;
  #leaderEpoch = 1;

  constructor(config: Properties = {}) {
    this.#env = this.world.env('b1');
    this.#config = { 'group.initial.rebalance.delay.ms': String(INITIAL_DELAY_MS), ...config };
    this.coordinator = this.#coordinator();
    this.coordinator.load(0, this.#leaderEpoch, this.log);
  }

  /** Another broker takes over, from what the log says. */
  failOver(): void {
    this.coordinator.unload(0, this.#leaderEpoch);
    this.#leaderEpoch += 1;
    this.coordinator = this.#coordinator();
    this.coordinator.load(0, this.#leaderEpoch, this.log);
    this.commit();
  }

  #coordinator(): GroupCoordinator {
    return new GroupCoordinator(this.#env, {
      config: resolveServerConfig(this.#config),
      partitionsCount: () => 1,
    });
  }

  commit(): void {
    this.log.highWatermark = this.log.endOffset;
    this.coordinator.committedTo(0, this.log.endOffset);
  }

  /** Lets time pass. */
  wait(millis: number): void {
    for (let left = millis; left > 0; left -= 10) {
      this.world.run(Math.min(left, 10) * 1_000);
      this.settle();
    }
  }

  settle(): void {
    if (!this.isHeld) this.commit();
  }

  /** The answer is added to the array, now or later. */
  join(changes: Partial<JoinGroupRequest> = {}, apiVersion = NEWEST_JOIN): JoinGroupResponse[] {
    const answers: JoinGroupResponse[] = [];
    const request = {
      ...joinGroupApi.request.defaults,
      groupId: 'g',
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription('orders') }],
      ...changes,
    };
    const context = { apiVersion, clientId: 'client', clientHost: '/h' };
    this.coordinator.join(request, context, (answer) => answers.push(answer));
    this.settle();
    return answers;
  }

  /** Gets an id, then joins with it. */
  joinDynamic(changes: Partial<JoinGroupRequest> = {}): JoinGroupResponse[] {
    const memberId = this.join(changes)[0]?.memberId ?? 'no answer';
    return this.join({ ...changes, memberId });
  }

  sync(joined: Joined, changes: Partial<SyncGroupRequest> = {}): SyncGroupResponse[] {
    const answers: SyncGroupResponse[] = [];
    const { memberId, generationId } = joined;
    const request = { ...syncGroupApi.request.defaults, groupId: 'g', memberId, generationId, ...changes };
    this.coordinator.sync(request, (answer) => answers.push(answer));
    this.settle();
    return answers;
  }

  heartbeat({ memberId, generationId }: Joined, groupInstanceId: string | null = null): string {
    const answers: string[] = [];
    const request = { groupId: 'g', memberId, generationId, groupInstanceId };
    this.coordinator.heartbeat(request, (errorCode) => answers.push(errorCode));
    this.settle();
    return answers[0] ?? 'no answer';
  }

  leave(...members: readonly Partial<LeaveGroupRequest['members'][number]>[]): string[] {
    const answers: string[] = [];
    const leaving = members.map((member) => ({
      memberId: '',
      groupInstanceId: null,
      reason: null,
      ...member,
    }));
    this.coordinator.leave({ groupId: 'g', memberId: '', members: leaving }, (left, error) =>
      answers.push(error, ...left.map(({ errorCode }) => errorCode)),
    );
    this.settle();
    return answers;
  }

  /** The error of each partition from 0 on, or the one of the whole request. */
  commitOffsets(
    offsets: readonly number[],
    from: Partial<Joined> & {
      readonly groupId?: string;
      readonly topic?: string;
      readonly metadata?: string;
    } = {},
  ): string[] {
    const answers: string[] = [];
    const { memberId = '', generationId = -1, groupId = 'g', topic = 'orders', metadata = '' } = from;
    const partitions = offsets.map((committedOffset, partitionIndex) => ({
      partitionIndex,
      committedOffset,
      committedLeaderEpoch: -1,
      committedMetadata: metadata,
    }));
    const request = {
      ...offsetCommitApi.request.defaults,
      groupId,
      memberId,
      generationIdOrMemberEpoch: generationId,
      topics: [{ name: topic, topicId: ZERO_UUID, partitions }],
    };
    this.coordinator.commitOffsets({ request, saysGroupIdNotFound: true }, (topics, error) => {
      if (error !== 'NONE') answers.push(error);
      for (const { errorCode } of topics[0]?.partitions ?? []) answers.push(errorCode);
    });
    this.settle();
    return answers;
  }

  /** The committed offsets of the partitions of a topic; −1: none. */
  committed(topic = 'orders', partitions = [0], { groupId = 'g', requireStable = false } = {}): number[] {
    const answers: number[] = [];
    const asked = { name: topic, topicId: ZERO_UUID, partitionIndexes: partitions };
    this.coordinator.fetchOffsets(
      { groupId, memberId: null, memberEpoch: -1, topics: [asked] },
      requireStable,
      ({ topics }) => {
        for (const { committedOffset } of topics[0]?.partitions ?? []) answers.push(committedOffset);
      },
    );
    this.settle();
    return answers;
  }

  deleteOffsets(topic: string, partitions: readonly number[]): string[] {
    const answers: string[] = [];
    const topics = [{ name: topic, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }];
    this.coordinator.deleteOffsets({ groupId: 'g', topics }, (deleted, error) => {
      answers.push(error);
      for (const { errorCode } of deleted[0]?.partitions ?? []) answers.push(errorCode);
    });
    this.settle();
    return answers;
  }

  deleteGroup(groupId = 'g'): string {
    const answers: string[] = [];
    this.coordinator.deleteGroup(groupId, (errorCode) => answers.push(errorCode));
    this.settle();
    return answers[0] ?? 'no answer';
  }

  describe(groupId = 'g') {
    return this.coordinator.describe(groupId, 6);
  }

  get state(): string {
    return this.describe().groupState;
  }

  list(statesFilter: readonly string[] = [], typesFilter: readonly string[] = []): string[] {
    const { groups } = this.coordinator.list({ statesFilter, typesFilter });
    return groups.map(({ groupId, groupState }) => `${groupId} ${groupState}`);
  }

  /** A stable group of dynamic members. The first one leads. */
  stable(count: number): JoinGroupResponse[] {
    const waiting: JoinGroupResponse[][] = [];
    for (let index = 0; index < count; index++) waiting.push(this.joinDynamic());
    this.wait(INITIAL_DELAY_MS * 4);
    const joined = waiting.map((answers) => answers.at(-1)!);
    for (const member of joined) this.sync(member, { assignments: assignmentsOf(joined) });
    return joined;
  }

  written(type: GroupRecord['type']): GroupRecord[] {
    return this.log.batches.flatMap(({ records }) => records).filter((record) => record.type === type);
  }
}

/** Each member's own id, as bytes. */
export function assignmentsOf(members: readonly Joined[]): SyncGroupRequest['assignments'] {
  return members.map(({ memberId }) => ({ memberId, assignment: new TextEncoder().encode(memberId) }));
}
