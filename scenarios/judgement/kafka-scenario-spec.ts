/** The specification from which one run of a Kafka scenario is built and by which it is judged. */
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import type { Workload } from '../workloads/workload.js';

export interface KafkaScenarioSpec {
  readonly cluster: ClusterSpec;
  readonly workload: Workload;
  /** The promise forbids losses that Kafka permits with these settings. */
  readonly strict: boolean;
}
