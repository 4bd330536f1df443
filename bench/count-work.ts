/**
 * Child process of the scale benchmark: prints how many basic blocks V8 entered per event of the simulation. That is the
 * work done, whatever the machine takes for it, and the same at each run.
 */
import { Session } from 'node:inspector/promises';
import { isDimension } from './scaled.js';

const [dimension, count] = process.argv.slice(2);
if (!isDimension(dimension)) throw new Error(`no such dimension: ${dimension}`);
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
// What was compiled before is not counted.
const { executeRun } = await import('../harness/runner/execute-run.js');
const { scaled } = await import('./scaled.js');
const subject = scaled(dimension, Number(count));
executeRun(subject, { seed: 'warm-up' });
await session.post('Profiler.takePreciseCoverage');
let events = 0;
for (let seed = 0; seed < 2; seed++) events += executeRun(subject, { seed: `scale ${seed}` }).events;
const { result } = await session.post('Profiler.takePreciseCoverage');
let blocks = 0;
for (const { functions } of result) {
  for (const { ranges } of functions) {
    for (const range of ranges) blocks += range.count;
  }
}
console.log(JSON.stringify({ blocksPerEvent: blocks / events }));
