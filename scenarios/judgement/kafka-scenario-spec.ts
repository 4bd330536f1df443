/** What one run of a Kafka scenario is built from and judged by. */
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import type { WorkloadSpec } from '../workloads/workload-spec.js';

export interface KafkaScenarioSpec {
  readonly cluster: ClusterSpec;
  readonly workload: WorkloadSpec;
  /** The promise forbids losses that Kafka permits with these settings. */
  readonly strict: boolean;
}
