/** The settings of a consumer in a group that contradict each other (AbstractCoordinator, KafkaConsumer). */
import { ConfigException, type ConsumerConfig } from '../../../config/definitions.js';

/** @throws ConfigException, by name, for what contradicts itself. */
export function checkGroupConfig(config: ConsumerConfig): void {
  if (config['group.id'] === '')
    throw new ConfigException('To use the group management, you must provide a valid group.id');
  if (config['heartbeat.interval.ms'] >= config['session.timeout.ms'])
    throw new ConfigException('heartbeat.interval.ms must be set lower than session.timeout.ms');
}
