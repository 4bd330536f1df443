/**
 * Brokers refuse requests of clients with the errors that Kafka's clients call retriable, whole requests or one partition
 * of them. No refused request was carried out. A producer has up to five batches in flight, so a refused batch leaves a
 * gap in the sequence numbers and the batches behind it are refused with OUT_OF_ORDER_SEQUENCE_NUMBER. Producers and
 * consumers must send again, in order, and must neither give up nor skip. Method: the errors come alone, and together
 * with crashes, cuts and held responses, so that a client cannot tell an injected error from one of an election.
 */
import {
  answerError,
  anyOf,
  cleanRestart,
  crash,
  holdKind,
  type MicrosRange,
  reset,
} from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 100_000, max: 4_000_000 };

const PRODUCE_ERRORS = [
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS',
  'KAFKA_STORAGE_ERROR',
  'CORRUPT_MESSAGE',
];
const FETCH_ERRORS = [
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
];
const LOOKUP_ERRORS = ['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'REQUEST_TIMED_OUT'];

export const answeredErrors = scenario('answered-errors', {
  promise:
    'acks=all, min.insync.replicas=2: brokers refuse requests with retriable errors; nothing acknowledged is lost, duplicated or reordered, and clients go on',
  cluster: threeBrokers({ topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 50,
    producerConfig: { acks: 'all', 'request.timeout.ms': '500' },
  }),
  faults: [
    answerError(anyOf('broker'), { api: 'Produce', errors: PRODUCE_ERRORS }),
    answerError(leaderOf('orders', 0), { api: 'Produce', errors: PRODUCE_ERRORS, partition: 'orders-0' }),
    answerError(anyOf('broker'), { api: 'Fetch', errors: FETCH_ERRORS }),
    answerError(leaderOf('orders', 1), { api: 'Fetch', errors: FETCH_ERRORS, partition: 'orders-1' }),
    answerError('brokers', { api: 'Metadata', errors: LOOKUP_ERRORS, countMax: 3 }),
    answerError('brokers', { api: 'ListOffsets', errors: LOOKUP_ERRORS, countMax: 3 }),
    answerError('brokers', {
      api: 'InitProducerId',
      errors: ['COORDINATOR_LOAD_IN_PROGRESS', 'REQUEST_TIMED_OUT'],
    }),
    crash(leaderOf('orders', 0), BRIEF),
    crash(anyOf('producer'), BRIEF),
    crash(anyOf('consumer'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    holdKind(anyOf('broker'), 'Produce response', BRIEF),
    reset(anyOf('producer'), anyOf('broker')),
  ],
  faultsMax: 16,
  budget: oneHostAtATime({ recoveryMicros: 2_000_000 }),
  requiredFaults: ['answer-error', 'crash', 'hold-kind'],
});
