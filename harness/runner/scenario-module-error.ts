/** The error of a module of scenarios that cannot be used, with the place and the reason. No run has begun. */
export class ScenarioModuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScenarioModuleError';
  }
}
