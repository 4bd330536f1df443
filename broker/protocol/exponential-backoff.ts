/**
 * Kafka's ExponentialBackoff (KIP-580): `initial · 2^attempts`, at most `max`, with a random ± 20 % so that clients
 * that failed together do not return together, and again at most `max`. If `initial` is 0 or `max`, every wait is
 * `initial`, without a random part. Integer microseconds.
 */
import type { Random } from '../env.js';

const JITTER_PER_MILLE = 200;

export class ExponentialBackoff {
  readonly #initialMicros: number;
  readonly #maxMicros: number;
  readonly #random: Random;

  constructor(initialMs: number, maxMs: number, random: Random) {
    this.#initialMicros = Math.min(initialMs, maxMs) * 1_000;
    this.#maxMicros = maxMs * 1_000;
    this.#random = random;
  }

  /** `attempts`: the number of earlier failures, minus one. */
  micros(attempts: number): number {
    if (this.#initialMicros === 0 || this.#initialMicros === this.#maxMicros) return this.#initialMicros;
    const doubled = Math.min(this.#maxMicros, this.#initialMicros * 2 ** Math.min(attempts, 30));
    const perMille = 1_000 - JITTER_PER_MILLE + this.#random.nextInt(2 * JITTER_PER_MILLE + 1);
    return Math.min(this.#maxMicros, Math.floor((doubled * perMille) / 1_000));
  }
}
