/**
 * A producer's configuration with the constraints between its keys
 * (ProducerConfig#postProcessAndValidateIdempotenceConfigs, KafkaProducer#configureDeliveryTimeout). If
 * idempotence was requested explicitly, conflicting keys are an error. If it is on by default, conflicting
 * keys switch it off.
 */
import {
  ConfigException,
  inOneShape,
  type ProducerConfig,
  type Properties,
  resolveProducerConfig,
} from '../../config/definitions.js';

/** The broker remembers this many batches per producer and partition. */
const MAX_IN_FLIGHT_IDEMPOTENT = 5;

export function resolveProducerSettings(properties: Properties): ProducerConfig {
  const config = resolveProducerConfig(properties);
  return inOneShape({
    ...config,
    'enable.idempotence': isIdempotent(config, properties),
    ...deliveryTimeout(config, properties),
  });
}

function isIdempotent(config: ProducerConfig, properties: Properties): boolean {
  if (!config['enable.idempotence']) return false;
  const conflict = conflictOf(config);
  if (conflict === null) return true;
  if (Object.hasOwn(properties, 'enable.idempotence')) throw new ConfigException(conflict);
  return false;
}

function conflictOf(config: ProducerConfig): string | null {
  if (config.acks !== -1) return 'Must set acks to all in order to use the idempotent producer.';
  if (config.retries === 0) return 'Must set retries to non-zero when using the idempotent producer.';
  if (config['max.in.flight.requests.per.connection'] > MAX_IN_FLIGHT_IDEMPOTENT) {
    return `Must set max.in.flight.requests.per.connection to at most ${MAX_IN_FLIGHT_IDEMPOTENT} to use the idempotent producer.`;
  }
  return null;
}

function deliveryTimeout(config: ProducerConfig, properties: Properties) {
  const least = config['linger.ms'] + config['request.timeout.ms'];
  if (config['delivery.timeout.ms'] >= least) return {};
  if (Object.hasOwn(properties, 'delivery.timeout.ms')) {
    throw new ConfigException(
      'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
    );
  }
  return { 'delivery.timeout.ms': least };
}
