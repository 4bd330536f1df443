/**
 * Settings that are drawn like faults. With Kafka's defaults, a run of some seconds never reaches many decisions: no
 * segment rolls, every fetch takes all there is, and a poll returns all that was fetched. Each run therefore leaves a
 * setting at its default or uses one of some small values, both with equal chance. The draw depends only on the seed,
 * setting by setting, so a replay and a minimised run have the same settings. The configuration in `results.json`
 * shows them.
 */
import type { Properties } from '../../broker/config/definitions.js';
import { SeededStream } from '../../harness/kernel/random-stream.js';
import type { TopicSpec } from '../cluster/cluster-spec.js';
import type { KafkaScenarioSpec } from '../judgement/kafka-scenario-spec.js';

/** For each Kafka key, the values that a run may use instead of the scenario's own. */
export type SettingChoices = Readonly<Record<string, readonly string[]>>;

export interface DrawnSettings {
  readonly brokers?: SettingChoices;
  readonly topics?: SettingChoices;
  readonly producers?: SettingChoices;
  readonly consumers?: SettingChoices;
}

/**
 * Sizes, counts and waits, none of which changes what Kafka guarantees. A minimum (`fetch.min.bytes`,
 * `replica.fetch.min.bytes`) stays below one batch: if it is above what a partition may return at once, every fetch
 * waits for its whole `fetch.max.wait.ms`, in Kafka too, and readers do not reach the end.
 */
export const SMALL_SIZES: Required<DrawnSettings> = {
  brokers: {
    'replica.fetch.max.bytes': ['1', '300', '4000'],
    'replica.fetch.response.max.bytes': ['1', '1000'],
    'replica.fetch.min.bytes': ['100'],
    'replica.fetch.wait.max.ms': ['10', '100'],
    'fetch.max.bytes': ['1024', '4096'],
    'max.incremental.fetch.session.cache.slots': ['0', '1'],
  },
  topics: {
    'segment.bytes': ['1024', '4096', '16384'],
    'index.interval.bytes': ['0', '100'],
    'segment.index.bytes': ['64', '256'],
  },
  producers: {
    'batch.size': ['0', '1', '300', '2000'],
    'linger.ms': ['0', '1', '50'],
    'max.in.flight.requests.per.connection': ['1', '2'],
  },
  consumers: {
    'auto.offset.reset': ['latest'],
    'max.poll.records': ['1', '2', '7'],
    'fetch.max.bytes': ['0', '1', '1000'],
    'max.partition.fetch.bytes': ['0', '1', '500'],
    'fetch.min.bytes': ['100'],
    'fetch.max.wait.ms': ['0', '20'],
  },
};

export function withDrawn(spec: KafkaScenarioSpec, drawn: DrawnSettings, seed: string): KafkaScenarioSpec {
  const { cluster, workload } = spec;
  const draw = (place: string, choices: SettingChoices | undefined, given: Properties = {}): Properties => ({
    ...given,
    ...drawFrom(choices ?? {}, (key) => new SeededStream(seed, `settings/${place}/${key}`)),
  });
  const topics: Record<string, TopicSpec> = {};
  for (const name of Object.keys(cluster.topics).sort()) {
    const topic = cluster.topics[name]!;
    topics[name] = { ...topic, config: draw(`topics/${name}`, drawn.topics, topic.config) };
  }
  return {
    ...spec,
    cluster: { ...cluster, topics, config: draw('brokers', drawn.brokers, cluster.config) },
    workload: workload.withConfig(
      draw('producers', drawn.producers, workload.producerConfig),
      draw('consumers', drawn.consumers, workload.consumerConfig),
    ),
  };
}

function drawFrom(choices: SettingChoices, streamOf: (key: string) => SeededStream): Properties {
  const drawn: Record<string, string> = {};
  for (const key of Object.keys(choices).sort()) {
    const values = choices[key] ?? [];
    const stream = streamOf(key);
    if (values.length === 0 || stream.nextInt(2) === 0) continue;
    drawn[key] = values[stream.nextInt(values.length)]!;
  }
  return drawn;
}
