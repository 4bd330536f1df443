/**
 * How long each broker has been unable to take its waiting batches
 * (RecordAccumulator#updateNodeLatencyStats). With `partitioner.availability.timeout.ms` a partition is not
 * drawn as sticky partition if its leader has been unable for longer.
 */
export class BrokerReadiness {
  readonly #patienceMicros: number;
  readonly #brokers = new Map<number, { drainedAt: number; askedAt: number }>();

  constructor(patienceMs: number) {
    this.#patienceMicros = patienceMs * 1_000;
  }

  /**
   * Batches wait for the broker. `canDrain`: the broker is connected and another request may be sent to it.
   */
  note(brokerId: number, canDrain: boolean, now: number): void {
    if (this.#patienceMicros === 0) return;
    const known = this.#brokers.get(brokerId);
    if (known === undefined) {
      this.#brokers.set(brokerId, { drainedAt: now, askedAt: now });
      return;
    }
    if (canDrain) known.drainedAt = now;
    known.askedAt = now;
  }

  isSlow(brokerId: number): boolean {
    const known = this.#brokers.get(brokerId);
    return known !== undefined && known.askedAt - known.drainedAt > this.#patienceMicros;
  }
}
