/**
 * One life of a member of a consumer group: from a start of its program to the end of the process. The application says
 * what happens between two polls; the session polls, works, commits, and writes down what it does: operations of the
 * history, reports to the checker.
 *
 * Within a session every callback belongs to the process that lives: a host that is down calls none of them.
 */
import type {
  ConsumedOffset,
  ConsumerRecord,
  PollResult,
  TopicPartition,
} from '../../../broker/clients/consumer/consumer-record.js';
import { GroupConsumer } from '../../../broker/clients/consumer/group/group-consumer.js';
import type { CommitError } from '../../../broker/clients/consumer/group/offset-committer.js';
import type { ClientRules } from '../../../broker/clients/rules/index.js';
import type { Properties } from '../../../broker/config/definitions.js';
import type { Address, Env } from '../../../broker/env.js';
import { splitPartitionName } from '../../../broker/protocol/partition-name.js';
import type { CompletionType } from '../../../harness/history/operation.js';
import type { ReplicaChecker } from '../../invariants/replica-checker.js';
import { decodeValue } from '../produce-and-consume/record-value.js';
import type { Recorder } from '../recorder.js';
import { type Application, type ApplicationHost, nameOf } from './application.js';
import { CommittingApplication } from './committing-application.js';
import { FailingApplication } from './failing-application.js';
import { type OpenOperation, OperationLanes } from './operation-lanes.js';
import type { ResultsDatabase } from './results-database.js';
import { RetryPublisher } from './retry-publisher.js';
import { type Original, originalOf } from './retry-topic.js';
import type { ConsumerGroupSettings } from './settings.js';
import { StoringApplication } from './storing-application.js';

export interface MemberOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  /** Every partition of the topics that the group subscribes to. */
  readonly partitions: readonly string[];
  readonly config: Properties;
  readonly settings: ConsumerGroupSettings;
  readonly database: ResultsDatabase;
  readonly mark: (name: string) => void;
  readonly rules: ClientRules;
  readonly recorder: Recorder;
  readonly checker: ReplicaChecker;
}

interface OwnedPartition {
  readonly name: string;
  /** The number of the partition in the history. */
  readonly key: number;
  /** The commit below which this owner must not begin. */
  readonly floor: number;
  readonly generationId: number;
  hasBegun: boolean;
}

const POLL_MAX_WAIT_MS = 500;
const NONE = -1;

export class MemberSession implements ApplicationHost {
  readonly consumer: GroupConsumer;
  readonly #env: Env;
  readonly #options: MemberOptions;
  readonly #name: string;
  readonly #application: Application;
  readonly #owned = new Map<string, OwnedPartition>();
  /** The process number of the session in the history. */
  readonly #process: number;
  readonly #lanes: OperationLanes;
  /** The invocation in progress. */
  #polling = NONE;
  /** Null until a record fails. */
  #publisher: RetryPublisher | null = null;
  /** The records on which the member works; 0: it does not. */
  #working = 0;
  /** The application stops once what it does now is done. */
  #onStopped: (() => void) | null = null;

  constructor(env: Env, options: MemberOptions, number: number) {
    const { host, bootstrap, config, rules, recorder, settings, database } = options;
    this.#env = env;
    this.#options = options;
    this.#name = `${host}#${number}`;
    this.#process = recorder.history.process(this.#name);
    this.#lanes = new OperationLanes(recorder, this.#name);
    if (settings.commit === 'with-results')
      this.#application = new StoringApplication(this, database, settings.fencesResults);
    else if (settings.failsOneIn > 0) this.#application = new FailingApplication(this, settings);
    else this.#application = new CommittingApplication(this, settings);
    const { interceptor } = this.#application;
    this.consumer = new GroupConsumer(env, {
      clientId: host,
      bootstrap,
      config,
      rules,
      ...(interceptor === undefined ? {} : { interceptor }),
    });
  }

  get working(): number {
    return this.#working;
  }

  start(): void {
    const topics = [...new Set(this.#options.partitions.map((name) => splitPartitionName(name).topic))];
    this.consumer.subscribe(topics, {
      onPartitionsAssigned: (added, done) => {
        this.#onAssigned(added);
        done();
      },
      onPartitionsRevoked: (revoked, done) =>
        this.#application.onRevoked(revoked, () => {
          this.#giveUp(revoked);
          done();
        }),
      onPartitionsLost: (lost, done) => {
        this.#giveUp(lost);
        done();
      },
    });
    this.poll();
  }

  /** SIGTERM: the application finishes what it does, closes its consumer and exits. */
  stop(done: () => void): void {
    this.#onStopped = done;
    if (this.#polling !== NONE) this.consumer.wakeup();
  }

  /** The process is gone. */
  end(): void {
    if (this.#polling !== NONE) this.#options.recorder.failPoll(this.#polling, 'info', 'client crashed');
    this.#polling = NONE;
    this.#lanes.abandon('client crashed');
    this.#publisher?.abandon('client crashed');
  }

  poll(): void {
    if (this.#onStopped !== null) {
      this.#close(this.#onStopped);
      return;
    }
    this.#polling = this.#options.recorder.invokePoll(this.#process);
    this.consumer.poll(POLL_MAX_WAIT_MS, this.#onPolled);
  }

  owns(topic: string, partition: number): boolean {
    return this.#owned.has(nameOf({ topic, partition }));
  }

  work(records: readonly ConsumerRecord[], then: () => void): void {
    this.workInTransaction(records, () => true, then);
  }

  workInTransaction(
    records: readonly ConsumerRecord[],
    transaction: () => boolean,
    then: (isDone: boolean) => void,
  ): void {
    const { effects } = this.#options.settings;
    const work = records.map((record) => this.#workOn(record));
    const operation = this.#lanes.beginProcess(work);
    this.#working += records.length;
    this.#env.timers.schedule(this.#processingMicros(), () => {
      this.#working -= records.length;
      const isDone = transaction();
      const done = isDone ? work.filter((each) => this.#takeEffect(each, effects)) : [];
      this.#lanes.completeProcess(operation, done, isDone ? 'ok' : 'fail');
      then(isDone);
    });
  }

  later(micros: number, run: () => void): void {
    this.#env.timers.schedule(micros, run);
  }

  publish(records: readonly ConsumerRecord[], then: (isPublished: boolean) => void): void {
    const { host: clientId, bootstrap, rules, recorder } = this.#options;
    const session = this.#name;
    this.#publisher ??= new RetryPublisher(this.#env, { clientId, bootstrap, rules, recorder, session });
    this.#publisher.publish(records, then);
  }

  commit(offsets: readonly ConsumedOffset[], isProcessed: boolean, then: (error: CommitError) => void): void {
    const operation = offsets.length === 0 ? null : this.#lanes.beginCommit(this.#keyed(offsets));
    this.noteAttempt(offsets, isProcessed);
    this.consumer.commitSync(offsets, (error) => {
      if (error === 'NONE') this.noteAcknowledgement(offsets);
      else this.#noteRefusal(offsets, error);
      if (operation !== null) this.#completeCommit(operation, error);
      then(error);
    });
  }

  noteAttempt(offsets: readonly ConsumedOffset[], isProcessed: boolean): void {
    const { groups } = this.#options.checker;
    for (const each of offsets) groups.commitAttempted(nameOf(each), this.#name, each.offset, isProcessed);
  }

  noteAcknowledgement(offsets: readonly ConsumedOffset[]): void {
    const { checker, recorder } = this.#options;
    for (const each of offsets) {
      recorder.note(each.offset, each.partition);
      checker.groups.commitAcknowledged(nameOf(each), this.#name, each.offset);
    }
  }

  beginAt(offsets: readonly ConsumedOffset[]): void {
    for (const { topic, partition, offset } of offsets) this.consumer.seek(topic, partition, offset);
  }

  /** In the history a member that goes back gets the partition anew. */
  goBack(offsets: readonly ConsumedOffset[]): void {
    const seen = new Set<string>();
    for (const { topic, partition, offset } of offsets) {
      const name = nameOf({ topic, partition });
      if (!this.#owned.has(name)) continue;
      seen.add(name);
      this.consumer.seek(topic, partition, offset);
    }
    const all = [...this.#owned.values()];
    this.#options.recorder.assign(
      this.#process,
      all.filter(({ name }) => !seen.has(name)),
    );
    this.#options.recorder.assign(this.#process, all);
  }

  #noteRefusal(offsets: readonly ConsumedOffset[], error: CommitError): void {
    const { groups } = this.#options.checker;
    for (const each of offsets) groups.commitRefused(nameOf(each), this.#name, each.offset, error);
  }

  #close(done: () => void): void {
    this.consumer.close(done);
  }

  #onAssigned(added: readonly TopicPartition[]): void {
    const { checker, recorder, settings, host } = this.#options;
    const { generationId } = this.consumer.groupMetadata();
    // A static member is the same one in each of its sessions.
    const member = settings.isStatic ? host : this.#name;
    // A member that keeps a partition owns it in the new generation as well.
    for (const { topic, partition } of this.consumer.assignment()) {
      const name = nameOf({ topic, partition });
      const floor = checker.groups.assigned(name, { member, generationId });
      recorder.note(generationId, recorder.history.key(name));
      if (added.some((each) => each.topic === topic && each.partition === partition))
        this.#owned.set(name, {
          name,
          key: recorder.history.key(name),
          floor,
          generationId,
          hasBegun: false,
        });
    }
    for (const { topic, partition } of settings.beginsAtStart ? added : []) {
      const isNew = checker.groups.lastCommit(nameOf({ topic, partition })) === 0;
      if (isNew) this.consumer.seekToBeginning(topic, partition);
    }
    this.#recordAssignment();
    this.#application.onAssigned(added);
  }

  #giveUp(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) this.#owned.delete(nameOf(each));
    this.#application.onGone(partitions);
    this.#recordAssignment();
  }

  /** An assignment changes within a poll. In the history the poll ends without records, and another one begins. */
  #recordAssignment(): void {
    const { recorder } = this.#options;
    if (this.#polling !== NONE) recorder.completePoll(this.#polling);
    recorder.assign(this.#process, [...this.#owned.values()]);
    if (this.#polling !== NONE) this.#polling = recorder.invokePoll(this.#process);
  }

  readonly #onPolled = (result: PollResult): void => {
    const invocation = this.#polling;
    if (invocation === NONE) return;
    this.#polling = NONE;
    const { recorder, settings } = this.#options;
    if (!result.ok) {
      recorder.failPoll(invocation, 'fail', result.error);
      if (result.error === 'NoOffsetForPartitionException') this.#askOperator(result.topic, result.partition);
      this.#env.timers.schedule(settings.processingMillis * 1_000, () => this.poll());
      return;
    }
    recorder.completePoll(invocation);
    for (const record of result.records) this.#read(record);
    if (result.records.length === 0) this.#application.onNothing();
    else this.#application.onRecords(result.records);
  };

  /** With auto.offset.reset=none somebody has to say where the group goes on: behind its last known commit. */
  #askOperator(topic: string, partition: number): void {
    const owned = this.#owned.get(nameOf({ topic, partition }));
    const { checker, mark } = this.#options;
    if (owned !== undefined) this.consumer.seek(topic, partition, checker.groups.lastCommit(owned.name));
    mark('operator was asked for the offset');
  }

  #read(record: ConsumerRecord): void {
    const { recorder, checker } = this.#options;
    const name = nameOf(record);
    const owned = this.#owned.get(name);
    if (owned === undefined) throw new Error(`${name} was handed out and is not assigned`);
    const { offset } = record;
    if (!owned.hasBegun) {
      const { generationId, floor } = owned;
      checker.groups.began(name, { member: this.#name, generationId }, offset, floor);
    }
    owned.hasBegun = true;
    const read = decodeValue(record.value);
    recorder.note(read, offset);
    recorder.record(owned.key, read, offset);
  }

  #workOn(record: ConsumerRecord): Work {
    const owned = this.#owned.get(nameOf(record));
    if (owned === undefined) throw new Error(`${nameOf(record)} is worked on and was not assigned`);
    const { name, key, generationId } = owned;
    const value = decodeValue(record.value);
    // An application that looks its record up does so before it works on it.
    const isKnown = this.#options.database.has(value);
    const original = originalOf(record);
    return { name, key, generationId, value, offset: record.offset, isKnown, original };
  }

  /** False: nothing takes place. */
  #takeEffect(
    { name, generationId, value, offset, isKnown, original }: Work,
    effects: ConsumerGroupSettings['effects'],
  ): boolean {
    const { checker, recorder, mark, database } = this.#options;
    const isNew = effects === 'plain' || (effects === 'look-up' && !isKnown);
    if (effects !== 'plain' && !database.insert(value) && !isNew) {
      mark('repeat had no effect');
      return false;
    }
    const key = recorder.keyed.keyOf(value);
    const by = { member: this.#name, generationId, key };
    if (original !== null) checker.groups.processed(original.name, { ...by, offset: original.offset });
    const isFirst = checker.groups.processed(name, { ...by, offset });
    if (!isFirst) mark('record processed again');
    return true;
  }

  #processingMicros(): number {
    const { processingMillis, slowOneIn, slowMillis } = this.#options.settings;
    const isSlow = slowOneIn > 0 && this.#env.random('processing').nextInt(slowOneIn) === 0;
    return (isSlow ? slowMillis : processingMillis) * 1_000;
  }

  #completeCommit(operation: OpenOperation<'commit'>, error: CommitError): void {
    const isUnknown = error === 'TimeoutException' || error === 'COORDINATOR_NOT_AVAILABLE';
    const outcome: CompletionType = error === 'NONE' ? 'ok' : isUnknown ? 'info' : 'fail';
    this.#lanes.completeCommit(operation, outcome, error === 'NONE' ? undefined : error);
  }

  #keyed(offsets: readonly ConsumedOffset[]) {
    return offsets.flatMap((each) => {
      const owned = this.#owned.get(nameOf(each));
      return owned === undefined ? [] : [{ key: owned.key, offset: each.offset }];
    });
  }
}

interface Work {
  readonly name: string;
  readonly key: number;
  readonly generationId: number;
  readonly value: number;
  readonly offset: number;
  readonly isKnown: boolean;
  /** The record of which this one, in a retry topic, is a copy. */
  readonly original: Original | null;
}
