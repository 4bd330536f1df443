/**
 * A scenario reads like its promise: cluster, workload, faults and budget as data, converted into what the runner
 * runs.
 */
import * as fc from 'fast-check';
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { BrokerRules } from '../../broker/rules/index.js';
import { type FaultSource, swarm } from '../../harness/faults/arbitrary.js';
import type { FaultBudget } from '../../harness/faults/budget.js';
import type { FaultPlan } from '../../harness/faults/fault.js';
import { validatePlan } from '../../harness/faults/plan.js';
import type { Scenario } from '../../harness/runner/experiment.js';
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import { guaranteeOf, profileName } from '../judgement/guarantee.js';
import type { Workload } from '../workloads/workload.js';
import { checkSpec } from './check-spec.js';
import { type DrawnSettings, withDrawn } from './drawn-settings.js';
import { KafkaExperiment } from './kafka-experiment.js';

export interface ScenarioSpec {
  /** One sentence that a run can break. */
  readonly promise: string;
  readonly cluster: ClusterSpec;
  readonly workload: Workload;
  /** Each run disables a random half of them. */
  readonly faults?: readonly FaultSource[];
  /** A single incident: every seed runs this plan. Not together with `faults`. */
  readonly plan?: FaultPlan;
  readonly faultsMax?: number;
  readonly budget: FaultBudget;
  /** Settings that each run draws from its seed. Half of the runs leave a setting as the scenario has it. */
  readonly drawnSettings?: DrawnSettings;
  /** Length of the safety phase. */
  readonly durationSeconds?: number;
  /** The time within which the cluster must converge after healing. */
  readonly livenessSeconds?: number;
  /** Nothing may be lost, even if Kafka's settings permit it. */
  readonly strict?: boolean;
  /** The promise is that the scenario *does* break, with one of these anomalies, within this many seeds. */
  readonly breaks?: { readonly anomalies: readonly string[]; readonly withinSeeds: number };
  readonly requiredFaults?: readonly string[];
  readonly requiredMarks?: readonly string[];
}

export interface KafkaScenario extends Scenario {
  readonly spec: ScenarioSpec;
}

const DURATION_SECONDS = 15;
const LIVENESS_SECONDS = 60;

/** @throws ScenarioError */
export function scenario(name: string, spec: ScenarioSpec): KafkaScenario {
  checkSpec(name, spec);
  const durationMicros = Math.round((spec.durationSeconds ?? DURATION_SECONDS) * 1_000_000);
  const { cluster, workload, budget } = spec;
  const strict = spec.strict ?? false;
  return {
    name,
    spec,
    promise: spec.promise,
    profile: profileName(guaranteeOf(cluster, workload)) + (strict ? '; nothing may be lost' : ''),
    setByHarness: settingsOfHarness(cluster, workload),
    durationMicros,
    livenessMicros: Math.round((spec.livenessSeconds ?? LIVENESS_SECONDS) * 1_000_000),
    plan:
      spec.plan === undefined
        ? swarm(spec.faults ?? [], {
            durationMicros,
            budget,
            ...(spec.faultsMax === undefined ? {} : { faultsMax: spec.faultsMax }),
          })
        : fc.constant(validatePlan(spec.plan)),
    ...(spec.plan === undefined ? { faultSources: spec.faults ?? [] } : {}),
    budget,
    ...(spec.breaks === undefined
      ? { expect: 'valid' as const }
      : {
          expect: 'invalid' as const,
          expectedAnomalies: spec.breaks.anomalies,
          seedsToFind: spec.breaks.withinSeeds,
        }),
    ...(spec.requiredFaults === undefined ? {} : { requiredFaults: spec.requiredFaults }),
    ...(spec.requiredMarks === undefined ? {} : { requiredMarks: spec.requiredMarks }),
    ...(workload.hasGuests === true ? { hasGuests: true } : {}),
    removableHosts: workload.hosts().map(({ host }) => host),
    build: (input) =>
      new KafkaExperiment(
        withDrawn({ cluster, workload, strict }, spec.drawnSettings ?? {}, input.seed),
        input,
      ),
  };
}

/** The settings that differ from Kafka's defaults and that the user did not write, by process. */
function settingsOfHarness(cluster: ClusterSpec, workload: Workload): Readonly<Record<string, string>> {
  const { producer, consumer } = workload.setByHarness;
  const groups = { brokers: cluster.setByHarness ?? {}, producers: producer, consumers: consumer };
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, settings]) =>
      Object.entries(settings).map(([key, value]) => [`${group}: ${key}`, value]),
    ),
  );
}

/**
 * The same scenario with other rules in its brokers and clients. In this way a historic or invented mistake is shown
 * to the checkers.
 */
export function withRules(
  original: KafkaScenario,
  suffix: string,
  rules: Partial<BrokerRules>,
  clientRules: Partial<ClientRules> = {},
): KafkaScenario {
  const { spec } = original;
  const cluster: ClusterSpec = {
    ...spec.cluster,
    rules: { ...spec.cluster.rules, ...rules },
    clientRules: { ...spec.cluster.clientRules, ...clientRules },
  };
  return scenario(`${original.name}+${suffix}`, { ...spec, cluster });
}

export const leaderOf = (topic: string, partition: number): string => `leader of ${topic}-${partition}`;
export const followerOf = (topic: string, partition: number): string => `follower of ${topic}-${partition}`;
