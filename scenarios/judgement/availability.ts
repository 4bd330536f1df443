/**
 * How long each partition stood still for its clients. A standstill of writes begins when a send waits and none is
 * acknowledged, and ends with the next acknowledgement. A standstill of reads begins when an acknowledged record waits
 * for its reader, and ends when a reader gets a record of the partition. A standstill of processing begins when an
 * acknowledged record waits for the group, which has begun with the partition, and ends when a member has processed a
 * record of it. Time in which nobody wants anything is none.
 *
 * Not covered: reads and processing of records that were acknowledged without an offset (`acks=0`).
 */
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { TapeVisitor } from '../../harness/history/micro-operation-visitor.js';
import type { Key, Value } from '../../harness/history/operation.js';
import type { AvailabilityAccount, Standstill } from '../../harness/runner/run-data.js';
import type { HostChronicle } from '../cluster/host-chronicle.js';
import type { PartitionModel } from '../invariants/partition-model.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import type { ProcessedRecord, ProcessedRecords } from '../workloads/processed-records.js';

export interface AvailabilityInput {
  readonly history: HistoryTape;
  readonly checker: ReplicaChecker;
  readonly chronicle: HostChronicle;
  readonly processed: ProcessedRecords;
  /** What still waits then has stood still until then. */
  readonly endMicros: number;
}

const NOBODY = -1;

/** One account for each partition that anybody used, in the order of first use. */
export function measureAvailability(input: AvailabilityInput): readonly AvailabilityAccount[] {
  const { history, checker, processed, endMicros } = input;
  const pass = new AvailabilityPass(processed);
  for (let position = 0; position < history.length; position++) {
    pass.timeMicros = history.timeAt(position);
    pass.processUntil(pass.timeMicros);
    const type = history.typeAt(position);
    pass.isInvocation = type === 'invoke';
    pass.isOk = type === 'ok';
    history.visit(position, pass);
  }
  pass.processUntil(endMicros);
  return [...pass.partitions].map(([key, partition]) => {
    const model = checker.partitions.get(key);
    partition.end(endMicros, model?.committedEnd ?? 0);
    return {
      key,
      writes: standstill(input, model, partition.writes),
      reads: standstill(input, model, partition.reads),
      processing: standstill(input, model, partition.processing, rebalanceOf(processed, key)),
    };
  });
}

/** The longest wait so far, and the present one. */
class Wait {
  longestMicros = 0;
  longestEndedAt = NOBODY;
  since = NOBODY;

  begin(timeMicros: number): void {
    if (this.since === NOBODY) this.since = timeMicros;
  }

  end(timeMicros: number): void {
    if (this.since === NOBODY) return;
    const micros = timeMicros - this.since;
    if (micros > this.longestMicros) {
      this.longestMicros = micros;
      this.longestEndedAt = timeMicros;
    }
    this.since = NOBODY;
  }
}

class PartitionWaits {
  readonly writes = new Wait();
  readonly reads = new Wait();
  readonly processing = new Wait();
  #open = 0;
  #acknowledgedEnd = 0;
  #readEnd = 0;
  /** −1: the group has not begun. */
  #processedEnd = NOBODY;

  asked(timeMicros: number): void {
    this.#open++;
    this.writes.begin(timeMicros);
  }

  /** @param offset −1: not known, or not acknowledged. */
  sent(timeMicros: number, isAcknowledged: boolean, offset: number): void {
    this.#open--;
    if (!isAcknowledged) return;
    this.writes.end(timeMicros);
    if (this.#open > 0) this.writes.begin(timeMicros);
    if (offset >= this.#acknowledgedEnd) this.#acknowledgedEnd = offset + 1;
    if (this.#acknowledgedEnd > this.#readEnd) this.reads.begin(timeMicros);
    this.#waitForGroup(timeMicros);
  }

  process(timeMicros: number, offset: number): void {
    if (offset >= this.#processedEnd) this.#processedEnd = offset + 1;
    this.processing.end(timeMicros);
    this.#waitForGroup(timeMicros);
  }

  read(timeMicros: number, offset: number): void {
    if (offset >= this.#readEnd) this.#readEnd = offset + 1;
    this.reads.end(timeMicros);
    if (this.#acknowledgedEnd > this.#readEnd) this.reads.begin(timeMicros);
  }

  /** A record that is no longer in the log is not waited for. */
  end(timeMicros: number, committedEnd: number): void {
    this.writes.end(timeMicros);
    const end = Math.min(this.#acknowledgedEnd, committedEnd);
    if (end > this.#readEnd) this.reads.end(timeMicros);
    if (end > this.#processedEnd) this.processing.end(timeMicros);
  }

  #waitForGroup(timeMicros: number): void {
    if (this.#processedEnd !== NOBODY && this.#acknowledgedEnd > this.#processedEnd)
      this.processing.begin(timeMicros);
  }
}

class AvailabilityPass implements TapeVisitor {
  readonly partitions = new Map<string, PartitionWaits>();
  timeMicros = 0;
  isInvocation = false;
  isOk = false;
  #polled: PartitionWaits | null = null;
  readonly #processed: readonly ProcessedRecord[];
  #nextProcessed = 0;

  constructor({ processed }: ProcessedRecords) {
    this.#processed = processed;
  }

  /** What the group processed before then. */
  processUntil(timeMicros: number): void {
    for (;;) {
      const record = this.#processed[this.#nextProcessed];
      if (record === undefined || record.timeMicros > timeMicros) return;
      this.#nextProcessed++;
      this.#of(record.key).process(record.timeMicros, record.offset);
    }
  }

  send(key: Key, _value: Value, offset: number): void {
    const partition = this.#of(String(key));
    if (this.isInvocation) partition.asked(this.timeMicros);
    else partition.sent(this.timeMicros, this.isOk, offset);
  }

  pollKey(key: Key): void {
    this.#polled = this.#of(String(key));
  }

  pollRecord(_value: Value, offset: number): void {
    this.#polled?.read(this.timeMicros, offset);
  }

  commit(): void {}
  listedKey(): void {}
  rebalancedKey(): void {}

  #of(key: string): PartitionWaits {
    let partition = this.partitions.get(key);
    if (partition === undefined) {
      partition = new PartitionWaits();
      this.partitions.set(key, partition);
    }
    return partition;
  }
}

/** An event that may have ended a standstill. */
interface Ending {
  readonly at: number;
  readonly words: string;
}

/** The last rebalance that gave the partition to a member. */
const rebalanceOf =
  ({ assignments }: ProcessedRecords, key: string) =>
  (fromMicros: number, toMicros: number): readonly Ending[] => {
    const last = assignments.findLast(
      (each) => each.key === key && each.timeMicros > fromMicros && each.timeMicros <= toMicros,
    );
    return last === undefined
      ? []
      : [{ at: last.timeMicros, words: `the rebalance to generation ${last.generationId}` }];
  };

function standstill(
  input: AvailabilityInput,
  model: PartitionModel | undefined,
  { longestMicros, longestEndedAt }: Wait,
  more: (fromMicros: number, toMicros: number) => readonly Ending[] = () => [],
): Standstill | null {
  if (longestEndedAt === NOBODY) return null;
  const fromMicros = longestEndedAt - longestMicros;
  const endedBy = endOf(input, model, fromMicros, longestEndedAt, more(fromMicros, longestEndedAt));
  return { longestMicros, endedAtMicros: longestEndedAt, endedBy };
}

/** The last event in the time of the standstill that may have ended it; null: none is known. */
function endOf(
  { chronicle }: AvailabilityInput,
  model: PartitionModel | undefined,
  fromMicros: number,
  toMicros: number,
  more: readonly Ending[],
): string | null {
  const within = (timeMicros: number): boolean => fromMicros < timeMicros && timeMicros <= toMicros;
  const election = model?.elections.findLast(({ timeMicros }) => within(timeMicros));
  const shrink = model?.isrShrinks.findLast(({ timeMicros }) => within(timeMicros));
  const back = chronicle.lastOf(null, ['started', 'resumed'], fromMicros, toMicros);
  const events: readonly Ending[] = [
    ...more,
    ...(election === undefined
      ? []
      : [
          {
            at: election.timeMicros,
            words: `the election of ${election.leader} (leader epoch ${election.leaderEpoch})`,
          },
        ]),
    ...(shrink === undefined
      ? []
      : [{ at: shrink.timeMicros, words: `the ISR shrank to ${shrink.isr.join(', ')}` }]),
    ...(back === null
      ? []
      : [
          {
            at: back.timeMicros,
            words: `${back.host} ${back.kind === 'started' ? 'was started' : 'resumed'}`,
          },
        ]),
  ];
  return (
    events.reduce<Ending | null>((last, event) => (last === null || event.at > last.at ? event : last), null)
      ?.words ?? null
  );
}
