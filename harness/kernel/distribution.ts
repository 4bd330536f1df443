/**
 * Distributions made of integers and tables alone. `Math.log` and `Math.pow` give different results on different
 * JavaScript engines; integer arithmetic does not.
 */
import type { RandomStream } from '../env.js';
import { insist } from './harness-bug.js';

export type IntegerDistribution =
  | { readonly kind: 'constant'; readonly value: number }
  /** Both ends included. */
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  /**
   * The entries ascend. Every interval between neighbouring entries is equally likely, and values inside an interval are
   * uniform: eleven entries are the minimum, the nine deciles and the maximum.
   */
  | { readonly kind: 'quantiles'; readonly values: readonly number[] };

/** A draw falls on one of this many evenly spaced points of an interval. */
const STEPS_PER_INTERVAL = 1024;

export function drawFrom(distribution: IntegerDistribution, random: RandomStream): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return distribution.min + random.nextInt(distribution.max - distribution.min + 1);
    case 'quantiles': {
      const values = distribution.values;
      const drawn = random.nextInt((values.length - 1) * STEPS_PER_INTERVAL);
      const index = Math.floor(drawn / STEPS_PER_INTERVAL);
      const low = values[index] as number;
      const width = (values[index + 1] as number) - low;
      return low + Math.floor((width * (drawn % STEPS_PER_INTERVAL)) / STEPS_PER_INTERVAL);
    }
    default: {
      const unknown: never = distribution;
      return unknown;
    }
  }
}

/** Stops the run on a distribution that could draw a fraction or a negative number. */
export function insistOnSound(distribution: IntegerDistribution): void {
  const values =
    distribution.kind === 'constant'
      ? [distribution.value]
      : distribution.kind === 'uniform'
        ? [distribution.min, distribution.max]
        : distribution.values;
  insist(distribution.kind !== 'quantiles' || values.length >= 2, 'quantiles need at least two values');
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    insist(Number.isSafeInteger(value) && value >= 0, `not a whole number ≥ 0 in a distribution: ${value}`);
    insist(index === 0 || value >= (values[index - 1] as number), 'the values of a distribution must ascend');
  }
}
