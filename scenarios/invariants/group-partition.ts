/** What is known of a partition that a consumer group reads: owners, commits, processed records; and what caused what. */

export interface Processing {
  readonly member: string;
  /** The generation in which the member got the partition. */
  readonly generationId: number;
  readonly offset: number;
  /** Null: the record has no key, and its partition is its order. */
  readonly key: string | null;
}

interface Commit {
  readonly member: string;
  readonly offset: number;
  readonly timeMicros: number;
}

interface Refusal extends Commit {
  readonly error: string;
}

interface Begin {
  readonly member: string;
  readonly generationId: number;
  readonly offset: number;
  readonly timeMicros: number;
}

interface FirstProcessing {
  readonly member: string;
  readonly generationId: number;
  readonly timeMicros: number;
}

export class GroupPartition {
  readonly name: string;
  /** By generation. A member that hung may learn of its assignment when the group is generations further. */
  readonly owners = new Map<number, string>();
  /** The commits that raised `attempted`. */
  readonly commits: Commit[] = [];
  readonly begins: Begin[] = [];
  readonly refusals: Refusal[] = [];
  lastOwner: string | null = null;
  /** By member with a commit under way: the highest commit that had been acknowledged when it was sent. */
  readonly floors = new Map<string, number>();
  acknowledged = 0;
  lastCommit = 0;
  attempted = 0;
  /** Every record below it is processed. */
  processedEnd = 0;
  /** By offset. */
  readonly #first = new Map<number, FirstProcessing>();
  /** By key, '' without a key: the highest offset that was processed. */
  readonly #highest = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** The coordinator may have forgotten the group. */
  expire(): void {
    this.owners.clear();
    this.floors.clear();
    this.acknowledged = 0;
  }

  isProcessed(offset: number): boolean {
    return this.#first.has(offset);
  }

  firstProcessing(offset: number): FirstProcessing | undefined {
    return this.#first.get(offset);
  }

  /** A record is processed for the first time. Returns the later record that was processed before it; null: none. */
  add({ member, generationId, offset, key }: Processing, timeMicros: number): number | null {
    this.#first.set(offset, { member, generationId, timeMicros });
    while (this.#first.has(this.processedEnd)) this.processedEnd += 1;
    const lane = key ?? '';
    const highest = this.#highest.get(lane) ?? -1;
    if (offset < highest) return highest;
    this.#highest.set(lane, offset);
    return null;
  }
}

const seconds = (micros: number): string => `${(micros / 1e6).toFixed(3)} s`;

/** The commit, and the rebalance after it, that left the record out. */
export function causeOfLoss({ commits, begins }: GroupPartition, offset: number): string {
  const commit = commits.find((each) => each.offset > offset);
  const begin = begins.find(
    (each) => each.offset > offset && (commit === undefined || each.timeMicros >= commit.timeMicros),
  );
  const owner =
    begin === undefined
      ? ''
      : `${begin.member}, the owner in generation ${begin.generationId}, began at ${begin.offset}`;
  if (commit === undefined) return begin === undefined ? 'no commit covers it' : `without a commit ${owner}`;
  const { member, timeMicros } = commit;
  const committed = `${member} committed ${commit.offset} at ${seconds(timeMicros)} before the record was processed`;
  return begin === undefined ? committed : `${committed}; ${owner}`;
}

/** The rebalance that gave the record to a second owner, and the commit at which this owner began. */
export function causeOfRepeat(model: GroupPartition, { member, generationId, offset }: Processing): string {
  const first = model.firstProcessing(offset);
  if (first === undefined) return '';
  const refusal = model.refusals.findLast((each) => each.member === first.member && each.offset > offset);
  const refused =
    refusal === undefined
      ? ''
      : `, and its commit of ${refusal.offset} ended with ${refusal.error} at ${seconds(refusal.timeMicros)}`;
  const before = `${first.member} processed it at ${seconds(first.timeMicros)}${refused}`;
  const owner = model.begins.at(-1);
  if (owner !== undefined && owner.generationId > generationId)
    return `${before}; ${member} works on what it got in generation ${generationId}, and generation ${owner.generationId} gave ${model.name} to ${owner.member}`;
  const begin = model.begins.findLast((each) => each.member === member && each.offset <= offset);
  if (begin === undefined) return before;
  const where = `began at ${begin.offset} in generation ${begin.generationId}`;
  return first.member === member ? `${before} and ${where}` : `${before}; ${member} ${where}`;
}
