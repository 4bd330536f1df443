/**
 * Which fault took a host down or paused it. Only that one brings it back, so that of two faults on one host the
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

  /** True when `faultId` was the owner; the host is free then. */
  release(host: string, faultId: number): boolean {
    if (this.#owners.get(host) !== faultId) return false;
    this.#owners.delete(host);
    return true;
  }
}
