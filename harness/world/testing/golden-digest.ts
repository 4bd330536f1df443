/** Prints the digest of the golden world for the seed given: for the test that runs it in a fresh process or worker. */
import { argv } from 'node:process';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runGoldenWorld } from './golden-world.js';

const { digest } = runGoldenWorld(isMainThread ? (argv[2] ?? '') : String(workerData));
if (isMainThread) {
  console.log(digest);
} else {
  parentPort?.postMessage(digest);
}
