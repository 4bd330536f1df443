/** A module of scenarios that cannot be used: which, where in it, and why. Nothing was run. */
export class ScenarioModuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScenarioModuleError';
  }
}
