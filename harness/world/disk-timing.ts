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
