/**
 * The origin of a scenario: built in, exported by a user's module, or handed over by a program. Tokens, worker threads and
 * replay lines need it to find the scenario again.
 */
import type { ScenarioModule } from './scenario-module.js';

export interface Origin {
  /** `handed-over`: an object of the calling program, which no other thread or process can load. */
  readonly kind: 'built-in' | 'module' | 'handed-over';
  /** The fingerprint of the code of which a run of the scenario is a function. */
  readonly fingerprint: string;
  /** The module when `kind` is `module`, else null. */
  readonly module: ScenarioModule | null;
}
