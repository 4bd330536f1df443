/**
 * The names under which a run knows partitions. A topic made again under an old name is another topic, so its
 * partitions have names of their own: `orders-0` is a partition of the first topic `orders`, and `orders-0@2` one of
 * the second. The controller reports a partition before any broker or client can know it, so the numbers are in the
 * order of creation.
 */
import type { ObservedPartition } from '../../broker/observer.js';

const AGAIN = /@(\d+)$/;

/** The name without the number of its topic: `<topic>-<index>`. */
export const nameInTopic = (name: string): string => name.replace(AGAIN, '');

/** The number of its topic among those of the same name, from 1. */
export const topicNumber = (name: string): number => Number(AGAIN.exec(name)?.[1] ?? 1);

interface KnownTopic {
  readonly suffix: string;
  /** By partition index. */
  readonly names: string[];
  isDeleted: boolean;
}

export class PartitionNames {
  readonly #byTopicId = new Map<string, KnownTopic>();
  /** The topics of each name, in the order of their creation. */
  readonly #byTopic = new Map<string, KnownTopic[]>();

  of({ topicId, topic, index, name }: ObservedPartition): string {
    const known = this.#byTopicId.get(topicId) ?? this.#add(topicId, topic);
    const given = known.names[index] ?? name + known.suffix;
    known.names[index] = given;
    return given;
  }

  /** The names of the deleted topic's partitions. */
  deleted(topicId: string): readonly string[] {
    const known = this.#byTopicId.get(topicId);
    if (known === undefined) return [];
    known.isDeleted = true;
    return known.names;
  }

  /** The partitions of the topic that has the name now, by index; empty: there is none. */
  present(topic: string): readonly string[] {
    const latest = this.#byTopic.get(topic)?.at(-1);
    return latest === undefined || latest.isDeleted ? [] : latest.names;
  }

  /** The topic that had the name last was deleted. */
  isDeleted(topic: string): boolean {
    return this.#byTopic.get(topic)?.at(-1)?.isDeleted === true;
  }

  /** Whether the topic that has the name now is not the first one. */
  wasMadeAgain(topic: string): boolean {
    return (this.#byTopic.get(topic)?.length ?? 0) > 1;
  }

  #add(topicId: string, topic: string): KnownTopic {
    const ofName = this.#byTopic.get(topic) ?? [];
    const known = { suffix: ofName.length === 0 ? '' : `@${ofName.length + 1}`, names: [], isDeleted: false };
    this.#byTopic.set(topic, [...ofName, known]);
    this.#byTopicId.set(topicId, known);
    return known;
  }
}

/** The names for the events of one host, of which several in a row mostly concern one partition. */
export class NamesOnHost {
  readonly #names: PartitionNames;
  readonly #known = new Map<ObservedPartition, string>();
  #last: ObservedPartition | null = null;
  #lastName = '';

  constructor(names: PartitionNames) {
    this.#names = names;
  }

  of(partition: ObservedPartition): string {
    if (partition === this.#last) return this.#lastName;
    let name = this.#known.get(partition);
    if (name === undefined) {
      name = this.#names.of(partition);
      this.#known.set(partition, name);
    }
    this.#last = partition;
    this.#lastName = name;
    return name;
  }
}
