/** `npm test`: sets up, checks types, lints, looks for dead code, runs the tests. Arguments go to vitest: `npm test -- harness/runner`. */
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { ROOT, runNode } from './run-node.mjs';
import { installPackages, requireNode } from './set-up.mjs';

requireNode();
installPackages();
// The examples import the package by its name: what is compiled must be what is tested. If it is not, the types say why.
await buildIfStale();

const inPackages = (...parts) => join(ROOT, 'node_modules', ...parts);
const steps = [
  ['types', inPackages('typescript', 'bin', 'tsc'), ['--noEmit']],
  ['types of the page', inPackages('typescript', 'bin', 'tsc'), ['--noEmit', '-p', 'reports/page']],
  ['lint', inPackages('@biomejs', 'biome', 'bin', 'biome'), ['check', '.']],
  ['dead code', inPackages('knip', 'bin', 'knip.js'), []],
  ['tests', inPackages('vitest', 'vitest.mjs'), ['run', ...process.argv.slice(2)]],
];

// Every step runs, so that one broken line does not hide what the others have to say.
const failed = steps.filter(([name, script, args]) => {
  console.log(`\n── ${name}`);
  return runNode(script, args) !== 0;
});
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}
