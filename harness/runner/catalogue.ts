/**
 * The scenarios by name, and the origin of each.
 */
import { codeFingerprint, withModule } from './code-fingerprint.js';
import type { Exhibit } from './exhibit.js';
import type { Scenario } from './experiment.js';
import type { Origin } from './origin.js';
import type { RenderReport } from './run-directory.js';
import type { ScenarioModule } from './scenario-module.js';
import { ScenarioModuleError } from './scenario-module-error.js';

/** The parts that a composition root supplies, so that the runner does not depend on any scenario or report. */
export interface House {
  /** The built-in scenarios in the order in which the default story runs them. */
  readonly scenarios: readonly Scenario[];
  readonly exhibits: readonly Exhibit[];
  /**
   * The built-in scenario of a name that states all its settings. Such scenarios are not listed, because there is one for
   * every choice of settings. Null, or absent: the name is not one.
   */
  readonly scenarioNamed?: (name: string) => Scenario | null;
  readonly renderReport: RenderReport;
  /** The module that exports `runSeeds` (`campaign-worker.ts`). Null: everything runs in this thread. */
  readonly workerUrl: URL | null;
  /** The directory that holds `harness/`, for the code fingerprint. */
  readonly codeRoot: string;
  readonly version: string;
}

export class Catalogue {
  readonly module: ScenarioModule | null;
  readonly #house: House;
  readonly #handedOver: readonly Scenario[];

  /** @throws ScenarioModuleError when a scenario that is not built in has the name of a built-in one. */
  constructor(house: House, module: ScenarioModule | null = null, handedOver: readonly Scenario[] = []) {
    this.#house = house;
    this.module = module;
    this.#handedOver = handedOver.filter((scenario) => !this.#isBuiltIn(scenario));
    for (const { name } of module?.scenarios.filter((scenario) => !this.#isBuiltIn(scenario)) ?? []) {
      this.#refuseNameOfBuiltIn(name, `${module?.shownPath}: `);
    }
    for (const { name } of this.#handedOver) this.#refuseNameOfBuiltIn(name, '');
  }

  /** The scenarios that run when none is named: those of the module when there is one, else the built-in ones. */
  get chosen(): readonly Scenario[] {
    return this.module?.scenarios ?? this.#house.scenarios;
  }

  /** The scenarios that can be run by name. */
  get runnable(): readonly Scenario[] {
    return [...new Set([...this.chosen, ...this.#handedOver, ...this.#house.scenarios])];
  }

  /** The scenarios that a token or a plan may name, including those of the exhibits. */
  get replayable(): readonly Scenario[] {
    return [...this.runnable, ...this.#house.exhibits.map((exhibit) => exhibit.scenario)];
  }

  /** The scenario of a name that states all its settings; null: the name is not one. */
  named(name: string): Scenario | null {
    return this.#house.scenarioNamed?.(name) ?? null;
  }

  originOf(scenario: Scenario): Origin {
    const code = codeFingerprint(this.#house.codeRoot);
    const { module } = this;
    const { name } = scenario;
    if (this.#hasNameOfBuiltIn(name)) return { kind: 'built-in', fingerprint: code, module: null };
    return module?.scenarios.some((each) => each.name === name) === true
      ? { kind: 'module', fingerprint: withModule(code, module.sources), module }
      : { kind: 'handed-over', fingerprint: code, module: null };
  }

  /**
   * True when runs of this code are comparable with runs of the code `fingerprint`. The code of a scenario that a program
   * handed over has no fingerprint; for such a scenario only the digest in the token shows a difference.
   */
  isSameCode(scenario: Scenario, fingerprint: string): boolean {
    return (
      fingerprint === this.originOf(scenario).fingerprint ||
      fingerprint === codeFingerprint(this.#house.codeRoot)
    );
  }

  #builtIn(): readonly Scenario[] {
    return [...this.#house.scenarios, ...this.#house.exhibits.map((exhibit) => exhibit.scenario)];
  }

  /** True for a built-in scenario, which a module may export again. */
  #isBuiltIn(scenario: Scenario): boolean {
    return this.#builtIn().includes(scenario);
  }

  /** Compares names, because names are unique and an exhibit runs as a copy of its scenario. */
  #hasNameOfBuiltIn(name: string): boolean {
    return this.#builtIn().some((each) => each.name === name) || this.named(name) !== null;
  }

  #refuseNameOfBuiltIn(name: string, where: string): void {
    if (!this.#hasNameOfBuiltIn(name)) return;
    throw new ScenarioModuleError(
      `${where}"${name}" is the name of a built-in scenario; a token could not tell them apart, so give it another`,
    );
  }
}
