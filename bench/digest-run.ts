/** Child process of the determinism benchmark: prints the digest of each seed, one line each. */

import { executeRun } from '../harness/runner/execute-run.js';
import { scenarios } from '../scenarios/index.js';

const seeds = Number(process.argv[2] ?? '100');
const lines: string[] = [];
for (let seed = 0; seed < seeds; seed++) {
  const subject = scenarios[seed % scenarios.length]!;
  lines.push(`${subject.name} ${seed} ${executeRun(subject, { seed: `${seed}` }).digest}`);
}
process.stdout.write(`${lines.join('\n')}\n`);
