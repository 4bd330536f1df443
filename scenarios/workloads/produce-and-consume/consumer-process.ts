/**
 * A consumer on a host of its own. It is assigned a fixed set of partitions, polls, waits a moment after each result,
 * and polls again. Each poll is one operation of the history. Each start of the program is a new process that begins
 * at `auto.offset.reset`.
 */
import type { ConsumerRecord, PollResult } from '../../../broker/clients/consumer/consumer-record.js';
import { NativeConsumer } from '../../../broker/clients/consumer/native-consumer.js';
import type { ClientRules } from '../../../broker/clients/rules/index.js';
import type { Properties } from '../../../broker/config/definitions.js';
import type { Address, Env } from '../../../broker/env.js';
import { ByPartition } from '../../../broker/protocol/by-partition.js';
import { partitionName, splitPartitionName } from '../../../broker/protocol/partition-name.js';
import type { RandomStream } from '../../../harness/env.js';
import type { HostChange } from '../../../harness/kernel/host.js';
import { endsProgram } from '../../cluster/host-chronicle.js';
import { nameInTopic } from '../../invariants/partition-names.js';
import type { ReplicaChecker } from '../../invariants/replica-checker.js';
import type { ClientProcess } from '../client-process.js';
import type { Recorder } from '../recorder.js';
import { ReadEpochs } from './read-epochs.js';
import { decodeValue } from './record-value.js';

export interface ConsumerProcessOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  readonly partitions: readonly string[];
  readonly config: Properties;
  readonly rules: ClientRules;
  readonly recorder: Recorder;
  readonly checker: ReplicaChecker;
  /** Null: the consumer never seeks. */
  readonly seeks: RandomStream | null;
  /** The last reader of the run. It shows the place of each record. */
  readonly isFinal: boolean;
}

interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** The topic whose records the session reads; '': none yet. Another topic may get the name. */
  topicId: string;
  /** The name of the partition in the run. */
  name: string;
  /** The number of the partition in the history. */
  key: number;
  /** The offset of the last record in this session; −1: none yet. */
  lastOffset: number;
  lastEpoch: number;
  epochs: ReadEpochs;
}

const POLL_MAX_WAIT_MS = 500;
const PROCESSING_MICROS = 10_000;
const SEEK_ONE_IN = 24;
const NONE = -1;

export class ConsumerProcess implements ClientProcess {
  readonly host: string;
  readonly partitions: readonly string[];
  readonly #options: ConsumerProcessOptions;
  readonly #assigned: readonly AssignedPartition[];
  readonly #byPartition = new ByPartition<AssignedPartition>();
  #session = 0;
  /** The process number of the present session in the history. */
  #process = NONE;
  #env: Env | null = null;
  #consumer: NativeConsumer | null = null;
  /** The invocation in progress. */
  #polling = NONE;
  #maySeek = true;

  constructor(options: ConsumerProcessOptions) {
    this.#options = options;
    this.host = options.host;
    this.partitions = options.partitions;
    this.#assigned = options.partitions.map((name) => {
      const { topic, index } = splitPartitionName(name);
      return {
        topic,
        partition: index,
        topicId: '',
        name,
        key: options.recorder.history.key(name),
        lastOffset: -1,
        lastEpoch: -1,
        epochs: new ReadEpochs(),
      };
    });
    for (const each of this.#assigned) this.#byPartition.set(each.topic, each.partition, each);
  }

  /** A consumer goes on polling in the liveness phase, because it must read to the end. It no longer seeks. */
  stopNewWork(): void {
    this.#maySeek = false;
  }

  /** Reading to the end is proof enough. */
  proveLive(): void {}

  waitsFor(): readonly string[] {
    const waiting: string[] = [];
    const { checker } = this.#options;
    for (const { topic, partition } of this.#assigned) {
      const name = checker.names.present(topic)[partition] ?? partitionName(topic, partition);
      const end = checker.partitions.get(name)?.committedEnd ?? 0;
      const position = this.#consumer?.position(topic, partition) ?? -1;
      // A position beyond the end of a topic made again is still that of the earlier topic.
      if (position < end || (position > end && checker.names.wasMadeAgain(topic)))
        waiting.push(`consumer ${this.host} is at ${position} of ${end} in ${name}`);
    }
    return waiting;
  }

  start(env: Env): void {
    this.#session++;
    const { bootstrap, config, rules, recorder } = this.#options;
    this.#process = recorder.history.process(`${this.host}#${this.#session}`);
    this.#env = env;
    const consumer = new NativeConsumer(env, {
      clientId: this.host,
      bootstrap,
      config,
      rules,
    });
    this.#consumer = consumer;
    for (const each of this.#assigned) {
      each.lastOffset = -1;
      each.epochs = new ReadEpochs();
    }
    consumer.assign(this.#assigned);
    recorder.assign(this.#process, this.#assigned);
    if (this.partitions.length > 0) this.#poll();
  }

  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    if (this.#polling !== NONE) this.#options.recorder.failPoll(this.#polling, 'info', 'client crashed');
    this.#polling = NONE;
    this.#consumer = null;
  }

  readonly #poll = (): void => {
    this.#seekNowAndThen();
    this.#polling = this.#options.recorder.invokePoll(this.#process);
    this.#consumer?.poll(POLL_MAX_WAIT_MS, this.#onPolled);
  };

  /**
   * Seeks in one partition. The history records it as a new assignment, because the next poll does not continue the
   * earlier ones.
   */
  #seekNowAndThen(): void {
    const { seeks, recorder } = this.#options;
    const consumer = this.#consumer;
    if (seeks === null || consumer === null || !this.#maySeek || seeks.nextInt(SEEK_ONE_IN) !== 0) return;
    const sought = this.#assigned[seeks.nextInt(this.#assigned.length)]!;
    const { topic, partition } = sought;
    const position = consumer.position(topic, partition);
    if (position === null) return;
    const to = seeks.nextInt(3);
    if (to === 0) consumer.seekToBeginning(topic, partition);
    else if (to === 1) consumer.seekToEnd(topic, partition);
    else consumer.seek(topic, partition, seeks.nextInt(position + 1));
    sought.lastOffset = -1;
    sought.lastEpoch = -1;
    sought.epochs = new ReadEpochs();
    recorder.assign(
      this.#process,
      this.#assigned.filter((each) => each !== sought),
    );
    recorder.assign(this.#process, this.#assigned);
  }

  readonly #onPolled = (result: PollResult): void => {
    const invocation = this.#polling;
    if (invocation === NONE || this.#env === null) return;
    this.#polling = NONE;
    const { recorder } = this.#options;
    if (result.ok) {
      recorder.completePoll(invocation);
      for (const record of result.records) this.#record(record);
    } else recorder.failPoll(invocation, 'fail', result.error);
    if (result.ok && result.records.length === 0) this.#poll();
    else this.#env.timers.schedule(PROCESSING_MICROS, this.#poll);
  };

  #record({ topic, topicId, partition, offset, leaderEpoch, value }: ConsumerRecord): void {
    const { recorder } = this.#options;
    const assigned = this.#assignedAs(topic, partition);
    if (topicId !== assigned.topicId) this.#readTopic(assigned, topicId);
    if (offset !== assigned.lastOffset + 1 || leaderEpoch !== assigned.lastEpoch)
      this.#checkStep(assigned, offset, leaderEpoch);
    assigned.lastOffset = offset;
    assigned.lastEpoch = leaderEpoch;
    const read = decodeValue(value);
    recorder.note(read, offset);
    if (this.#options.isFinal) recorder.keyed.read(read, nameInTopic(assigned.name), offset);
    recorder.record(assigned.key, read, offset);
  }

  /** The record belongs to another topic than the record before it. */
  #readTopic(assigned: AssignedPartition, topicId: string): void {
    const { topic, partition: index } = assigned;
    const { checker, recorder } = this.#options;
    assigned.topicId = topicId;
    assigned.name = checker.names.of({ topicId, topic, index, name: partitionName(topic, index) });
    assigned.key = recorder.history.key(assigned.name);
    assigned.lastOffset = -1;
    assigned.lastEpoch = -1;
    assigned.epochs = new ReadEpochs();
  }

  #checkStep(assigned: AssignedPartition, offset: number, leaderEpoch: number): void {
    const { name, lastOffset, lastEpoch, epochs } = assigned;
    const earlier = epochs.turn(lastOffset, offset, leaderEpoch);
    if (lastOffset < 0) return;
    const last = { offset: lastOffset, leaderEpoch: lastEpoch };
    const reader = `${this.host}#${this.#session}`;
    this.#options.checker.readOn(reader, name, last, { offset, leaderEpoch }, earlier);
  }

  #assignedAs(topic: string, partition: number): AssignedPartition {
    const assigned = this.#byPartition.get(topic, partition);
    if (assigned === undefined) throw new Error(`${topic}-${partition} was handed out and is not assigned`);
    return assigned;
  }
}
