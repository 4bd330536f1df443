/**
 * A member of the consumer group that an audit measures: `while (running) { poll; process each record; commit }`, as an
 * application is usually written, with the consumer configuration as it is. Each start is a new member.
 *
 * - `auto`: the consumer commits by itself, at a poll, what the polls before returned.
 * - `after`: `commitSync` when all records of a poll are processed, and before partitions are given up.
 * - `before`: `commitSync` before the records of a poll are processed. If it fails, the member goes back.
 * - `none`: nothing is committed.
 *
 * A member that is asked to stop processes the records of its last poll, commits by its order, and leaves the group.
 *
 * What the members do is counted and not judged: which repeats and misses are permitted depends on the order of commit, and
 * the audit says what happens.
 */
import type {
  ConsumedOffset,
  ConsumerRecord,
  PollResult,
  TopicPartition,
} from '../../broker/clients/consumer/consumer-record.js';
import { GroupConsumer } from '../../broker/clients/consumer/group/group-consumer.js';
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Properties } from '../../broker/config/definitions.js';
import type { Address, Env } from '../../broker/env.js';
import { partitionName, splitPartitionName } from '../../broker/protocol/partition-name.js';
import type { HostChange } from '../../harness/kernel/host.js';
import { endsProgram } from '../cluster/host-chronicle.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import type { ClientProcess } from '../workloads/client-process.js';
import { decodeValue } from '../workloads/produce-and-consume/record-value.js';
import type { Recorder } from '../workloads/recorder.js';
import type { CommitOrder } from './audit-settings.js';

export interface ProcessingMemberOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  readonly partitions: readonly string[];
  readonly config: Properties;
  readonly commit: CommitOrder;
  /** For each record. */
  readonly processingMicros: number;
  readonly rules: ClientRules;
  readonly recorder: Recorder;
  readonly checker: ReplicaChecker;
  readonly now: () => number;
  /** Every member; the first one says what the whole group still has to do. */
  readonly group: readonly ProcessingMember[];
}

const POLL_MAX_WAIT_MS = 500;
const POLL_AGAIN_MICROS = 100_000;
const EXIT_MICROS = 50_000;

export class ProcessingMember implements ClientProcess {
  readonly host: string;
  readonly #options: ProcessingMemberOptions;
  readonly #topics: readonly string[];
  #session = 0;
  #env: Env | null = null;
  #consumer: GroupConsumer | null = null;
  /** Records of the last poll that are not processed yet. */
  #waiting = 0;
  /** Behind the last record that was processed and not committed, by partition. */
  readonly #processed = new Map<string, ConsumedOffset>();
  /** By how much the next record takes longer. */
  #slowMicros = 0;
  /** Asked to stop; called when the member has left the group. */
  #exit: (() => void) | null = null;

  constructor(options: ProcessingMemberOptions) {
    this.#options = options;
    this.host = options.host;
    this.#topics = [...new Set(options.partitions.map((name) => splitPartitionName(name).topic))];
  }

  start(env: Env): void {
    const { bootstrap, config, rules, recorder } = this.#options;
    this.#session++;
    this.#env = env;
    this.#waiting = 0;
    this.#slowMicros = 0;
    this.#exit = null;
    this.#processed.clear();
    recorder.processed.isUsed = true;
    const consumer = new GroupConsumer(env, {
      clientId: this.host,
      bootstrap,
      config,
      rules,
      interceptor: { onSend: () => undefined, onCommit: (offsets) => this.#committed(offsets) },
    });
    this.#consumer = consumer;
    consumer.subscribe(this.#topics, {
      onPartitionsAssigned: (_added, done) => {
        this.#assigned(consumer);
        done();
      },
      onPartitionsRevoked: (revoked, done) =>
        this.#commitProcessed(consumer, () => {
          this.#giveUp(revoked);
          done();
        }),
      onPartitionsLost: (lost, done) => {
        this.#giveUp(lost);
        done();
      },
    });
    this.#poll(consumer);
  }

  stop(exit: () => void): void {
    this.#exit = exit;
    if (this.#waiting === 0) this.#consumer?.wakeup();
  }

  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    this.#consumer = null;
    this.#waiting = 0;
  }

  workSlowly(millis: number): boolean {
    if (this.#consumer === null) return false;
    this.#slowMicros += millis * 1_000;
    return true;
  }

  stopNewWork(): void {}
  proveLive(): void {}

  waitsFor(): readonly string[] {
    const working = this.#waiting > 0 ? [`member ${this.host} works on ${this.#waiting} records`] : [];
    const { group, partitions, checker } = this.#options;
    if (group[0] !== this) return working;
    const behind = partitions.flatMap((name) => {
      const end = checker.partitions.get(name)?.committedEnd ?? 0;
      const owners = group.filter((member) => member.#owns(name));
      if (owners.length === 0) return [`no member of the group has ${name}`];
      return owners.flatMap((owner) => {
        const position = owner.#position(name);
        return position === end
          ? []
          : [`member ${owner.host} is at ${position ?? 'no position'} of ${end} in ${name}`];
      });
    });
    return [...working, ...behind];
  }

  get #name(): string {
    return `${this.host}#${this.#session}`;
  }

  #owns(name: string): boolean {
    const owned = this.#consumer?.assignment() ?? [];
    return owned.some(({ topic, partition }) => partitionName(topic, partition) === name);
  }

  #position(name: string): number | null {
    const { topic, index } = splitPartitionName(name);
    return this.#consumer?.position(topic, index) ?? null;
  }

  #assigned(consumer: GroupConsumer): void {
    const { recorder, now } = this.#options;
    const { generationId } = consumer.groupMetadata();
    for (const { topic, partition } of consumer.assignment()) {
      recorder.note(generationId, partition);
      recorder.processed.assignments.push({
        timeMicros: now(),
        key: partitionName(topic, partition),
        member: this.#name,
        generationId,
      });
    }
  }

  #giveUp(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) this.#processed.delete(partitionName(topic, partition));
  }

  #committed(offsets: readonly ConsumedOffset[]): void {
    const { recorder, now } = this.#options;
    for (const { topic, partition, offset } of offsets) {
      recorder.note(offset, partition);
      const key = partitionName(topic, partition);
      recorder.processed.commits.push({ timeMicros: now(), key, member: this.#name, offset });
    }
  }

  #poll(consumer: GroupConsumer): void {
    if (consumer !== this.#consumer) return;
    if (this.#exit !== null) this.#leave(consumer, this.#exit);
    else consumer.poll(POLL_MAX_WAIT_MS, (result) => this.#polled(consumer, result));
  }

  #leave(consumer: GroupConsumer, exit: () => void): void {
    consumer.close(() => {
      this.#consumer = null;
      // Time for the LeaveGroup request to be sent: an exit resets connections.
      this.#env?.timers.schedule(EXIT_MICROS, exit);
    });
  }

  #polled(consumer: GroupConsumer, result: PollResult): void {
    if (consumer !== this.#consumer) return;
    if (!result.ok) {
      // An application without a reset policy begins where the log begins.
      if (result.error === 'NoOffsetForPartitionException' || result.error === 'OffsetOutOfRangeException')
        consumer.seekToBeginning(result.topic, result.partition);
      this.#env?.timers.schedule(POLL_AGAIN_MICROS, () => this.#poll(consumer));
      return;
    }
    const { records } = result;
    for (const record of records) this.#read(record);
    if (records.length === 0) this.#poll(consumer);
    else if (this.#options.commit === 'before') this.#commitFirst(consumer, records);
    else this.#work(consumer, records);
  }

  #read({ topic, partition, offset, value }: ConsumerRecord): void {
    const { recorder } = this.#options;
    const number = decodeValue(value);
    recorder.note(number, offset);
    recorder.processed.read(partitionName(topic, partition), number, offset);
  }

  /** One record after the other, then what the order of commit wants, then the next poll. */
  #work(consumer: GroupConsumer, records: readonly ConsumerRecord[]): void {
    this.#waiting = records.length;
    this.#workOn(consumer, records, 0);
  }

  #workOn(consumer: GroupConsumer, records: readonly ConsumerRecord[], index: number): void {
    const record = records[index];
    if (record === undefined) {
      this.#commitProcessed(consumer, () => this.#poll(consumer));
      return;
    }
    const micros = this.#options.processingMicros + this.#slowMicros;
    this.#slowMicros = 0;
    this.#env?.timers.schedule(micros, () => {
      if (consumer !== this.#consumer) return;
      this.#process(record);
      this.#waiting--;
      this.#workOn(consumer, records, index + 1);
    });
  }

  #process({ topic, partition, offset, leaderEpoch, value }: ConsumerRecord): void {
    const { recorder, now } = this.#options;
    const key = partitionName(topic, partition);
    const number = decodeValue(value);
    recorder.note(number, offset);
    recorder.processed.process({ timeMicros: now(), key, member: this.#name, value: number, offset });
    this.#processed.set(key, { topic, partition, offset: offset + 1, leaderEpoch });
  }

  /** A commit that fails is no reason to stop: what it covers is processed again. */
  #commitProcessed(consumer: GroupConsumer, then: () => void): void {
    if (this.#options.commit !== 'after' || this.#processed.size === 0) {
      then();
      return;
    }
    consumer.commitSync([...this.#processed.values()], (error) => {
      if (consumer !== this.#consumer) return;
      if (error === 'NONE') this.#processed.clear();
      then();
    });
  }

  #commitFirst(consumer: GroupConsumer, records: readonly ConsumerRecord[]): void {
    const ends = new Map<string, ConsumedOffset>();
    const begins = new Map<string, ConsumerRecord>();
    for (const record of records) {
      const { topic, partition, offset, leaderEpoch } = record;
      const name = partitionName(topic, partition);
      if (!begins.has(name)) begins.set(name, record);
      ends.set(name, { topic, partition, offset: offset + 1, leaderEpoch });
    }
    consumer.commitSync([...ends.values()], (error) => {
      if (consumer !== this.#consumer) return;
      if (error === 'NONE') {
        this.#work(consumer, records);
        return;
      }
      for (const [name, { topic, partition, offset }] of begins)
        if (this.#owns(name)) consumer.seek(topic, partition, offset);
      this.#poll(consumer);
    });
  }
}
