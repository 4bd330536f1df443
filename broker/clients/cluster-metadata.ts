/**
 * What a client knows of the cluster: the brokers' addresses, and each partition's leader with its leader
 * epoch. A leader changes only to the same or a newer leader epoch of the same topic (KIP-320, KIP-516). A hint in a
 * response counts like metadata (KIP-951).
 *
 * `PartitionMetadata` objects live as long as the `ClusterMetadata` and are updated in place. Code that
 * works on a partition holds its object and needs no look-up.
 */
import type { Address } from '../env.js';
import type { MetadataResponse } from '../protocol/apis/03-metadata.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { ClientRules } from './rules/index.js';

export interface PartitionMetadata {
  readonly topic: string;
  /** The zero id until a broker has named the topic id. */
  readonly topicId: string;
  readonly index: number;
  /** −1: no leader known. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

export interface ListedTopic {
  readonly name: string;
  readonly isInternal: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class ClusterMetadata {
  readonly #rules: ClientRules;
  readonly #topics = new Map<string, Mutable<PartitionMetadata>[]>();
  readonly #namesById = new Map<string, string>();
  readonly #announcedCounts = new Map<string, number>();
  #brokers: ReadonlyMap<number, Address> = new Map();
  #listed: readonly ListedTopic[] = [];

  constructor(rules: ClientRules) {
    this.#rules = rules;
  }

  get brokers(): ReadonlyMap<number, Address> {
    return this.#brokers;
  }

  /** The number of partitions; 0 until a broker has described the topic. */
  partitionCount(topic: string): number {
    return this.#announcedCounts.get(topic) ?? 0;
  }

  /** Partitions with a leader among the known brokers, ascending (Cluster#availablePartitionsForTopic). */
  available(topic: string): readonly number[] {
    const available: number[] = [];
    const count = this.partitionCount(topic);
    for (let index = 0; index < count; index += 1)
      if (this.#brokers.has(this.#partition(topic, index).leaderId)) available.push(index);
    return available;
  }

  /** The only object for this partition; it has no leader until metadata names one. */
  partition(topic: string, index: number): PartitionMetadata {
    return this.#partition(topic, index);
  }

  /** Every topic of the cluster, by name, as of the last answer that described them all. */
  get listed(): readonly ListedTopic[] {
    return this.#listed;
  }

  /** The response describes every topic. A topic that it lacks is gone. */
  listTopics({ topics }: MetadataResponse): void {
    const listed: ListedTopic[] = [];
    for (const { name, errorCode, isInternal } of topics)
      if (name !== null && errorCode !== 'UNKNOWN_TOPIC_OR_PARTITION') listed.push({ name, isInternal });
    this.#listed = listed.sort((a, b) => (a.name < b.name ? -1 : 1));
    const present = new Set(listed.map(({ name }) => name));
    for (const name of this.#announcedCounts.keys()) {
      if (present.has(name)) continue;
      this.#announcedCounts.delete(name);
      this.#forgetLeaders(name);
    }
  }

  topicNamed(topicId: string): string | undefined {
    return this.#namesById.get(topicId);
  }

  /** True when a partition that the client uses lacks a leader, so another refresh is due. */
  update(response: MetadataResponse): boolean {
    this.#brokers = new Map(response.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    let isIncomplete = false;
    for (const topic of response.topics) {
      const { name } = topic;
      // The name is null only in the answer to a request by topic id.
      if (topic.errorCode !== 'NONE' || name === null) {
        isIncomplete = true;
        if (topic.errorCode === 'UNKNOWN_TOPIC_OR_PARTITION' && name !== null) this.#forgetLeaders(name);
        continue;
      }
      this.#announcedCounts.set(name, topic.partitions.length);
      this.#namesById.set(topic.topicId, name);
      for (const { partitionIndex, leaderId, leaderEpoch } of topic.partitions) {
        const partition = this.#partition(name, partitionIndex);
        const isOtherTopic = partition.topicId !== topic.topicId;
        partition.topicId = topic.topicId;
        this.#accept(partition, { leaderId, leaderEpoch }, isOtherTopic);
        if (this.#partition(name, partitionIndex).leaderId < 0) isIncomplete = true;
      }
    }
    return isIncomplete;
  }

  /**
   * KIP-951: whether the hint is new, i.e. it names a known broker with a newer leader epoch. `topicId`: that of the
   * request. The epochs of an earlier topic of the same name say nothing.
   */
  hint(
    partition: PartitionMetadata,
    topicId: string,
    leader: { readonly leaderId: number; readonly leaderEpoch: number },
  ): boolean {
    const { leaderId, leaderEpoch } = leader;
    if (topicId !== partition.topicId) return false;
    if (!this.#brokers.has(leaderId) || leaderEpoch <= partition.leaderEpoch) return false;
    return this.#accept(this.#partition(partition.topic, partition.index), leader, false);
  }

  /** No topic has the name now. Nothing is sent to its former leaders until metadata names new ones. */
  #forgetLeaders(topic: string): void {
    for (const partition of this.#topics.get(topic) ?? []) partition.leaderId = -1;
  }

  #accept(
    partition: Mutable<PartitionMetadata>,
    { leaderId, leaderEpoch }: { readonly leaderId: number; readonly leaderEpoch: number },
    isOtherTopic: boolean,
  ): boolean {
    const known = partition.leaderEpoch;
    if (!this.#rules.acceptsLeaderEpoch({ known, offered: leaderEpoch, isOtherTopic })) return false;
    partition.leaderId = leaderId;
    partition.leaderEpoch = leaderEpoch;
    return true;
  }

  #partition(topic: string, index: number): Mutable<PartitionMetadata> {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = [];
      this.#topics.set(topic, partitions);
    }
    for (let next = partitions.length; next <= index; next += 1) {
      partitions.push({ topic, topicId: ZERO_UUID, index: next, leaderId: -1, leaderEpoch: -1 });
    }
    return partitions[index]!;
  }
}
