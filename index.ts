/**
 * What `import … from 'seismolog'` offers: scenarios to run, the doors to put other rules through, the parts to write
 * scenarios of one's own, and what the command line does with them.
 */
export { audit, campaign, examine, replay } from './api.js';
export { NativeConsumer } from './broker/clients/consumer/native-consumer.js';
export { NativeProducer } from './broker/clients/producer/native-producer.js';
export { type ClientRules, clientRules } from './broker/clients/rules/index.js';
export { type BrokerRules, kafkaRules } from './broker/rules/index.js';
export type { CampaignOptions, CampaignResult } from './harness/api/campaign.js';
export type { ExamineRunOptions } from './harness/api/examine.js';
export type { ExaminedRun } from './harness/api/examined-run.js';
export type { ReplayOptions } from './harness/api/replay.js';
export { UsageError } from './harness/api/usage-error.js';
export { type CheckOptions, checkHistory, type QueueAnalysis } from './harness/checkers/queue/check.js';
export type { Anomaly, Verdict } from './harness/checkers/verdict.js';
export * as faults from './harness/faults/arbitrary.js';
export { type FaultBudget, oneHostAtATime, UNLIMITED_BUDGET } from './harness/faults/budget.js';
export type { Fault, FaultPlan } from './harness/faults/fault.js';
export { PlanError } from './harness/faults/plan.js';
export type { Operation } from './harness/history/operation.js';
export { executeRun, type RunOptions, type RunResult } from './harness/runner/execute-run.js';
export type { Scenario } from './harness/runner/experiment.js';
export { HarnessFailure } from './harness/runner/harness-failure.js';
export { ReplayTokenError } from './harness/runner/replay-token.js';
export type { CampaignDocument, ResultsDocument, RunDocument } from './harness/runner/run-data.js';
export { ScenarioModuleError } from './harness/runner/scenario-module-error.js';
export type {
  ClusterState,
  FaultToInject,
  InjectedFault,
  KafkaCluster,
  LiveClusterOptions,
} from './live/kafka-cluster.js';
export { startCluster } from './live/start-cluster.js';
export type { AuditDocument } from './scenarios/audit/audit.js';
export type { AuditedConfiguration, AuditOptions, AuditResult } from './scenarios/audit/audit-call.js';
export { cluster, threeBrokers } from './scenarios/cluster/cluster-spec.js';
export { planFromTrogdor } from './scenarios/cluster/trogdor-plan.js';
export { ScenarioError } from './scenarios/experiment/check-spec.js';
export { type KafkaScenario, scenario, withRules } from './scenarios/experiment/scenario.js';
export { scenarios } from './scenarios/index.js';
export { leaderCrash } from './scenarios/leader-crash.js';
export { exhibits } from './scenarios/museum/index.js';
export type { ClientContext, ClientHost, ClientProcess } from './scenarios/workloads/client-process.js';
export { consumerGroup } from './scenarios/workloads/consumer-group/consumer-group.js';
export { produceAndConsume } from './scenarios/workloads/produce-and-consume/produce-and-consume.js';
export type { SettingsCheck, Workload } from './scenarios/workloads/workload.js';
