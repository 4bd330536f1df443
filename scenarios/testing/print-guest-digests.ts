/** Child process of `kafkajs.test.ts`: prints the digests of the scenarios with guests, one line each. */

import { inMacrotask } from '../../harness/guests/microtasks.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { kafkaJsIdempotent, kafkaJsProduces } from '../kafkajs.js';

const seeds = Number(process.argv[2] ?? '1');
for (const scenario of [kafkaJsProduces, kafkaJsIdempotent]) {
  for (let seed = 0; seed < seeds; seed++) {
    const { digest, verdict } = await inMacrotask(() => executeRun(scenario, { seed: `${seed}` }));
    process.stdout.write(`${scenario.name} ${seed} ${verdict} ${digest}\n`);
  }
}
