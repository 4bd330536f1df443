/**
 * Where a scenario comes from: built in, exported by a user's module, or handed over by a program. That is what a token, a
 * worker thread and a replay line have to say of it.
 */
import type { ScenarioModule } from './scenario-module.js';

export interface Origin {
  /** `handed-over`: an object of the calling program, which no other thread or process can get at. */
  readonly kind: 'built-in' | 'module' | 'handed-over';
  /** Of the code that a run of it is a function of. */
  readonly fingerprint: string;
  /** With kind `module`. */
  readonly module: ScenarioModule | null;
}
