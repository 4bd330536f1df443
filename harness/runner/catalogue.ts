/**
 * The scenarios that a name can mean, and where each comes from.
 */
import { codeFingerprint, withModule } from './code-fingerprint.js';
import type { Exhibit } from './exhibit.js';
import type { Scenario } from './experiment.js';
import type { Origin } from './origin.js';
import type { RenderReport } from './run-directory.js';
import type { ScenarioModule } from './scenario-module.js';
import { ScenarioModuleError } from './scenario-module-error.js';

/** What a composition root brings along, so that the runner needs to know no scenario and no report. */
export interface House {
  /** In the order of the story. */
  readonly scenarios: readonly Scenario[];
  readonly exhibits: readonly Exhibit[];
  readonly renderReport: RenderReport;
  /** Module that exports `runSeeds`: see `campaign-worker.ts`. Null: everything runs in this thread. */
  readonly workerUrl: URL | null;
  /** The directory that holds `harness/`, for the code fingerprint. */
  readonly codeRoot: string;
  readonly version: string;
}

export class Catalogue {
  readonly module: ScenarioModule | null;
  readonly #house: House;
  readonly #handedOver: readonly Scenario[];

  /** @throws ScenarioModuleError when one that is not built in has the name of one that is. */
  constructor(house: House, module: ScenarioModule | null = null, handedOver: readonly Scenario[] = []) {
    this.#house = house;
    this.module = module;
    this.#handedOver = handedOver.filter((scenario) => !this.#isBuiltIn(scenario));
    for (const { name } of module?.scenarios.filter((scenario) => !this.#isBuiltIn(scenario)) ?? []) {
      this.#refuseNameOfBuiltIn(name, `${module?.shownPath}: `);
    }
    for (const { name } of this.#handedOver) this.#refuseNameOfBuiltIn(name, '');
  }

  /** Those that are meant when nobody names one: the module's, where there is a module. */
  get chosen(): readonly Scenario[] {
    return this.module?.scenarios ?? this.#house.scenarios;
  }

  /** Those that can be run by their names. */
  get runnable(): readonly Scenario[] {
    return [...new Set([...this.chosen, ...this.#handedOver, ...this.#house.scenarios])];
  }

  /** Those that a token or a plan may name: those of the exhibits too. */
  get replayable(): readonly Scenario[] {
    return [...this.runnable, ...this.#house.exhibits.map((exhibit) => exhibit.scenario)];
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
   * May a run of this code be compared with one that was made by `fingerprint`? A program that hands its scenarios over
   * cannot say what code they are; there the digest in the token is what tells.
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

  /** A module may export what is built in once more. */
  #isBuiltIn(scenario: Scenario): boolean {
    return this.#builtIn().includes(scenario);
  }

  /** Names are unlike each other, and an exhibit is run as a copy: so the name decides here. */
  #hasNameOfBuiltIn(name: string): boolean {
    return this.#builtIn().some((each) => each.name === name);
  }

  #refuseNameOfBuiltIn(name: string, where: string): void {
    if (!this.#hasNameOfBuiltIn(name)) return;
    throw new ScenarioModuleError(
      `${where}"${name}" is the name of a built-in scenario; a token could not tell them apart, so give it another`,
    );
  }
}
