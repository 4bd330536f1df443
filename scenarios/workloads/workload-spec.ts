/** What a scenario says about its workload: Kafka's own keys, nothing resolved yet. */
import type { Properties } from '../../broker/config/definitions.js';
import { type Pace, type Shortening, shortened } from '../cluster/pace.js';

export interface WorkloadSpec {
  readonly producers: number;
  readonly consumers: number;
  /** Of each producer. */
  readonly recordsPerSecond: number;
  /** Bytes of each record's value, at least 8. */
  readonly valueSizeBytes: number;
  /** Of each producer's sequence numbers; near 2^31 they wrap to 0 in the course of a run. */
  readonly firstSequence: number;
  /** Every consumer reads every partition; else each partition has one reader. */
  readonly readAll: boolean;
  /** Half of the runs, or somewhat fewer, send nothing from some point on. */
  readonly quietEnd: boolean;
  /** After about so long a producer is closed and another takes over, as in a job or a function; 0: never. */
  readonly sessionMillis: number;
  /** Records carry one of so many keys per topic, and the key decides the partition; 0: no keys, the process chooses. */
  readonly keys: number;
  /** Between polls a consumer now and then seeks: to the beginning, to the end, to an offset before its position. */
  readonly seeks: boolean;
  /** Default: `brisk`, timeouts of the clients are shortened to fit a run. */
  readonly pace?: Pace;
  readonly producerConfig: Properties;
  readonly consumerConfig: Properties;
  /** Among the two: what the harness set and the user did not write. `produceAndConsume()` fills it in. */
  readonly setByHarness?: { readonly producer: Properties; readonly consumer: Properties };
}

const SHORTENED_OF_PRODUCERS: Readonly<Record<string, Shortening>> = {
  'request.timeout.ms': { value: '2000' },
  'delivery.timeout.ms': { value: '12000', holds: { 'request.timeout.ms': 30_000, 'linger.ms': 5 } },
  'max.block.ms': { value: '12000' },
};

const SHORTENED_OF_CONSUMERS: Readonly<Record<string, Shortening>> = {
  'request.timeout.ms': { value: '2000' },
};

export function produceAndConsume(spec: Partial<WorkloadSpec> = {}): WorkloadSpec {
  const { pace = 'brisk', producerConfig = {}, consumerConfig = {} } = spec;
  const ofProducers = shortened(pace, SHORTENED_OF_PRODUCERS, producerConfig);
  const ofConsumers = {
    ...shortened(pace, SHORTENED_OF_CONSUMERS, consumerConfig),
    // A consumer without a group has no committed offset: it reads each partition from its beginning.
    ...(Object.hasOwn(consumerConfig, 'auto.offset.reset') ? {} : { 'auto.offset.reset': 'earliest' }),
  };
  return {
    producers: 3,
    consumers: 3,
    recordsPerSecond: 100,
    valueSizeBytes: 100,
    firstSequence: 0,
    readAll: false,
    quietEnd: false,
    sessionMillis: 0,
    keys: 0,
    seeks: false,
    ...spec,
    producerConfig: { ...ofProducers, ...producerConfig },
    consumerConfig: { ...ofConsumers, ...consumerConfig },
    setByHarness: { producer: ofProducers, consumer: ofConsumers },
  };
}
