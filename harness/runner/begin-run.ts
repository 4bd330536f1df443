/** Where runs begin: a run with guests in a callback of the event loop, any other run at once. */
import { canDrainMicrotasks, inMacrotask } from '../guests/microtasks.js';
import type { Scenario } from './experiment.js';
import { HarnessFailure } from './harness-failure.js';

/** Resolves to what `work` returns, which runs the scenario. */
export async function beginRun<T>(scenario: Scenario, work: () => T): Promise<T> {
  return scenario.hasGuests === true ? await inMacrotask(work) : work();
}

/** @throws HarnessFailure when the caller is the continuation of a promise, where no promise of a guest can be continued. */
export function insistOnMacrotask(scenario: Scenario): void {
  if (scenario.hasGuests !== true || canDrainMicrotasks()) return;
  throw new HarnessFailure(
    `running ${scenario.name}`,
    'a run with guests cannot begin in the continuation of a promise; `campaign` and `examine` begin it in the event loop',
  );
}
