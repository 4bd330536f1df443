/**
 * How long each partition stood still for its clients. A standstill of writes begins when a send waits and none is
 * acknowledged, and ends with the next acknowledgement. A standstill of reads begins when an acknowledged record waits
 * for its reader, and ends when a reader gets a record of the partition. Time in which nobody wants anything is none.
 *
 * Not covered: reads of records that were acknowledged without an offset (`acks=0`), and processing, which needs
 * consumer groups.
 */
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { TapeVisitor } from '../../harness/history/micro-operation-visitor.js';
import type { Key, Value } from '../../harness/history/operation.js';
import type { AvailabilityAccount, Standstill } from '../../harness/runner/run-data.js';
import type { HostChronicle } from '../cluster/host-chronicle.js';
import type { PartitionModel } from '../invariants/partition-model.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';

export interface AvailabilityInput {
  readonly history: HistoryTape;
  readonly checker: ReplicaChecker;
  readonly chronicle: HostChronicle;
  /** What still waits then has stood still until then. */
  readonly endMicros: number;
}

const NOBODY = -1;

/** One account for each partition that anybody used, in the order of first use. */
export function measureAvailability(input: AvailabilityInput): readonly AvailabilityAccount[] {
  const { history, checker, endMicros } = input;
  const pass = new AvailabilityPass();
  for (let position = 0; position < history.length; position++) {
    pass.timeMicros = history.timeAt(position);
    const type = history.typeAt(position);
    pass.isInvocation = type === 'invoke';
    pass.isOk = type === 'ok';
    history.visit(position, pass);
  }
  return [...pass.partitions].map(([key, partition]) => {
    const model = checker.partitions.get(key);
    partition.end(endMicros, model?.committedEnd ?? 0);
    return {
      key,
      writes: standstill(input, model, partition.writes),
      reads: standstill(input, model, partition.reads),
      processing: null,
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
  #open = 0;
  #acknowledgedEnd = 0;
  #readEnd = 0;

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
  }

  read(timeMicros: number, offset: number): void {
    if (offset >= this.#readEnd) this.#readEnd = offset + 1;
    this.reads.end(timeMicros);
    if (this.#acknowledgedEnd > this.#readEnd) this.reads.begin(timeMicros);
  }

  /** A record that is no longer in the log is not waited for. */
  end(timeMicros: number, committedEnd: number): void {
    this.writes.end(timeMicros);
    if (Math.min(this.#acknowledgedEnd, committedEnd) > this.#readEnd) this.reads.end(timeMicros);
  }
}

class AvailabilityPass implements TapeVisitor {
  readonly partitions = new Map<string, PartitionWaits>();
  timeMicros = 0;
  isInvocation = false;
  isOk = false;
  #polled: PartitionWaits | null = null;

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

function standstill(
  input: AvailabilityInput,
  model: PartitionModel | undefined,
  { longestMicros, longestEndedAt }: Wait,
): Standstill | null {
  if (longestEndedAt === NOBODY) return null;
  const endedBy = endOf(input, model, longestEndedAt - longestMicros, longestEndedAt);
  return { longestMicros, endedAtMicros: longestEndedAt, endedBy };
}

/** The last event in the time of the standstill that may have ended it; null: none is known. */
function endOf(
  { chronicle }: AvailabilityInput,
  model: PartitionModel | undefined,
  fromMicros: number,
  toMicros: number,
): string | null {
  const within = (timeMicros: number): boolean => fromMicros < timeMicros && timeMicros <= toMicros;
  const election = model?.elections.findLast(({ timeMicros }) => within(timeMicros));
  const shrink = model?.isrShrinks.findLast(({ timeMicros }) => within(timeMicros));
  const back = chronicle.lastOf(null, ['started', 'resumed'], fromMicros, toMicros);
  const events = [
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
    events.reduce<{ at: number; words: string } | null>(
      (last, event) => (last === null || event.at > last.at ? event : last),
      null,
    )?.words ?? null
  );
}
