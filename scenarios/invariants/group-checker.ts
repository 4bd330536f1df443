/**
 * What the members of a consumer group report, compared: assignments, the offset at which an owner begins, processed
 * records, commits. The checker knows nothing from the coordinator, whose opinion may be wrong.
 *
 * A commit is *attempted* when it is sent and *acknowledged* when its answer has arrived. In between nobody knows
 * whether it took place. An owner therefore begins at or above every commit that was acknowledged before it asked, and
 * at or below the highest that was attempted.
 */
import { causeOfLoss, causeOfRepeat, GroupPartition, type Processing } from './group-partition.js';
import {
  beginsBeyondCommits,
  commitBeyondLogEnd,
  committedOffsetLost,
  commitWentBack,
  partitionMoved,
  processedOutOfOrder,
  processedTwice,
  twoOwnersInGeneration,
  unprocessedRecord,
} from './groups-invariants.js';
import type { Invariant } from './invariant.js';

export interface GroupCheckerOptions {
  readonly report: (invariant: Invariant, partition: string, detail: Record<string, unknown>) => void;
  /** Where the committed log of a partition ends. */
  readonly committedEnd: (partition: string) => number;
  readonly now: () => number;
}

export interface MemberGeneration {
  readonly member: string;
  readonly generationId: number;
}

export interface OffsetRules {
  /** The time for which the coordinator keeps the offsets of an empty group. */
  readonly retentionMicros: number;
  /** `auto.offset.reset=latest`: without a committed offset a member begins at the end. */
  readonly isResetToEnd: boolean;
}

/** What an application promises of the processing of its records. */
export type DeliveryPromise =
  /** Each record is processed. */
  | 'no-loss'
  /** No record is processed twice. */
  | 'no-repeat'
  /** The records of a partition, or of a key if they have keys, are processed in order; a repeat is no matter. */
  | 'order'
  /** A member that comes back finds its partitions as they were, and nobody else had them. */
  | 'no-move';

export class GroupChecker {
  readonly #options: GroupCheckerOptions;
  readonly #partitions = new Map<string, GroupPartition>();
  /** The group was formed, and a member has gone since. */
  #isUnrest = false;
  #liveMembers = 0;
  #emptySinceMicros = 0;
  #offsets: OffsetRules = { retentionMicros: Number.POSITIVE_INFINITY, isResetToEnd: false };
  #promises: ReadonlySet<DeliveryPromise> = new Set(['no-loss']);

  constructor(options: GroupCheckerOptions) {
    this.#options = options;
  }

  promise(promises: readonly DeliveryPromise[]): void {
    this.#promises = new Set(promises);
  }

  keepsOffsets(rules: OffsetRules): void {
    this.#offsets = rules;
  }

  /**
   * A member lives. The coordinator may have forgotten the offsets, and the group with its generations, if no member
   * lived for as long as it keeps them.
   */
  memberStarted(): void {
    this.#liveMembers += 1;
    if (this.#liveMembers > 1 || !this.#isUnrest) return;
    if (this.#options.now() - this.#emptySinceMicros < this.#offsets.retentionMicros) return;
    for (const model of this.#partitions.values()) model.expire();
  }

  /** A member has gone. Until then the group may still be gathering, and partitions move. */
  memberGone(): void {
    this.#isUnrest = true;
    this.#liveMembers -= 1;
    this.#emptySinceMicros = this.#options.now();
  }

  /** A member has the partition from now on. Returns the commit below which it must not begin. */
  assigned(partition: string, { member, generationId }: MemberGeneration): number {
    const model = this.#partition(partition);
    const owner = model.owners.get(generationId) ?? member;
    model.owners.set(generationId, owner);
    const before = model.lastOwner;
    model.lastOwner = member;
    if (this.#isUnrest && before !== null && before !== member && this.#promises.has('no-move'))
      this.#options.report(partitionMoved, partition, { member, before, generationId });
    if (owner !== member) {
      const members = `${owner} and ${member}`;
      this.#options.report(twoOwnersInGeneration, partition, { members, generationId });
    }
    return model.acknowledged;
  }

  /** The first record that an owner got. `floor`: the answer of `assigned`. */
  began(partition: string, { member, generationId }: MemberGeneration, offset: number, floor: number): void {
    const model = this.#partition(partition);
    const { attempted } = model;
    model.begins.push({ member, generationId, offset, timeMicros: this.#options.now() });
    if (offset < floor)
      this.#options.report(committedOffsetLost, partition, { member, offset, committed: floor });
    const isReset = this.#offsets.isResetToEnd && model.acknowledged === 0;
    if (offset > attempted && !isReset)
      this.#options.report(beginsBeyondCommits, partition, { member, offset, attempted });
  }

  /** The effects of a record have taken place. False: for the second time. */
  processed(partition: string, processing: Processing): boolean {
    const { offset, member } = processing;
    const model = this.#partition(partition);
    const timeMicros = this.#options.now();
    if (model.isProcessed(offset)) {
      if (this.#promises.has('no-repeat'))
        this.#options.report(processedTwice, partition, {
          member,
          offset,
          cause: causeOfRepeat(model, processing),
        });
      return false;
    }
    const overtaken = model.add(processing, timeMicros);
    if (overtaken !== null && this.#promises.has('order'))
      this.#options.report(processedOutOfOrder, partition, { member, offset, after: overtaken });
    return true;
  }

  /** The group is at the end: everything below `end` is committed. */
  finished(partition: string, end: number): void {
    if (!this.#promises.has('no-loss')) return;
    const model = this.#partition(partition);
    const { processedEnd } = model;
    if (processedEnd < end)
      this.#options.report(unprocessedRecord, partition, {
        member: 'the group',
        offset: end,
        unprocessed: processedEnd,
        cause: causeOfLoss(model, processedEnd),
      });
  }

  /** `isProcessed`: the member says that it has processed what it commits. */
  commitAttempted(partition: string, member: string, offset: number, isProcessed: boolean): void {
    const model = this.#partition(partition);
    const committedEnd = this.#options.committedEnd(partition);
    if (offset > committedEnd)
      this.#options.report(commitBeyondLogEnd, partition, { member, offset, committedEnd });
    if (isProcessed && offset > model.processedEnd)
      this.#options.report(unprocessedRecord, partition, {
        member,
        offset,
        unprocessed: model.processedEnd,
        cause: causeOfLoss(model, model.processedEnd),
      });
    if (!model.floors.has(member)) model.floors.set(member, model.acknowledged);
    if (offset <= model.attempted) return;
    model.attempted = offset;
    model.commits.push({ member, offset, timeMicros: this.#options.now() });
  }

  commitAcknowledged(partition: string, member: string, offset: number): void {
    const model = this.#partition(partition);
    const committed = model.floors.get(member) ?? 0;
    model.floors.delete(member);
    if (offset < committed) this.#options.report(commitWentBack, partition, { member, offset, committed });
    model.acknowledged = Math.max(model.acknowledged, offset);
    model.lastCommit = Math.max(model.lastCommit, offset);
  }

  commitRefused(partition: string, member: string, offset: number, error: string): void {
    const timeMicros = this.#options.now();
    this.#partition(partition).floors.delete(member);
    this.#partition(partition).refusals.push({ member, offset, error, timeMicros });
  }

  /** The highest acknowledged commit; 0 when the coordinator may have forgotten it. */
  acknowledged(partition: string): number {
    return this.#partition(partition).acknowledged;
  }

  /** The highest acknowledged commit, forgotten or not. */
  lastCommit(partition: string): number {
    return this.#partition(partition).lastCommit;
  }

  #partition(name: string): GroupPartition {
    let model = this.#partitions.get(name);
    if (model === undefined) {
      model = new GroupPartition(name);
      this.#partitions.set(name, model);
    }
    return model;
  }
}
