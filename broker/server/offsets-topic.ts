/**
 * Creates `__consumer_offsets` when the first group is looked up (kafka.server.DefaultAutoTopicCreationManager). The
 * client tries again until the topic has leaders.
 */
import { type ServerConfig, topicDefinitions } from '../config/definitions.js';
import type { Env } from '../env.js';
import { OFFSETS_TOPIC } from '../groups/group-partition.js';
import { createTopicsApi } from '../protocol/apis/19-create-topics.js';
import type { BrokerLifecycle } from './broker-lifecycle.js';

export class OffsetsTopic {
  readonly #env: Env;
  readonly #config: ServerConfig;
  readonly #lifecycle: BrokerLifecycle;
  #isRequested = false;

  constructor(env: Env, config: ServerConfig, lifecycle: BrokerLifecycle) {
    this.#env = env;
    this.#config = config;
    this.#lifecycle = lifecycle;
  }

  /** The partitions that it has, or will have. */
  get partitionsCount(): number {
    const topic = this.#lifecycle.image.topics.get(OFFSETS_TOPIC);
    return topic?.partitions.length ?? this.#config['offsets.topic.num.partitions'];
  }

  create(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    const topic = {
      name: OFFSETS_TOPIC,
      numPartitions: this.#config['offsets.topic.num.partitions'],
      replicationFactor: this.#config['offsets.topic.replication.factor'],
      assignments: [],
      configs: this.#settings(),
    };
    const { defaults, validVersions } = createTopicsApi.request;
    const body = { ...defaults, topics: [topic] };
    this.#lifecycle.forwarder.forward('CreateTopics', body, validVersions.highest, ({ topics }) => {
      this.#isRequested = false;
      const errorCode = topics[0]?.errorCode ?? 'NONE';
      const { logger } = this.#env;
      if (logger.enabled && errorCode !== 'NONE' && errorCode !== 'TOPIC_ALREADY_EXISTS')
        logger.log('warn', `Cannot create ${OFFSETS_TOPIC}`, {
          errorCode,
          reason: topics[0]?.errorMessage ?? '',
        });
    });
  }

  /** Offsets are kept until they expire, never for a time. Of Kafka's settings those that this broker has. */
  #settings(): { readonly name: string; readonly value: string }[] {
    const wanted: Readonly<Record<string, string>> = {
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': String(this.#config['offsets.topic.segment.bytes']),
    };
    return Object.entries(wanted)
      .filter(([name]) => Object.hasOwn(topicDefinitions, name))
      .map(([name, value]) => ({ name, value }));
  }
}
