/** What one run of a Kafka scenario is built from and judged by. */
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import type { Workload } from '../workloads/workload.js';

export interface KafkaScenarioSpec {
  readonly cluster: ClusterSpec;
  readonly workload: Workload;
  /** The promise forbids losses that Kafka permits with these settings. */
  readonly strict: boolean;
}
