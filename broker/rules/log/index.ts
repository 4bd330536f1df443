/** The log rules, gathered; each in a file of its own beside this one. */
export interface LogRules {}

export const logRules: LogRules = {};
