/**
 * The fault that took each host down or paused it. Only that fault brings the host back: when two faults strike one host, the
 * shorter one cannot end the longer one early.
 */
export class HostOwnership {
  readonly #owners = new Map<string, number>();

  take(host: string, faultId: number): void {
    this.#owners.set(host, faultId);
  }

  isOwned(host: string): boolean {
    return this.#owners.has(host);
  }

  /** Frees the host and returns true when `faultId` was its owner. */
  release(host: string, faultId: number): boolean {
    if (this.#owners.get(host) !== faultId) return false;
    this.#owners.delete(host);
    return true;
  }
}
