/** The synthetic run with a hostile text in every place where a text can stand. */
import type { Fault } from '../../harness/faults/fault.js';
import type { ReportInput } from '../report-input.js';
import { syntheticRun } from './synthetic-run.js';

/** Runs if it is ever taken for markup, for an attribute, for script or for the end of a data block. */
const hostile = `</script></style><!--<img src=x onerror="window.hacked=1">"'\`\u2028\u2029]]>&lt;{{x}}\${window.hacked=2}`;

export function hostileRun(): ReportInput {
  const input = syntheticRun({
    brokers: [`b1${hostile}`, `b2${hostile}`, `b3${hostile}`],
    value: (number) => `${number}${hostile}`,
  });
  const { results } = input;
  const anomalies = results.anomalies.map((anomaly) => ({
    ...anomaly,
    reason: hostile,
    witnesses: anomaly.witnesses.map((witness) => ({ ...witness, [hostile]: hostile })),
  }));
  const invariant = {
    name: hostile,
    count: 2,
    allowed: false,
    witnesses: [{ partition: hostile, timeMicros: 5, [hostile]: hostile }],
  };
  const action: Fault = { kind: 'action', atMicros: 10, name: hostile, target: hostile };
  return {
    ...input,
    run: {
      ...input.run,
      scenario: hostile,
      seed: hostile,
      digest: hostile,
      runDirectory: hostile,
      faults: [{ kind: hostile, configured: 1, fired: 1, mattered: 1 }],
    },
    results: {
      ...results,
      promise: hostile,
      profile: hostile,
      summary: hostile,
      anomalies: [...anomalies, invariant],
      story: results.story.map((line) => ({ ...line, text: hostile })),
      waitingFor: [hostile],
      unknownBecause: [hostile],
      marks: { [hostile]: 1 },
      operations: { [hostile]: { ok: 1, fail: 1, info: 1 } },
      configuration: { [hostile]: { [hostile]: hostile }, list: [hostile] },
      minimisation: { runs: 1, faultsBefore: 2, faultsAfter: 1, log: [hostile] },
    },
    plan: { version: 1, faults: [...input.plan.faults, action] },
    operations: input.operations.map((operation) => ({
      ...operation,
      process: `${operation.process} ${hostile}`,
      ...(operation.error === undefined ? {} : { error: hostile }),
    })),
    replay: hostile,
    versions: { [hostile]: hostile },
    files: [hostile],
  };
}
