/** What a part of the suite says at its end. A part whose tools are missing is skipped, never passed. */
export type Outcome = 'passed' | 'failed' | 'skipped';
