/**
 * Finds the scenarios among the exports of a module: the list `scenarios`, the default export (a scenario or a list) and every
 * other export that is a scenario or a list of scenarios. A scenario that is exported twice counts once. Other exports (a rule,
 * a cluster) are ignored.
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

/** The exports of a CommonJS module, which arrive as the default export alone. */
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

/** The exports with the list `scenarios` first, because the list defines the order of the scenarios. */
function inOrder(exports: Exports): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(exports);
  return [
    ...entries.filter(([name]) => name === 'scenarios'),
    ...entries.filter(([name]) => name !== 'scenarios'),
  ];
}

/** The values that must be scenarios, with the place of each. When a list holds one scenario, all its elements must be scenarios. */
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
