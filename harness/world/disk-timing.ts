/** How long the operations of a simulated disk take, in microseconds. */
import type { IntegerDistribution } from '../kernel/distribution.js';

export interface DiskTiming {
  /** A write into the page cache, and each 64 KiB of it. */
  readonly write: IntegerDistribution;
  readonly writePer64KiBMicros: number;
  readonly read: IntegerDistribution;
  readonly readPer64KiBMicros: number;
  /** Of a file or a directory. */
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

/** A spinning disk, most of whose reads miss the page cache: starting takes seconds, and a sync leaves a tail behind. */
export const hddTiming: DiskTiming = {
  write: { kind: 'uniform', min: 8, max: 24 },
  writePer64KiBMicros: 20,
  read: { kind: 'uniform', min: 1_000, max: 12_000 },
  readPer64KiBMicros: 400,
  sync: { kind: 'quantiles', values: [4_000, 6_000, 8_000, 9_000, 10_000, 12_000, 15_000, 22_000, 40_000] },
  metadata: { kind: 'uniform', min: 10, max: 4_000 },
};
