/** Hostile frames and hostile connections against a live cluster, which is a process of its own. */
import { ANSWER_BYTES_MAX, floodConnections } from '../conformance/fuzz/connection-flood.js';
import { fuzzServer } from '../conformance/fuzz/fuzz-server.js';
import { startAsProcess } from '../conformance/fuzz/fuzz-target.js';
import { type BenchRow, row } from './bench-row.js';

/** Three brokers and a controller have about 250 MiB, whatever they get. */
const MEMORY_MIB_MAX = 1_024;
const HALF_OPEN_BYTES_MAX = 65_536;
const MIB = 2 ** 20;

export interface FuzzScale {
  readonly frames: number;
  readonly halfOpen: number;
  readonly deaf: number;
  readonly seed: number;
}

export async function measureFuzz({ frames, halfOpen, deaf, seed }: FuzzScale): Promise<BenchRow[]> {
  const fuzzed = await fuzzServer({ frames, seed, start: startAsProcess });
  for (const failure of new Set(fuzzed.failures)) console.error(failure);
  for (const suspect of fuzzed.suspects) console.error(suspect);
  const harm = fuzzed.failures.length + fuzzed.disturbed;
  const memoryMib = Math.round((fuzzed.memoryBytesMax ?? 0) / MIB);
  const flood = await floodConnections({ halfOpen, deaf, start: startAsProcess });
  for (const failure of new Set(flood.failures)) console.error(failure);
  const missing = flood.unanswered + flood.failures.length;
  const halfOpenBytes = flood.bytesPerHalfOpen ?? 0;
  const deafBytes = flood.bytesPerDeaf ?? 0;
  return [
    row(`fuzz: ${fuzzed.frames} frames, ${fuzzed.kinds} kinds of answers`, harm, 'failures', {
      aim: 0,
      holds: harm === 0 && fuzzed.frames >= frames,
    }),
    row('fuzz: memory of three brokers and their controller, at most', memoryMib, 'MiB', {
      aim: MEMORY_MIB_MAX,
      holds: memoryMib <= MEMORY_MIB_MAX,
    }),
    row(`flood: ${halfOpen} half-open and ${deaf} deaf connections`, missing, 'failures', {
      aim: 0,
      holds: missing === 0,
    }),
    row('flood: the slowest answer to another client', flood.slowestAnswerMs, 'ms', {
      aim: 1_000,
      holds: flood.slowestAnswerMs <= 5_000,
    }),
    row('flood: memory for each half-open connection', halfOpenBytes, 'bytes', {
      aim: HALF_OPEN_BYTES_MAX,
      holds: halfOpenBytes <= HALF_OPEN_BYTES_MAX,
    }),
    row('flood: memory for each connection that never reads', deafBytes, 'bytes', {
      aim: ANSWER_BYTES_MAX,
      holds: deafBytes <= 2 * ANSWER_BYTES_MAX,
    }),
  ];
}
