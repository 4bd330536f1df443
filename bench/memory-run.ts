/** Child process of the memory benchmark: prints resident megabytes at rest and after the runs asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { executeRun } from '../harness/runner/execute-run.js';
import { runSeed } from '../harness/runner/seed-executor.js';
import { leaderCrash } from '../scenarios/leader-crash.js';
import { uncleanElectionForbidden } from '../scenarios/unclean-election.js';

const STATUS = '/proc/self/status';
const MEBIBYTE = 1024 * 1024;
const mode = process.argv[2];
const residentMiB = (): number => process.memoryUsage().rss / MEBIBYTE;

/** Linux lets `maxRSS` begin at what the parent had when it forked; the status file knows the process alone. */
function peakMiB(): number {
  const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : '';
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (kibibytes === undefined ? process.resourceUsage().maxRSS : Number(kibibytes)) / 1024;
}

if (mode === 'bare') {
  console.log(JSON.stringify({ peak: peakMiB() }));
} else if (mode === 'run') {
  executeRun(leaderCrash, { seed: 'memory' });
  console.log(JSON.stringify({ peak: peakMiB() }));
} else {
  const runs = Number(process.argv[3] ?? '2000');
  // What is compiled grows for some hundred runs. Garbage comes and goes: of each quarter the least counts.
  const least = [0, 1, 2, 3].map(() => Number.POSITIVE_INFINITY);
  for (let seed = 0; seed < runs; seed++) {
    runSeed(uncleanElectionForbidden, { seed: `${seed}` });
    const quarter = Math.floor((4 * seed) / runs);
    least[quarter] = Math.min(least[quarter]!, residentMiB());
  }
  console.log(JSON.stringify({ early: least[2], late: least[3] }));
}
