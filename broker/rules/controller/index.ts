/** The controller rules, gathered; each in a file of its own beside this one. */
export interface ControllerRules {}

export const controllerRules: ControllerRules = {};
