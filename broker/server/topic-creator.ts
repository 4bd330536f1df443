/**
 * Creates topics that clients asked for and that do not exist (`auto.create.topics.enable`;
 * kafka.server.AutoTopicCreationManager). A topic whose creation is under way is not requested again.
 */
import type { ServerConfig } from '../config/definitions.js';
import { createTopicsApi } from '../protocol/apis/19-create-topics.js';
import { CLUSTER_METADATA_TOPIC, isInternalTopic, topicNameProblem } from '../protocol/topic-name.js';
import type { Forwarder } from './forwarder.js';

export class TopicCreator {
  readonly #forwarder: Pick<Forwarder, 'forward'>;
  readonly #config: ServerConfig;
  readonly #inFlight = new Set<string>();

  constructor(forwarder: Pick<Forwarder, 'forward'>, config: ServerConfig) {
    this.#forwarder = forwarder;
    this.#config = config;
  }

  /** Kafka's own topics are created by their coordinators, with settings of their own. */
  create(name: string): void {
    if (topicNameProblem(name) !== null || isInternalTopic(name) || name === CLUSTER_METADATA_TOPIC) return;
    if (this.#inFlight.has(name)) return;
    this.#inFlight.add(name);
    const numPartitions = this.#config['num.partitions'];
    const replicationFactor = this.#config['default.replication.factor'];
    const topic = { name, numPartitions, replicationFactor, assignments: [], configs: [] };
    const body = { ...createTopicsApi.request.defaults, topics: [topic] };
    this.#forwarder.forward(
      'CreateTopics',
      body,
      createTopicsApi.request.validVersions.highest,
      () => void this.#inFlight.delete(name),
    );
  }
}
