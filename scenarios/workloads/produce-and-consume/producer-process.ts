/**
 * A producer on a host of its own. It sends records at a steady rate to random partitions, sometimes several at once.
 * Each operation of the history is one record or one burst to one partition. Several operations are under way at a
 * time, each in a *slot*, which is a sequential process in the history. All slots of one producer form one producer
 * session. A session lasts from one start of the program to the next, or is shorter if the workload says so.
 */

import type { OnSequenceRefused } from '../../../broker/clients/producer/sender.js';
import type { ClientRules } from '../../../broker/clients/rules/index.js';
import type { Address, Env } from '../../../broker/env.js';
import { partitionName, splitPartitionName } from '../../../broker/protocol/partition-name.js';
import { ZERO_UUID } from '../../../broker/protocol/schema/uuid.js';
import type { RandomStream } from '../../../harness/env.js';
import type { CompletionType } from '../../../harness/history/operation.js';
import type { HostChange } from '../../../harness/kernel/host.js';
import { endsProgram } from '../../cluster/host-chronicle.js';
import type { PartitionNames } from '../../invariants/partition-names.js';
import type { ClientProcess } from '../client-process.js';
import { ByKey } from '../partition-by-key.js';
import type { ProducerClient, RecordProducer, SendOutcome } from '../record-producer.js';
import type { Recorder } from '../recorder.js';
import { encodeValue } from './record-value.js';
import type { ProduceAndConsumeSettings } from './settings.js';

export interface ProducerProcessOptions {
  readonly host: string;
  readonly bootstrap: readonly Address[];
  readonly partitions: readonly string[];
  readonly settings: ProduceAndConsumeSettings;
  readonly rules: ClientRules;
  readonly recorder: Recorder;
  readonly names: PartitionNames;
  readonly stream: RandomStream;
  readonly onRefusal: OnSequenceRefused;
  readonly client: ProducerClient;
}

interface SendTarget {
  readonly name: string;
  /** The number of the partition in the history. */
  readonly key: number;
  readonly topic: string;
  readonly index: number;
}

interface PendingOperation {
  readonly target: SendTarget;
  /** −1: the records have no key. */
  readonly keyIndex: number;
  readonly invocation: number;
  readonly session: number;
  readonly slot: number;
  /** The value of the first record. The other records of a burst have the next values. */
  readonly firstValue: number;
  /** The offset of each record; −1: unknown. */
  readonly offsets: number[];
  /** The partition of each record in the history; null: the target's. */
  keys: number[] | null;
  /** Records that may also be in an earlier topic of the same name; null: none. */
  copies: { readonly key: number; readonly value: number }[] | null;
  /** The index among the operations under way; −1: done. */
  place: number;
  open: number;
  outcome: CompletionType;
  error: string | undefined;
}

const LAST_SEND_EVERY_MICROS = 500_000;
/** No send stays in flight for this long. */
const LAST_ANSWER_MILLIS = 60_000;
const SLOTS_MAX = 64;
const BURST_ONE_IN = 24;
const BURST_RECORDS = 4;

export class ProducerProcess implements ClientProcess {
  readonly host: string;
  readonly #options: ProducerProcessOptions;
  readonly #intervalMicros: number;
  readonly #partitions: readonly SendTarget[];
  #session = 0;
  #slotCount = 0;
  /** Process numbers in the history. */
  #freeSlots: number[] = [];
  readonly #pending: PendingOperation[] = [];
  readonly afterEvent?: () => void;
  #producer: RecordProducer | null = null;
  #env: Env | null = null;
  #stopped = false;
  #unproven = new Set<SendTarget>();
  /** Null without keys. */
  readonly #byKey: ByKey<SendTarget> | null;
  /** The numbers of partitions in the history, by topic id and index. */
  readonly #keys = new Map<string, number[]>();

  constructor(options: ProducerProcessOptions) {
    this.#options = options;
    this.host = options.host;
    const { afterEvent } = options.client;
    if (afterEvent !== undefined) this.afterEvent = afterEvent;
    this.#intervalMicros = Math.round(1_000_000 / options.settings.recordsPerSecond);
    this.#partitions = options.partitions.map((name) => {
      const key = options.recorder.history.key(name);
      return { name, key, ...splitPartitionName(name) };
    });
    const { keys } = options.settings;
    this.#byKey = keys === 0 ? null : new ByKey(this.#partitions, keys);
  }

  stopNewWork(): void {
    this.#stopped = true;
  }

  /** Sends one more record to each partition, and again until each is acknowledged. */
  proveLive(): void {
    this.#unproven = new Set(this.#partitions);
    this.#sendUnproven();
  }

  waitsFor(): readonly string[] {
    const outstanding = this.#pending.length;
    if (outstanding > 0) return [`producer ${this.host} waits for the outcome of ${outstanding} sends`];
    if (this.#unproven.size === 0) return [];
    const names = Array.from(this.#unproven, ({ name }) => name).join(', ');
    return [`producer ${this.host} cannot send to ${names} any more`];
  }

  start(env: Env): void {
    this.#env = env;
    this.#openSession(env);
    if (this.#options.settings.sessionMillis > 0) this.#endSessionLater(env);
    if (!this.#stopped) env.timers.schedule(this.#jittered(this.#intervalMicros), this.#tick);
    if (this.#unproven.size > 0) env.timers.schedule(0, this.#sendUnproven);
  }

  #openSession(env: Env): void {
    this.#session++;
    this.#slotCount = 0;
    this.#freeSlots = [];
    this.#producer = this.#options.client.open(env, {
      clientId: this.host,
      bootstrap: this.#options.bootstrap,
      config: this.#options.settings.producerConfig,
      firstSequence: this.#options.settings.firstSequence,
      onRefusal: this.#options.onRefusal,
      rules: this.#options.rules,
    });
  }

  /** Another producer with its own producer id takes over. The previous one still finishes the records that it has. */
  #endSessionLater(env: Env): void {
    const { settings } = this.#options;
    env.timers.schedule(this.#jittered(settings.sessionMillis * 1_000), () => {
      if (this.#stopped) return;
      this.#producer?.close(LAST_ANSWER_MILLIS, () => {});
      this.#openSession(env);
      this.#endSessionLater(env);
    });
  }

  /** The operations of a process that died have an unknown outcome. */
  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    const inOrder = [...this.#pending].sort((left, right) => left.invocation - right.invocation);
    for (const pending of inOrder) {
      this.#addPlacesOfKey(pending);
      this.#finish(pending, 'info', 'client crashed');
    }
    this.#producer = null;
    this.#env = null;
  }

  /** A producer that died does not tell the partition that it chose, and the topic may have grown before it chose. */
  #addPlacesOfKey(pending: PendingOperation): void {
    const { target, keyIndex, firstValue, offsets } = pending;
    const { recorder } = this.#options;
    if (keyIndex < 0) return;
    for (const index of recorder.keyed.places(target.topic, keyIndex)) {
      if (index === target.index) continue;
      const key = recorder.history.key(partitionName(target.topic, index));
      pending.copies ??= [];
      for (let place = 0; place < offsets.length; place++)
        pending.copies.push({ key, value: firstValue + place });
    }
  }

  readonly #tick = (): void => {
    const { recorder, stream } = this.#options;
    if (this.#stopped || !recorder.maySend() || this.#env === null) return;
    const records = stream.nextInt(BURST_ONE_IN) === 0 ? BURST_RECORDS : 1;
    if (this.#pending.length < SLOTS_MAX) this.#sendSomewhere(records);
    this.#env.timers.schedule(this.#jittered(records * this.#intervalMicros), this.#tick);
  };

  #sendSomewhere(records: number): void {
    const { stream, settings } = this.#options;
    const target = this.#partitions[stream.nextInt(this.#partitions.length)]!;
    if (this.#byKey === null) {
      this.#send(target, records);
      return;
    }
    const keyIndex = stream.nextInt(settings.keys);
    this.#send(this.#byKey.target(target.topic, keyIndex), records, keyIndex);
  }

  #jittered(micros: number): number {
    return (micros >>> 1) + this.#options.stream.nextInt(micros + 1);
  }

  readonly #sendUnproven = (): void => {
    if (!this.#options.recorder.maySend()) this.#unproven.clear();
    if (this.#unproven.size === 0 || this.#env === null) return;
    for (const target of this.#unproven) this.#send(target, 1, this.#keyOfProof(target));
    this.#env.timers.schedule(LAST_SEND_EVERY_MICROS, this.#sendUnproven);
  };

  #keyOfProof(target: SendTarget): number {
    return this.#options.settings.keylessProofs ? -1 : (this.#byKey?.keyIn(target) ?? -1);
  }

  #send(target: SendTarget, records: number, keyIndex = -1): void {
    const { recorder, settings } = this.#options;
    const { key, topic, index: partition } = target;
    const slot = this.#freeSlots.pop() ?? this.#newSlot();
    const invocation = recorder.invokeSend(slot);
    const firstValue = recorder.takeValue();
    recorder.record(key, firstValue, -1);
    const offsets = [-1];
    for (let index = 1; index < records; index++) {
      recorder.record(key, recorder.takeValue(), -1);
      offsets.push(-1);
    }
    const pending: PendingOperation = {
      target,
      keyIndex,
      invocation,
      session: this.#session,
      slot,
      firstValue,
      offsets,
      keys: null,
      copies: null,
      place: this.#pending.length,
      open: records,
      outcome: 'ok',
      error: undefined,
    };
    this.#pending.push(pending);
    const recordKey = keyIndex < 0 ? null : this.#byKey!.bytes(keyIndex);
    for (let index = 0; index < records; index++) {
      const value = encodeValue(firstValue + index, settings.valueSizeBytes);
      if (keyIndex >= 0)
        recorder.keyed.sent(firstValue + index, topic, keyIndex, `${this.host}#${this.#session}`);
      const settle = (result: SendOutcome): void => this.#settle(pending, index, result);
      const record =
        recordKey === null ? { topic, partition, key: null, value } : { topic, key: recordKey, value };
      this.#producer?.send(record, settle);
    }
  }

  #newSlot(): number {
    return this.#options.recorder.history.process(`${this.host}#${this.#session}/${this.#slotCount++}`);
  }

  #settle(pending: PendingOperation, index: number, result: SendOutcome): void {
    if (pending.place < 0) return;
    const { target } = pending;
    if (
      pending.keyIndex >= 0 &&
      result.partition >= 0 &&
      result.partition !== target.index &&
      !this.#options.recorder.keyed.mayHaveGrown(target.topic)
    )
      throw new Error(
        `a record of key-${pending.keyIndex} went to partition ${result.partition}; its key belongs to ${target.name}`,
      );
    const key = this.#keyOf(target, result);
    if (key !== target.key) {
      pending.keys ??= pending.offsets.map(() => target.key);
      pending.keys[index] = key;
    }
    for (const topicId of result.uncertainIn) {
      if (topicId === result.topicId) continue;
      pending.copies ??= [];
      pending.copies.push({
        key: this.#keyOf(target, { ...result, topicId }),
        value: pending.firstValue + index,
      });
    }
    if (result.ok) {
      if (result.offset >= 0) pending.offsets[index] = result.offset;
      this.#options.recorder.acknowledged++;
    } else {
      pending.outcome = result.ambiguous || pending.outcome === 'info' ? 'info' : 'fail';
      pending.error = result.error;
    }
    pending.open--;
    if (pending.open > 0) return;
    if (pending.outcome === 'ok') this.#unproven.delete(pending.target);
    this.#finish(pending, this.#outcomeOf(pending), pending.error);
  }

  /** The record may be in another topic of the same name than the target, and with a key in a partition added since. */
  #keyOf(target: SendTarget, { topic, topicId, partition: index }: SendOutcome): number {
    if (topicId === ZERO_UUID || index < 0) return target.key;
    let ofTopic = this.#keys.get(topicId);
    if (ofTopic === undefined) {
      ofTopic = [];
      this.#keys.set(topicId, ofTopic);
    }
    const known = ofTopic[index];
    if (known !== undefined) return known;
    const { names, recorder } = this.#options;
    const name = names.of({ topicId, topic, index, name: partitionName(topic, index) });
    const key = recorder.history.key(name);
    ofTopic[index] = key;
    return key;
  }

  /** A burst with failed and stored records is neither `ok` nor `fail`. */
  #outcomeOf({ outcome, offsets }: PendingOperation): CompletionType {
    if (outcome !== 'fail') return outcome;
    return offsets.some((offset) => offset >= 0) ? 'info' : 'fail';
  }

  #finish(pending: PendingOperation, outcome: CompletionType, error: string | undefined): void {
    const { recorder } = this.#options;
    const { target, firstValue, offsets, keys, copies, place } = pending;
    const last = this.#pending.pop()!;
    last.place = place;
    if (last !== pending) this.#pending[place] = last;
    pending.place = -1;
    recorder.completeSend(pending.invocation, outcome, error);
    for (let index = 0; index < offsets.length; index++)
      recorder.record(keys?.[index] ?? target.key, firstValue + index, offsets[index]!);
    for (const { key, value } of copies ?? []) recorder.record(key, value, -1);
    // An unknown outcome retires the process, as in Jepsen, because the operation may still take effect.
    if (outcome !== 'info' && pending.session === this.#session) this.#freeSlots.push(pending.slot);
  }
}
