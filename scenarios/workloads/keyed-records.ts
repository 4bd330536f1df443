/**
 * Order per key, the purpose of a key: all records of one key are in one partition, and those of one producer session
 * are in the order of their sends. The final reader shows the place of each record. When a topic grows, a key may move
 * to the partition that the new number gives it; the order is then promised within each of the partitions.
 */
import { partitionForKey } from '../../broker/clients/producer/partitioner.js';
import { partitionName } from '../../broker/protocol/partition-name.js';
import type { Anomaly } from '../../harness/checkers/verdict.js';

import { keyBytes } from './partition-by-key.js';

interface Sent {
  readonly topic: string;
  readonly key: number;
  readonly session: string;
}

interface Read {
  readonly value: number;
  readonly partition: string;
  readonly offset: number;
}

const WITNESSES_KEPT = 8;

export class KeyedRecords {
  /** By record value. */
  readonly #sent = new Map<number, Sent>();
  readonly #read: Read[] = [];
  /** By topic that may have grown: the numbers of partitions that it may have had. */
  readonly #sizes = new Map<string, number[]>();

  sent(value: number, topic: string, key: number, session: string): void {
    this.#sent.set(value, { topic, key, session });
  }

  /** The topic and the key of a record; null: the record has no key. */
  keyOf(value: number): string | null {
    const sent = this.#sent.get(value);
    return sent === undefined ? null : `${sent.topic} ${sent.key}`;
  }

  /** The topic, which began with `first` partitions, may have `partitionsCount` from now on. */
  mayGrow(topic: string, first: number, partitionsCount: number): void {
    this.#sizes.set(topic, [...(this.#sizes.get(topic) ?? [first]), partitionsCount]);
  }

  mayHaveGrown(topic: string): boolean {
    return this.#sizes.has(topic);
  }

  /** The numbers of the partitions in which a record of the key may be stored: one for each size of the topic. */
  places(topic: string, key: number): ReadonlySet<number> {
    const bytes = keyBytes(key);
    return new Set((this.#sizes.get(topic) ?? []).map((size) => partitionForKey(bytes, size)));
  }

  /** Called in the order of the offsets of each partition. */
  read(value: number, partition: string, offset: number): void {
    if (this.#sent.size > 0) this.#read.push({ value, partition, offset });
  }

  /** Values ascend in the order of sending. `isOrderPromised`: retries cannot reorder (idempotence). */
  anomaly(isOrderPromised: boolean): Anomaly | null {
    const firstOfKey = new Map<string, Read>();
    const lastOfSession = new Map<string, Read>();
    const witnesses: Record<string, unknown>[] = [];
    let count = 0;
    for (const read of this.#read) {
      const sent = this.#sent.get(read.value);
      if (sent === undefined) continue;
      const { topic, key, session } = sent;
      const first = firstOfKey.get(`${topic} ${key}`) ?? read;
      firstOfKey.set(`${topic} ${key}`, first);
      const lane = `${session} ${topic} ${key}${this.#sizes.has(topic) ? ` ${read.partition}` : ''}`;
      const last = lastOfSession.get(lane);
      const isSplit = first.partition !== read.partition && !this.#mayBeIn(topic, key, read.partition);
      const isReordered = isOrderPromised && last !== undefined && last.value > read.value;
      if (last === undefined || last.value < read.value) lastOfSession.set(lane, read);
      if (!isSplit && !isReordered) continue;
      count++;
      const before = isSplit ? first : last;
      if (witnesses.length < WITNESSES_KEPT)
        witnesses.push({ topic, key: `key-${key}`, session, before, read });
    }
    return count === 0 ? null : { name: 'reordered-key', count, witnesses, allowed: false };
  }

  /** A number of partitions that the topic has had puts the key there. */
  #mayBeIn(topic: string, key: number, partition: string): boolean {
    for (const index of this.places(topic, key)) if (partition === partitionName(topic, index)) return true;
    return false;
  }
}
