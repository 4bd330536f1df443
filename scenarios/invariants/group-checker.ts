/**
 * What the members of a consumer group report, compared: assignments, the offset at which an owner begins, processed
 * records, commits. The checker knows nothing from the coordinator, whose opinion may be wrong.
 *
 * A commit is *attempted* when it is sent and *acknowledged* when its answer has arrived. In between nobody knows
 * whether it took place. An owner therefore begins at or above every commit that was acknowledged before it asked, and
 * at or below the highest that was attempted.
 */
import {
  beginsBeyondCommits,
  commitBeyondLogEnd,
  committedOffsetLost,
  processedTwice,
  twoOwnersInGeneration,
  unprocessedRecord,
} from './groups-invariants.js';
import type { Invariant } from './invariant.js';

export interface GroupCheckerOptions {
  readonly report: (invariant: Invariant, partition: string, detail: Record<string, unknown>) => void;
  /** Where the committed log of a partition ends. */
  readonly committedEnd: (partition: string) => number;
}

export interface MemberGeneration {
  readonly member: string;
  readonly generationId: number;
}

class GroupPartition {
  /** By generation. A member that hung may learn of its assignment when the group is generations further. */
  readonly owners = new Map<number, string>();
  acknowledged = 0;
  attempted = 0;
  /** Every record below it is processed. */
  processedEnd = 0;
  /** Processed records above `processedEnd`. */
  readonly processed = new Set<number>();
}

export class GroupChecker {
  readonly #options: GroupCheckerOptions;
  readonly #partitions = new Map<string, GroupPartition>();

  constructor(options: GroupCheckerOptions) {
    this.#options = options;
  }

  /** A member has the partition from now on. Returns the commit below which it must not begin. */
  assigned(partition: string, { member, generationId }: MemberGeneration): number {
    const model = this.#partition(partition);
    const owner = model.owners.get(generationId) ?? member;
    model.owners.set(generationId, owner);
    if (owner !== member) {
      const members = `${owner} and ${member}`;
      this.#options.report(twoOwnersInGeneration, partition, { members, generationId });
    }
    return model.acknowledged;
  }

  /** The first record that an owner got. `floor`: the answer of `assigned`. */
  began(partition: string, member: string, offset: number, floor: number): void {
    const { attempted } = this.#partition(partition);
    if (offset < floor)
      this.#options.report(committedOffsetLost, partition, { member, offset, committed: floor });
    if (offset > attempted)
      this.#options.report(beginsBeyondCommits, partition, { member, offset, attempted });
  }

  /** False: the record was processed before. */
  processed(partition: string, offset: number): boolean {
    const model = this.#partition(partition);
    if (offset < model.processedEnd || model.processed.has(offset)) return false;
    model.processed.add(offset);
    while (model.processed.delete(model.processedEnd)) model.processedEnd += 1;
    return true;
  }

  /** The group promises to process no record twice. */
  processedAgain(partition: string, member: string, offset: number): void {
    this.#options.report(processedTwice, partition, { member, offset });
  }

  /** The group is at the end: everything below `end` is committed. */
  finished(partition: string, end: number): void {
    const { processedEnd } = this.#partition(partition);
    if (processedEnd < end)
      this.#options.report(unprocessedRecord, partition, {
        member: 'the group',
        offset: end,
        unprocessed: processedEnd,
      });
  }

  /** `isProcessed`: the member says that it has processed what it commits. */
  commitAttempted(partition: string, member: string, offset: number, isProcessed: boolean): void {
    const model = this.#partition(partition);
    const committedEnd = this.#options.committedEnd(partition);
    if (offset > committedEnd)
      this.#options.report(commitBeyondLogEnd, partition, { member, offset, committedEnd });
    if (isProcessed && offset > model.processedEnd)
      this.#options.report(unprocessedRecord, partition, { member, offset, unprocessed: model.processedEnd });
    model.attempted = Math.max(model.attempted, offset);
  }

  commitAcknowledged(partition: string, offset: number): void {
    const model = this.#partition(partition);
    model.acknowledged = Math.max(model.acknowledged, offset);
  }

  /** The highest acknowledged commit. */
  acknowledged(partition: string): number {
    return this.#partition(partition).acknowledged;
  }

  #partition(name: string): GroupPartition {
    let model = this.#partitions.get(name);
    if (model === undefined) {
      model = new GroupPartition();
      this.#partitions.set(name, model);
    }
    return model;
  }
}
