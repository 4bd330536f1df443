/**
 * A member of a consumer group on a host of its own. Each start of the program is a new member, unless the member is
 * static.
 *
 * - At least once: it polls, works on the records, commits them, and polls again. It commits before it gives
 *   partitions up, too. A commit that fails is no reason to stop: what it covered is processed again, by this member
 *   or by the next owner.
 * - At most once: it polls, commits, works on the records, and polls again. If the commit fails, it goes back without
 *   having worked on them.
 * - The other orders of commit are described in `settings.ts`.
 */
import type {
  ConsumedOffset,
  ConsumerRecord,
  PollResult,
  TopicPartition,
} from '../../../broker/clients/consumer/consumer-record.js';
import { GroupConsumer } from '../../../broker/clients/consumer/group/group-consumer.js';
import type {
  CommitError,
  CommitInterceptor,
} from '../../../broker/clients/consumer/group/offset-committer.js';
import type { ClientRules } from '../../../broker/clients/rules/index.js';
import type { Properties } from '../../../broker/config/definitions.js';
import type { Address, Env } from '../../../broker/env.js';
import { partitionName, splitPartitionName } from '../../../broker/protocol/partition-name.js';
import type { HostChange } from '../../../harness/kernel/host.js';
import { endsProgram } from '../../cluster/host-chronicle.js';
import type { ReplicaChecker } from '../../invariants/replica-checker.js';
import type { ClientProcess } from '../client-process.js';
import { decodeValue } from '../produce-and-consume/record-value.js';
import type { Recorder } from '../recorder.js';
import { type CommitOrder, commitsItself } from './settings.js';

export interface MemberProcessOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  /** Every partition of the topics that the group subscribes to. */
  readonly partitions: readonly string[];
  readonly config: Properties;
  /** A static member is the same one in each of its sessions. */
  readonly isStatic: boolean;
  readonly commit: CommitOrder;
  readonly forbidsRepeats: boolean;
  readonly mark: (name: string) => void;
  readonly processingMicros: number;
  readonly rules: ClientRules;
  readonly recorder: Recorder;
  readonly checker: ReplicaChecker;
  /** This process says what the whole group still has to do. */
  readonly speaksForGroup: boolean;
}

interface OwnedPartition {
  readonly name: string;
  /** The number of the partition in the history. */
  readonly key: number;
  /** The commit below which this owner must not begin. */
  readonly floor: number;
  hasBegun: boolean;
}

const POLL_MAX_WAIT_MS = 500;
const NONE = -1;

export class MemberProcess implements ClientProcess {
  readonly host: string;
  readonly #options: MemberProcessOptions;
  readonly #topics: readonly string[];
  readonly #owned = new Map<string, OwnedPartition>();
  #session = 0;
  /** The process number of the present session in the history. */
  #process = NONE;
  #env: Env | null = null;
  #consumer: GroupConsumer | null = null;
  /** The invocation in progress. */
  #polling = NONE;
  /** The records on which the member works; 0: it does not. */
  #working = 0;
  /** Behind the last record that was processed, by partition. */
  #processed = new Map<string, ConsumedOffset>();

  constructor(options: MemberProcessOptions) {
    this.#options = options;
    this.host = options.host;
    this.#topics = [...new Set(options.partitions.map((name) => splitPartitionName(name).topic))];
  }

  /** A member goes on working in the liveness phase, because everything must be processed. */
  stopNewWork(): void {}

  /** To process and commit what the producers send last is proof enough. */
  proveLive(): void {}

  waitsFor(): readonly string[] {
    const working = this.#working > 0 ? [`member ${this.host} works on ${this.#working} records`] : [];
    if (!this.#options.speaksForGroup) return working;
    const { checker, partitions } = this.#options;
    const behind = partitions.flatMap((name) => {
      const end = checker.partitions.get(name)?.committedEnd ?? 0;
      const committed = checker.groups.acknowledged(name);
      return committed < end ? [`the group has committed ${committed} of ${end} in ${name}`] : [];
    });
    return [...working, ...behind];
  }

  start(env: Env): void {
    this.#session++;
    const { bootstrap, config, rules, recorder } = this.#options;
    this.#process = recorder.history.process(`${this.host}#${this.#session}`);
    this.#env = env;
    this.#owned.clear();
    this.#processed.clear();
    const consumer = new GroupConsumer(env, {
      clientId: this.host,
      bootstrap,
      config,
      rules,
      ...(commitsItself(this.#options.commit) ? { interceptor: this.#interceptor() } : {}),
    });
    this.#consumer = consumer;
    consumer.subscribe(this.#topics, {
      onPartitionsAssigned: (added, done) => {
        this.#onAssigned(consumer, added);
        done();
      },
      onPartitionsRevoked: (revoked, done) =>
        this.#commit(consumer, () => {
          this.#giveUp(revoked);
          done();
        }),
      onPartitionsLost: (lost, done) => {
        this.#giveUp(lost);
        done();
      },
    });
    this.#poll();
  }

  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    if (this.#polling !== NONE) this.#options.recorder.failPoll(this.#polling, 'info', 'client crashed');
    this.#polling = NONE;
    this.#working = 0;
    this.#consumer = null;
  }

  #onAssigned(consumer: GroupConsumer, added: readonly TopicPartition[]): void {
    const { checker, recorder } = this.#options;
    const { generationId } = consumer.groupMetadata();
    const member = this.#options.isStatic ? this.host : `${this.host}#${this.#session}`;
    // A member that keeps a partition owns it in the new generation as well.
    for (const { topic, partition } of consumer.assignment()) {
      const name = partitionName(topic, partition);
      const floor = checker.groups.assigned(name, { member, generationId });
      recorder.note(generationId, recorder.history.key(name));
      if (added.some((each) => each.topic === topic && each.partition === partition))
        this.#owned.set(name, { name, key: recorder.history.key(name), floor, hasBegun: false });
    }
    this.#recordAssignment();
  }

  #giveUp(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) {
      const name = partitionName(topic, partition);
      this.#owned.delete(name);
      this.#processed.delete(name);
    }
    this.#recordAssignment();
  }

  /** An assignment changes within a poll. In the history the poll ends without records, and another one begins. */
  #recordAssignment(): void {
    const { recorder } = this.#options;
    if (this.#polling !== NONE) recorder.completePoll(this.#polling);
    recorder.assign(this.#process, [...this.#owned.values()]);
    if (this.#polling !== NONE) this.#polling = recorder.invokePoll(this.#process);
  }

  readonly #poll = (): void => {
    if (this.#consumer === null) return;
    this.#polling = this.#options.recorder.invokePoll(this.#process);
    this.#consumer.poll(POLL_MAX_WAIT_MS, this.#onPolled);
  };

  readonly #onPolled = (result: PollResult): void => {
    const invocation = this.#polling;
    const env = this.#env;
    if (invocation === NONE || env === null) return;
    this.#polling = NONE;
    const { recorder, processingMicros } = this.#options;
    if (!result.ok) {
      recorder.failPoll(invocation, 'fail', result.error);
      env.timers.schedule(processingMicros, this.#poll);
      return;
    }
    recorder.completePoll(invocation);
    for (const record of result.records) this.#read(record);
    if (result.records.length === 0) this.#poll();
    else this.#handle(result.records);
  };

  #handle(records: readonly ConsumerRecord[]): void {
    switch (this.#options.commit) {
      case 'after-processing':
        this.#work(records, this.#commitProcessed);
        break;
      case 'before-processing':
        this.#commitFirst(records);
        break;
      case 'auto':
        this.#work(records, this.#poll);
        break;
      case 'auto-aside':
        this.#work(records, () => undefined);
        this.#poll();
        break;
      case 'position-per-record':
        this.#workOnEach(records, 0);
    }
  }

  /** `for (record : records) { process(record); consumer.commitSync(); }` */
  #workOnEach(records: readonly ConsumerRecord[], index: number): void {
    const consumer = this.#consumer;
    const record = records[index];
    if (consumer === null) return;
    if (record === undefined) this.#poll();
    else
      this.#work([record], () =>
        this.#send(consumer, consumer.consumed(), () => this.#workOnEach(records, index + 1)),
      );
  }

  /** Auto-commits are seen where they are sent. */
  #interceptor(): CommitInterceptor {
    const { checker, recorder, commit } = this.#options;
    return {
      onSend: (offsets) => {
        for (const { topic, partition, offset } of offsets)
          checker.groups.commitAttempted(
            partitionName(topic, partition),
            this.host,
            offset,
            commit === 'auto',
          );
      },
      onCommit: (offsets) => {
        for (const { topic, partition, offset } of offsets) {
          recorder.note(offset, partition);
          checker.groups.commitAcknowledged(partitionName(topic, partition), offset);
        }
      },
    };
  }

  #read({ topic, partition, offset, value }: ConsumerRecord): void {
    const { recorder, checker } = this.#options;
    const name = partitionName(topic, partition);
    const owned = this.#owned.get(name);
    if (owned === undefined) throw new Error(`${name} was handed out and is not assigned`);
    if (!owned.hasBegun) checker.groups.began(name, `${this.host}#${this.#session}`, offset, owned.floor);
    owned.hasBegun = true;
    const read = decodeValue(value);
    recorder.note(read, offset);
    recorder.record(owned.key, read, offset);
  }

  #work(records: readonly ConsumerRecord[], then: () => void): void {
    const consumer = this.#consumer;
    this.#working += records.length;
    this.#env?.timers.schedule(this.#options.processingMicros, () => {
      if (consumer !== this.#consumer) return;
      this.#working -= records.length;
      for (const record of records) this.#note(record);
      then();
    });
  }

  #note({ topic, partition, offset, leaderEpoch }: ConsumerRecord): void {
    const { checker, forbidsRepeats, mark } = this.#options;
    const name = partitionName(topic, partition);
    const isFirst = checker.groups.processed(name, offset);
    if (!isFirst && forbidsRepeats) checker.groups.processedAgain(name, this.host, offset);
    if (!isFirst) mark('record processed again');
    if (this.#owned.has(name))
      this.#processed.set(name, { topic, partition, offset: offset + 1, leaderEpoch });
  }

  readonly #commitProcessed = (): void => {
    if (this.#consumer !== null) this.#commit(this.#consumer, this.#poll);
  };

  /** Before partitions are given up. A member that commits first has nothing left to commit. */
  #commit(consumer: GroupConsumer, then: () => void): void {
    const offsets = this.#options.commit === 'after-processing' ? [...this.#processed.values()] : [];
    this.#send(consumer, offsets, (error) => {
      if (error === 'NONE') this.#processed.clear();
      then();
    });
  }

  #commitFirst(records: readonly ConsumerRecord[]): void {
    const consumer = this.#consumer;
    if (consumer === null) return;
    const ends = new Map<string, ConsumedOffset>();
    for (const { topic, partition, offset, leaderEpoch } of records)
      ends.set(partitionName(topic, partition), { topic, partition, offset: offset + 1, leaderEpoch });
    this.#send(consumer, [...ends.values()], (error) => {
      if (error === 'NONE') this.#work(records, this.#poll);
      else this.#goBack(consumer, records);
    });
  }

  /** In the history a member that goes back gets the partition anew. */
  #goBack(consumer: GroupConsumer, records: readonly ConsumerRecord[]): void {
    const seen = new Set<string>();
    for (const { topic, partition, offset } of records) {
      const name = partitionName(topic, partition);
      if (seen.has(name) || !this.#owned.has(name)) continue;
      seen.add(name);
      consumer.seek(topic, partition, offset);
    }
    const all = [...this.#owned.values()];
    this.#options.recorder.assign(
      this.#process,
      all.filter(({ name }) => !seen.has(name)),
    );
    this.#options.recorder.assign(this.#process, all);
    this.#poll();
  }

  #send(
    consumer: GroupConsumer,
    offsets: readonly ConsumedOffset[],
    then: (error: CommitError) => void,
  ): void {
    const { checker, recorder, commit } = this.#options;
    const isProcessed = commit === 'after-processing';
    for (const { topic, partition, offset } of offsets)
      checker.groups.commitAttempted(partitionName(topic, partition), this.host, offset, isProcessed);
    consumer.commitSync(offsets, (error: CommitError) => {
      if (consumer !== this.#consumer) return;
      for (const { topic, partition, offset } of error === 'NONE' ? offsets : []) {
        recorder.note(offset, partition);
        checker.groups.commitAcknowledged(partitionName(topic, partition), offset);
      }
      then(error);
    });
  }
}
