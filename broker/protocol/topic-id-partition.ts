import { partitionName } from './partition-name.js';

/**
 * The identity of a partition: its topic id and its index (org.apache.kafka.common.TopicIdPartition). A topic made
 * again under an old name has another id, so its partitions are other partitions.
 */
export interface TopicIdPartition {
  readonly topicId: string;
  readonly topic: string;
  readonly index: number;
  /** `<topic>-<index>`: the name in logs and of the directory. Only one of the partitions with this name exists at a time. */
  readonly name: string;
}

/** One object for each identity, so that a process compares identities by reference and makes each name once. */
export class TopicIdPartitions {
  readonly #byTopicId = new Map<string, Map<number, TopicIdPartition>>();

  /** The process has met a partition of this topic. */
  has(topicId: string): boolean {
    return this.#byTopicId.has(topicId);
  }

  of(topicId: string, topic: string, index: number): TopicIdPartition {
    let ofTopic = this.#byTopicId.get(topicId);
    if (ofTopic === undefined) {
      ofTopic = new Map();
      this.#byTopicId.set(topicId, ofTopic);
    }
    let id = ofTopic.get(index);
    if (id === undefined) {
      id = { topicId, topic, index, name: partitionName(topic, index) };
      ofTopic.set(index, id);
    }
    return id;
  }
}
