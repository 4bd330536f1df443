/**
 * Refuses a scenario with settings that cannot be meant, before anything runs. A misspelt key would silently test
 * something else, and a cluster that cannot be built would be reported as one that failed. Kafka's own rules are used
 * if it has any.
 */
import { clientRules } from '../../broker/clients/rules/index.js';
import {
  ConfigException,
  type Properties,
  resolveServerConfig,
  resolveTopicConfig,
  UnknownConfigException,
} from '../../broker/config/definitions.js';
import { splitProperties } from '../../broker/config/topic-synonyms.js';
import { kafkaRules } from '../../broker/rules/index.js';
import { FAULT_KINDS } from '../../harness/faults/fault-fields.js';
import { nearest } from '../../harness/faults/nearest.js';
import { PlanError, validatePlan } from '../../harness/faults/plan.js';
import { ADMIN_ACTIONS } from '../cluster/admin-actions.js';
import type { ClusterSpec, TopicSpec } from '../cluster/cluster-spec.js';
import { PACES } from '../cluster/pace.js';
import type { SettingsCheck, Workload } from '../workloads/workload.js';
import type { DrawnSettings, SettingChoices } from './drawn-settings.js';
import type { ScenarioSpec } from './scenario.js';

/** The problem with a scenario, and the path of the field. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

type Fields<T> = { readonly [K in keyof Required<T>]: true };

const SCENARIO_FIELDS: Fields<ScenarioSpec> = {
  promise: true,
  cluster: true,
  workload: true,
  faults: true,
  plan: true,
  faultsMax: true,
  drawnSettings: true,
  budget: true,
  durationSeconds: true,
  livenessSeconds: true,
  strict: true,
  breaks: true,
  requiredFaults: true,
  requiredMarks: true,
};

const CLUSTER_FIELDS: Fields<ClusterSpec> = {
  brokers: true,
  topics: true,
  config: true,
  pace: true,
  disk: true,
  rules: true,
  clientRules: true,
  setByHarness: true,
};

const DRAWN_FIELDS: Fields<DrawnSettings> = { brokers: true, topics: true, producers: true, consumers: true };

const TOPIC_FIELDS: Fields<TopicSpec> = { partitions: true, replicationFactor: true, config: true };

/** The names that `requiredFaults` accepts: a kind of fault, or one action of an operator. */
const REQUIRABLE: readonly string[] = [...FAULT_KINDS, ...ADMIN_ACTIONS.map((name) => `action:${name}`)];

/** Hosts are created one by one; the limit is higher than any sensible number. */
const HOSTS_MAX = 1000;
/**
 * org.apache.kafka.common.internals.Topic: legal characters, and the longest name that fits a directory name together
 * with its partition.
 */
const TOPIC_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

/** @throws ScenarioError */
export function checkSpec(name: string, spec: ScenarioSpec): void {
  const check = new SpecCheck(name);
  check.scenario(spec);
  check.cluster(spec.cluster);
  check.workload(spec.workload);
  check.drawnSettings(spec);
}

class SpecCheck implements SettingsCheck {
  readonly #name: string;
  /** The drawn value under which the scenario is checked, with a colon; empty: the scenario as it stands. */
  #drawn = '';

  constructor(name: string) {
    this.#name = name;
  }

  scenario(spec: ScenarioSpec): void {
    if (typeof this.#name !== 'string' || this.#name.trim() === '')
      throw new ScenarioError('a scenario needs a name');
    this.fields('', spec, SCENARIO_FIELDS);
    if (typeof spec.promise !== 'string' || spec.promise.trim() === '')
      this.#refuse('promise', 'must be a sentence that a run can break');
    this.#plan(spec);
    for (const [index, source] of (spec.faults ?? []).entries()) {
      if (typeof source?.draw !== 'function')
        this.#refuse(`faults[${index}]`, `must be made by one of \`faults\`, such as faults.crash('b1')`);
    }
    if (typeof spec.budget !== 'object' || spec.budget === null)
      this.#refuse('budget', 'is missing: oneHostAtATime({…}), say, or UNLIMITED_BUDGET');
    this.whole('faultsMax', spec.faultsMax ?? 0, 0);
    this.positive('durationSeconds', spec.durationSeconds ?? 1);
    this.positive('livenessSeconds', spec.livenessSeconds ?? 1);
    this.whole('breaks.withinSeeds', spec.breaks?.withinSeeds ?? 1, 1);
    for (const [index, kind] of (spec.requiredFaults ?? []).entries()) {
      if (!REQUIRABLE.includes(kind))
        this.#refuse(
          `requiredFaults[${index}]`,
          `"${kind}" is not a kind of fault${meant(kind, REQUIRABLE)}`,
        );
    }
  }

  #plan({ plan, faults }: ScenarioSpec): void {
    if (plan === undefined) {
      if (!Array.isArray(faults)) this.#refuse('faults', 'must be a list');
      return;
    }
    if (faults !== undefined && faults.length > 0)
      this.#refuse('plan', 'is what every seed runs under: leave `faults` out');
    try {
      validatePlan(plan);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      this.#refuse(`plan.${error.path}`, error.reason);
    }
  }

  cluster(cluster: ClusterSpec): void {
    this.fields('cluster', cluster, CLUSTER_FIELDS);
    this.whole('cluster.brokers', cluster.brokers, 1, HOSTS_MAX);
    this.oneOf('cluster.pace', cluster.pace, PACES);
    this.properties('cluster.config', cluster.config ?? {}, (properties) => {
      const { server, topic } = splitProperties(properties);
      const factor = resolveServerConfig(server)['default.replication.factor'];
      resolveTopicConfig(topic);
      if (factor > cluster.brokers)
        throw new ConfigException(
          `default.replication.factor=${factor} is larger than the number of brokers, ${cluster.brokers}`,
        );
    });
    this.#rules('cluster.rules', cluster.rules ?? {}, kafkaRules);
    this.#rules('cluster.clientRules', cluster.clientRules ?? {}, clientRules);
    this.fields('cluster.topics', cluster.topics, null);
    const topics = Object.entries(cluster.topics);
    if (topics.length === 0) this.#refuse('cluster.topics', 'must have at least one topic');
    for (const [name, topic] of topics) {
      const path = `cluster.topics.${name}`;
      if (!TOPIC_NAME.test(name))
        this.#refuse(path, `"${name}" is not a topic name: letters, digits, '.', '_' and '-', 249 at most`);
      this.fields(path, topic, TOPIC_FIELDS);
      this.whole(`${path}.partitions`, topic.partitions, 1);
      const { replicationFactor = 1 } = topic;
      this.whole(`${path}.replicationFactor`, replicationFactor, 1);
      if (replicationFactor > cluster.brokers)
        this.#refuse(
          `${path}.replicationFactor`,
          `${replicationFactor} is larger than the number of brokers, ${cluster.brokers}`,
        );
      this.properties(`${path}.config`, topic.config ?? {}, resolveTopicConfig);
    }
  }

  workload(workload: Workload): void {
    if (typeof workload?.processes !== 'function')
      this.#refuse('workload', 'must be a workload, such as produceAndConsume({ … })');
    workload.check(this);
  }

  /** Every value is checked alone. Which values a run combines is drawn from its seed. */
  drawnSettings({ drawnSettings, cluster, workload }: ScenarioSpec): void {
    if (drawnSettings === undefined) return;
    this.fields('drawnSettings', drawnSettings, DRAWN_FIELDS);
    const { brokers = {}, topics = {}, producers = {}, consumers = {} } = drawnSettings;
    const { config, topics: all } = cluster;
    const { producerConfig, consumerConfig } = workload;
    this.#choices('brokers', brokers, (drawn) =>
      this.cluster({ ...cluster, config: { ...config, ...drawn } }),
    );
    this.#choices('topics', topics, (drawn) => {
      const changed = Object.entries(all).map(
        ([name, topic]) => [name, { ...topic, config: { ...topic.config, ...drawn } }] as const,
      );
      this.cluster({ ...cluster, topics: Object.fromEntries(changed) });
    });
    this.#choices('producers', producers, (drawn) =>
      this.workload(workload.withConfig({ ...producerConfig, ...drawn }, consumerConfig)),
    );
    this.#choices('consumers', consumers, (drawn) =>
      this.workload(workload.withConfig(producerConfig, { ...consumerConfig, ...drawn })),
    );
  }

  #choices(group: string, choices: SettingChoices, check: (drawn: Properties) => void): void {
    this.fields(`drawnSettings.${group}`, choices, null);
    for (const [key, values] of Object.entries(choices)) {
      const path = `drawnSettings.${group}['${key}']`;
      if (!Array.isArray(values) || values.length === 0) this.#refuse(path, 'must be a list of values');
      for (const value of values) {
        this.#drawn = `${path}, ${String(value)}: `;
        check({ [key]: value });
        this.#drawn = '';
      }
    }
  }

  /** @param known null: any name is accepted. */
  fields(path: string, value: unknown, known: object | null): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      this.#refuse(path, value === undefined ? 'is missing' : 'must be an object');
    for (const field of known === null ? [] : Object.keys(value)) {
      if (known === null || Object.hasOwn(known, field)) continue;
      const names = Object.keys(known);
      const hint = meant(field, names);
      this.#refuse(
        path === '' ? field : `${path}.${field}`,
        `there is no such field${hint === '' ? `; there are ${names.join(', ')}` : hint}`,
      );
    }
  }

  oneOf(path: string, value: string | undefined, words: readonly string[]): void {
    if (value !== undefined && !words.includes(value))
      this.#refuse(path, `must be one of ${words.join(', ')}, not ${String(value)}`);
  }

  #rules(path: string, rules: object, known: object): void {
    this.fields(path, rules, known);
    for (const [name, rule] of Object.entries(rules)) {
      if (typeof rule !== 'function')
        this.#refuse(`${path}.${name}`, 'must be a function, as the right one is');
    }
  }

  properties(path: string, properties: Properties, resolve: (properties: Properties) => unknown): void {
    this.fields(path, properties, null);
    for (const [key, value] of Object.entries(properties)) {
      if (typeof value !== 'string')
        this.#refuse(`${path}['${key}']`, `must be text, as in a properties file: '${String(value)}'`);
    }
    try {
      resolve(properties);
    } catch (error) {
      if (error instanceof UnknownConfigException) {
        const keys = error.unknown.map((key) => `'${key}'${meantInstead(key, error.known)}`);
        this.#refuse(path, `Unknown configuration ${keys.join(', ')}`);
      }
      if (!(error instanceof ConfigException)) throw error;
      this.#refuse(path, error.message);
    }
  }

  whole(path: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): void {
    if (Number.isSafeInteger(value) && value >= min && value <= max) return;
    const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
    this.#refuse(path, `must be a whole number, ${range}, not ${String(value)}`);
  }

  positive(path: string, value: number, max = Number.MAX_SAFE_INTEGER / 1_000_000): void {
    if (typeof value === 'number' && value > 0 && value <= max) return;
    this.#refuse(path, `must be a number above 0, ${Math.floor(max)} at most, not ${String(value)}`);
  }

  #refuse(path: string, problem: string): never {
    throw new ScenarioError(`${this.#name}: ${this.#drawn}${path === '' ? '' : `${path}: `}${problem}`);
  }
}

function meant(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === null ? '' : `; did you mean "${near}"?`;
}

function meantInstead(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === null ? '' : ` (did you mean '${near}'?)`;
}
