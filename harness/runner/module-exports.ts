/**
 * What of a module's exports are its scenarios: the list `scenarios`, the default export (a scenario or a list) and every
 * other export that is a scenario or a list of them. One that is exported twice counts once; exports that are something
 * else (a rule, a cluster) are the module's own business.
 */
import { checkScenario, isScenarioLike } from './check-scenario.js';
import type { Scenario } from './experiment.js';
import { ScenarioModuleError } from './scenario-module-error.js';

type Exports = Readonly<Record<string, unknown>>;

/** @throws ScenarioModuleError with the place: `my-scenarios.mjs: scenarios[2].plan: …`. */
export function scenariosIn(exports: Exports, shownPath: string): readonly Scenario[] {
  const found = new Set<Scenario>();
  for (const [name, value] of inOrder(unwrapped(exports))) {
    if (name === 'scenarios' && !Array.isArray(value)) {
      throw new ScenarioModuleError(`${shownPath}: scenarios: must be a list of scenarios`);
    }
    for (const [place, scenario] of candidates(name, value)) {
      found.add(checkScenario(scenario, `${shownPath}: ${place}`));
    }
  }
  if (found.size === 0) throw new ScenarioModuleError(`${shownPath} ${nothingWords(exports)}`);
  refuseTwins(found, shownPath);
  return [...found];
}

/** What was written for `require` arrives as the default export alone. */
function unwrapped(exports: Exports): Exports {
  const whole = exports.default;
  const isNamespace =
    typeof whole === 'object' && whole !== null && !Array.isArray(whole) && !isScenarioLike(whole);
  return isNamespace ? { ...whole, ...withoutDefault(exports) } : exports;
}

function withoutDefault(exports: Exports): Exports {
  return Object.fromEntries(
    Object.entries(exports).filter(([name]) => name !== 'default' && name !== 'module.exports'),
  );
}

/** The list comes first: it says in which order its author wants to see them. */
function inOrder(exports: Exports): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(exports);
  return [
    ...entries.filter(([name]) => name === 'scenarios'),
    ...entries.filter(([name]) => name !== 'scenarios'),
  ];
}

/** With the place of each. In a list that holds one scenario everything has to be one. */
function candidates(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (isScenarioLike(value)) return [[name, value]];
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  const isMeant = name === 'scenarios' || list.some(isScenarioLike);
  return isMeant ? list.map((each, index) => [`${name}[${index}]`, each] as const) : [];
}

function nothingWords(exports: Exports): string {
  const names = Object.keys(exports);
  const what =
    names.length === 0 ? 'exports nothing' : `exports no scenario (what it exports: ${names.join(', ')})`;
  return `${what}; export const scenarios = [scenario('my-own', { … })] would be one`;
}

function refuseTwins(scenarios: ReadonlySet<Scenario>, shownPath: string): void {
  const names = new Set<string>();
  for (const { name } of scenarios) {
    if (names.has(name)) {
      throw new ScenarioModuleError(
        `${shownPath}: two scenarios have the name "${name}"; a token could not tell them apart`,
      );
    }
    names.add(name);
  }
}
