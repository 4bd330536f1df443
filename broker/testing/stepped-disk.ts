import type { Disk } from '../env.js';
import { MemoryDisk } from './memory-disk.js';

/** A disk whose operations wait until the test completes them. `crash` drops those under way. */
export class SteppedDisk extends MemoryDisk implements Disk {
  #pending: (() => void)[] = [];
  readonly #door = this.open((finish) => this.#pending.push(finish));
  readonly append = this.#door.append;
  readonly write = this.#door.write;
  readonly read = this.#door.read;
  readonly size = this.#door.size;
  readonly sync = this.#door.sync;
  readonly syncDirectory = this.#door.syncDirectory;
  readonly truncate = this.#door.truncate;
  readonly rename = this.#door.rename;
  readonly remove = this.#door.remove;
  readonly renameDirectory = this.#door.renameDirectory;
  readonly removeDirectory = this.#door.removeDirectory;
  readonly list = this.#door.list;

  /** Runs completions until none is left. */
  run(): void {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      for (const complete of batch) complete();
    }
  }

  /** Runs one completion; false when none is waiting. */
  step(): boolean {
    const complete = this.#pending.shift();
    complete?.();
    return complete !== undefined;
  }

  crash(): void {
    this.#pending = [];
  }

  override powerLoss(tornBytes = 0): void {
    this.crash();
    super.powerLoss(tornBytes);
  }
}
