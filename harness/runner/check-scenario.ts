/**
 * Checks that a value from a user's module is a scenario. The check is strict: without it, a misspelt kind in `requiredFaults`
 * or a plan that cannot be drawn would only show as a failed campaign.
 */
import { drawPlan } from '../faults/arbitrary.js';
import { FAULT_KINDS } from '../faults/fault-fields.js';
import { nearest } from '../faults/nearest.js';
import { validatePlan } from '../faults/plan.js';
import type { Scenario } from './experiment.js';
import { ScenarioModuleError } from './scenario-module-error.js';

/** True for a value that is meant as a scenario, even with errors. */
export function isScenarioLike(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof get(value, 'build') === 'function' ||
    ('promise' in value && ('name' in value || 'cluster' in value))
  );
}

/** @param place the start of error messages, before the field. @throws ScenarioModuleError */
export function checkScenario(value: unknown, place: string): Scenario {
  if (typeof value !== 'object' || value === null) {
    throw new ScenarioModuleError(`${place}: must be a scenario, not ${describe(value)}`);
  }
  if (typeof get(value, 'build') !== 'function') {
    throw new ScenarioModuleError(
      `${place}: has no build(); scenario('its-name', { promise, cluster, … }) makes a scenario of a description`,
    );
  }
  for (const [field, objection] of Object.entries(OBJECTIONS)) {
    const words = objection(get(value, field));
    if (words !== null) {
      throw new ScenarioModuleError(`${place}.${field}: ${words}, not ${describe(get(value, field))}`);
    }
  }
  const scenario = value as Scenario;
  refusePlans(scenario, place);
  return scenario;
}

type Objection = (value: unknown) => string | null;

const OBJECTIONS: Readonly<Record<Exclude<keyof Scenario, 'build'>, Objection>> = {
  name: (value) =>
    // The name must be one word on a command line and fit one line of a report.
    typeof value === 'string' && /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(value)
      ? null
      : 'must be a text without spaces that does not begin with "-"',
  promise: text,
  profile: text,
  setByHarness: optional((value) =>
    typeof value === 'object' && value !== null ? null : 'must be an object of settings',
  ),
  durationMicros: (value) => count(value, 1, 'must be an integer count of virtual microseconds, 1 or more'),
  livenessMicros: (value) => count(value, 0, 'must be an integer count of virtual microseconds, 0 or more'),
  plan: (value) =>
    typeof value === 'object' && value !== null && typeof get(value, 'generate') === 'function'
      ? null
      : 'must be a fast-check arbitrary of fault plans',
  faultSources: optional((value) => (Array.isArray(value) ? null : 'must be a list of fault sources')),
  budget: (value) =>
    value === undefined || (typeof value === 'object' && value !== null) ? null : 'must be a fault budget',
  expect: (value) => (value === 'valid' || value === 'invalid' ? null : 'must be "valid" or "invalid"'),
  seedsToFind: optional((value) => count(value, 1, 'must be an integer, 1 or more')),
  expectedAnomalies: optional(texts),
  requiredFaults: optional(faultKinds),
  requiredMarks: optional(texts),
  removableHosts: optional(texts),
  hasGuests: optional((value) => (typeof value === 'boolean' ? null : 'must be true or false')),
};

/** The number of plans that are drawn as a test. Each run checks for itself the names in its plan. */
const PLANS_TRIED = 8;

function refusePlans(scenario: Scenario, place: string): void {
  for (let seed = 1; seed <= PLANS_TRIED; seed++) {
    try {
      validatePlan(drawPlan(scenario.plan, String(seed)));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new ScenarioModuleError(
        `${place}.plan: what it draws for seed ${seed} is no fault plan: ${words}`,
      );
    }
  }
}

function optional(objection: Objection): Objection {
  return (value) => (value === undefined ? null : objection(value));
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? null : 'must be a text that is not empty';
}

function texts(value: unknown): string | null {
  return Array.isArray(value) && value.every((each) => text(each) === null)
    ? null
    : 'must be a list of texts';
}

function faultKinds(value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list of fault kinds';
  const kinds: readonly unknown[] = value;
  const wrong = kinds.find((kind) => !FAULT_KINDS.some((known) => known === kind) && !isNamedAction(kind));
  if (wrong === undefined) return null;
  const near = typeof wrong === 'string' ? nearest(wrong, FAULT_KINDS) : null;
  return `must be a list of fault kinds${near === null ? ` (${FAULT_KINDS.join(', ')})` : `; did you mean "${near}"`}`;
}

/** True for a kind such as `action:preferred-election`, which means that action alone. */
function isNamedAction(kind: unknown): boolean {
  return typeof kind === 'string' && /^action:\S+$/.test(kind);
}

function count(value: unknown, least: number, words: string): string | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? null : words;
}

function get(value: object, field: string): unknown {
  return Reflect.get(value, field);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null && 'then' in value) return 'a promise';
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    json = undefined;
  }
  const words = json ?? String(typeof value);
  return words.length > 60 ? `${words.slice(0, 57)}...` : words;
}
