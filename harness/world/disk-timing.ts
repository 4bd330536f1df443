/** How long the operations of a simulated disk take, in microseconds. */
import type { IntegerDistribution } from '../kernel/distribution.js';

export interface DiskTiming {
  /** A write into the page cache; each 64 KiB add `writePer64KiBMicros`. */
  readonly write: IntegerDistribution;
  readonly writePer64KiBMicros: number;
  readonly read: IntegerDistribution;
  readonly readPer64KiBMicros: number;
  /** The sync of a file or a directory. */
  readonly sync: IntegerDistribution;
  /** Size, truncate, rename, remove, list. */
  readonly metadata: IntegerDistribution;
}

/** A local SSD. */
export const ssdTiming: DiskTiming = {
  write: { kind: 'uniform', min: 8, max: 24 },
  writePer64KiBMicros: 20,
  read: { kind: 'uniform', min: 10, max: 40 },
  readPer64KiBMicros: 25,
  sync: { kind: 'quantiles', values: [300, 450, 550, 650, 800, 1000, 1400, 2200, 6000] },
  metadata: { kind: 'uniform', min: 10, max: 30 },
};

/** A spinning disk. Most reads miss the page cache, so a server takes seconds to start, and syncs have a long latency tail. */
export const hddTiming: DiskTiming = {
  write: { kind: 'uniform', min: 8, max: 24 },
  writePer64KiBMicros: 20,
  read: { kind: 'uniform', min: 1_000, max: 12_000 },
  readPer64KiBMicros: 400,
  sync: { kind: 'quantiles', values: [4_000, 6_000, 8_000, 9_000, 10_000, 12_000, 15_000, 22_000, 40_000] },
  metadata: { kind: 'uniform', min: 10, max: 4_000 },
};
