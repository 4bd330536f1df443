/** The standard scenario with more partitions or brokers, for 15 s. */
import type { KafkaScenario } from '../scenarios/experiment/scenario.js';
import { variant } from './whole-stack.js';

export type Dimension = 'partitions' | 'brokers';

export function isDimension(text: string | undefined): text is Dimension {
  return text === 'partitions' || text === 'brokers';
}

/** So many of them; a cluster has a partition for each broker at least. */
export function scaled(dimension: Dimension, count: number): KafkaScenario {
  return variant(`${dimension}-${count}`, ({ cluster }) => ({
    cluster: {
      ...cluster,
      ...(dimension === 'brokers' ? { brokers: count } : {}),
      topics: { orders: { ...cluster.topics.orders, partitions: count } },
    },
    durationSeconds: 15,
  }));
}
