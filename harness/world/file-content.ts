/**
 * The bytes of one simulated file: the content that a reader sees, and the record needed to undo unsynced changes.
 *
 * The bytes live in chunks, so an append copies only the appended bytes (the last chunk doubles up to its full size). An
 * unsynced change keeps only the bytes that it overwrote or cut off; the bytes that it wrote are in the chunks. A power loss
 * undoes the changes, newest first, which leaves the durable bytes. A random draw then decides which changes had reached the
 * disk, and these are applied again.
 *
 * Fault model: unsynced changes are lost, kept, torn, or kept sector by sector. The changes of a failed sync stay undurable.
 * Not covered: torn sectors, garbage (other than zeros) in lost sectors, write-back after a time.
 */
import type { RandomStream } from '../env.js';
import type { RunMemory } from '../kernel/run-memory.js';

const CHUNK_BYTES = 1 << 15;
const FIRST_CHUNK_BYTES = 128;
/** A disk writes a sector whole or not at all. */
const SECTOR_BYTES = 512;
/** The page cache writes back whole pages: a write to a page makes the whole page dirty again. */
const PAGE_BYTES = 4096;
/** The size of a shared allocation. Copies of up to a quarter of it are cut from one. */
const SLAB_BYTES = 1 << 14;

const noBytes = new Uint8Array(0);

interface Change {
  readonly kind: 'write' | 'truncate';
  /** The first changed byte (write) or the new size (truncate). `lengthBytes` is the number of written bytes. */
  readonly position: number;
  readonly lengthBytes: number;
  readonly sizeBeforeBytes: number;
  /** The bytes at `position` that the change overwrote or cut off. */
  readonly replaced: Uint8Array;
}

export class FileContent {
  readonly #memory: RunMemory;
  #chunks: Uint8Array[] = [];
  #sizeBytes = 0;
  /** The changes since the last sync, in order. An append is represented by the resulting size alone. */
  #changes: (Change | number)[] = [];
  /** The size before the first of these changes. */
  #sizeBeforeChangesBytes = 0;
  /** Older changes of failed syncs. Later syncs do not write them, because Linux marks their pages clean after a failed sync. */
  #abandoned: Change[] = [];
  /** The size at the last successful sync. No power loss makes the file shorter than this. */
  #syncedSizeBytes = 0;

  constructor(memory: RunMemory) {
    this.#memory = memory;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** True when a power loss would not change the file. */
  get isSynced(): boolean {
    return this.#changes.length === 0 && this.#abandoned.length === 0;
  }

  /** `position` ≤ size. The bytes are copied. */
  write(position: number, bytes: Uint8Array): void {
    const sizeBytes = this.#sizeBytes;
    if (position === sizeBytes) {
      this.#changes.push(position + bytes.length);
    } else {
      this.#changes.push({
        kind: 'write',
        position,
        lengthBytes: bytes.length,
        sizeBeforeBytes: sizeBytes,
        replaced: this.read(position, bytes.length),
      });
    }
    this.#put(position, bytes);
  }

  /** Shortens the file, or extends it with zeros. */
  truncate(sizeBytes: number): void {
    this.#changes.push({
      kind: 'truncate',
      position: sizeBytes,
      lengthBytes: 0,
      sizeBeforeBytes: this.#sizeBytes,
      replaced: sizeBytes < this.#sizeBytes ? this.read(sizeBytes, this.#sizeBytes - sizeBytes) : noBytes,
    });
    this.#resize(sizeBytes);
  }

  /** A copy of up to `lengthBytes` from `position`. */
  read(position: number, lengthBytes: number): Uint8Array {
    const end = Math.min(this.#sizeBytes, position + lengthBytes);
    if (end <= position) {
      return noBytes;
    }
    const result = copySpace(end - position);
    let at = position;
    while (at < end) {
      const chunk = this.#chunks[Math.floor(at / CHUNK_BYTES)] as Uint8Array;
      const from = at % CHUNK_BYTES;
      const count = Math.min(CHUNK_BYTES - from, end - at);
      result.set(chunk.subarray(from, from + count), at - position);
      at += count;
    }
    return result;
  }

  /** Makes all changes durable, except changes of an earlier failed sync on pages that no later change has touched. */
  sync(): void {
    if (this.#abandoned.length > 0) {
      const changes = this.#expandedChanges();
      this.#abandoned = this.#abandoned.filter((old) => !changes.some((change) => sharePage(old, change)));
    }
    this.#changes.length = 0;
    this.#sizeBeforeChangesBytes = this.#sizeBytes;
    this.#syncedSizeBytes = this.#sizeBytes;
  }

  /** A sync failed: a power loss may undo its changes, and no later sync makes them durable by itself. */
  abandonChanges(): void {
    this.#abandoned.push(...this.#expandedChanges());
    this.#changes.length = 0;
    this.#sizeBeforeChangesBytes = this.#sizeBytes;
  }

  flipBit(position: number, bit: number): void {
    const chunk = this.#chunks[Math.floor(position / CHUNK_BYTES)] as Uint8Array;
    chunk[position % CHUNK_BYTES] = (chunk[position % CHUNK_BYTES] as number) ^ (1 << bit);
  }

  /**
   * The machine lost power. Four outcomes are equally likely: every unsynced change is lost; every unsynced change is kept;
   * the first few changes are kept and the next one is torn; each sector of each change is kept or lost independently. A lost
   * sector has its previous content, or zeros where the file has grown. Returns true when anything was lost.
   */
  losePower(random: RandomStream): boolean {
    const changes = [...this.#abandoned, ...this.#expandedChanges()];
    const fate = changes.length === 0 ? 0 : random.nextInt(4);
    const lost = fate !== 0 && this.#lose(changes, fate, random);
    this.#changes = [];
    this.#abandoned = [];
    this.#sizeBeforeChangesBytes = this.#sizeBytes;
    this.#syncedSizeBytes = this.#sizeBytes;
    return lost;
  }

  #lose(changes: readonly Change[], fate: number, random: RandomStream): boolean {
    const written = this.#undo(changes);
    if (fate === 1) {
      return true;
    }
    const keptCount = fate === 2 ? random.nextInt(changes.length) : 0;
    for (let index = 0; index < changes.length; index++) {
      const change = changes[index] as Change;
      const bytes = written[index] as Uint8Array;
      if (fate === 2 && index < keptCount) {
        this.#redo(change, bytes, change.lengthBytes);
      } else if (fate === 2) {
        this.#redo(change, bytes, change.kind === 'write' ? random.nextInt(change.lengthBytes + 1) : 0);
        return true;
      } else {
        this.#redoSectors(change, bytes, random);
      }
    }
    return true;
  }

  /** The changes since the last sync, with appends as full `Change` objects. */
  #expandedChanges(): Change[] {
    let sizeBytes = this.#sizeBeforeChangesBytes;
    return this.#changes.map((change) => {
      const sizeBeforeBytes = sizeBytes;
      if (typeof change === 'number') {
        sizeBytes = change;
        const lengthBytes = change - sizeBeforeBytes;
        return { kind: 'write', position: sizeBeforeBytes, lengthBytes, sizeBeforeBytes, replaced: noBytes };
      }
      sizeBytes =
        change.kind === 'truncate'
          ? change.position
          : Math.max(sizeBytes, change.position + change.lengthBytes);
      return change;
    });
  }

  /** Undoes the changes, newest first, and returns the bytes that each change had written. */
  #undo(changes: readonly Change[]): Uint8Array[] {
    const written: Uint8Array[] = new Array(changes.length);
    for (let index = changes.length - 1; index >= 0; index--) {
      const change = changes[index] as Change;
      written[index] = change.kind === 'write' ? this.read(change.position, change.lengthBytes) : noBytes;
      if (change.kind === 'write' || change.position > change.sizeBeforeBytes) {
        this.#undoGrowth(change);
      }
      this.#put(change.position, change.replaced);
    }
    return written;
  }

  /** Undoes the growth of the file, but never below the size of a later sync. Lost bytes below that size read as zeros. */
  #undoGrowth(change: Change): void {
    const endBytes = change.kind === 'write' ? change.position + change.lengthBytes : change.position;
    if (change.sizeBeforeBytes >= this.#syncedSizeBytes) {
      this.#resize(change.sizeBeforeBytes);
    } else if (endBytes > change.sizeBeforeBytes) {
      this.#put(
        change.sizeBeforeBytes,
        new Uint8Array(Math.min(endBytes, this.#sizeBytes) - change.sizeBeforeBytes),
      );
      this.#resize(Math.max(this.#syncedSizeBytes, change.sizeBeforeBytes));
    }
  }

  #redo(change: Change, bytes: Uint8Array, keptBytes: number): void {
    if (change.kind === 'truncate') {
      this.#resize(change.position);
    } else {
      this.#put(Math.min(change.position, this.#sizeBytes), bytes.subarray(0, keptBytes));
    }
  }

  #redoSectors(change: Change, bytes: Uint8Array, random: RandomStream): void {
    if (change.kind === 'truncate') {
      const extending = change.position > change.sizeBeforeBytes;
      if (random.nextInt(2) === 0 && (extending || change.position < this.#sizeBytes)) {
        this.#resize(change.position);
      }
      return;
    }
    const end = change.position + change.lengthBytes;
    let at = change.position;
    while (at < end) {
      const sectorEnd = Math.min(end, at - (at % SECTOR_BYTES) + SECTOR_BYTES);
      if (random.nextInt(2) === 0) {
        if (this.#sizeBytes < at) {
          this.#resize(at);
        }
        this.#put(at, bytes.subarray(at - change.position, sectorEnd - change.position));
      }
      at = sectorEnd;
    }
  }

  #put(position: number, bytes: Uint8Array): void {
    if (bytes.length === 0) {
      return;
    }
    const end = position + bytes.length;
    if (end > this.#sizeBytes) {
      this.#reserve(end);
      this.#sizeBytes = end;
    }
    let at = position;
    while (at < end) {
      const chunk = this.#chunks[Math.floor(at / CHUNK_BYTES)] as Uint8Array;
      const from = at % CHUNK_BYTES;
      const count = Math.min(CHUNK_BYTES - from, end - at);
      chunk.set(count === bytes.length ? bytes : bytes.subarray(at - position, at - position + count), from);
      at += count;
    }
  }

  #resize(sizeBytes: number): void {
    if (sizeBytes > this.#sizeBytes) {
      this.#reserve(sizeBytes);
    } else {
      for (const chunk of this.#chunks.splice(Math.ceil(sizeBytes / CHUNK_BYTES))) {
        this.#memory.giveBack(chunk);
      }
      const last = this.#chunks[this.#chunks.length - 1];
      // Bytes beyond the end are always zero, because a later extension makes them readable.
      last?.fill(0, sizeBytes - (this.#chunks.length - 1) * CHUNK_BYTES);
    }
    this.#sizeBytes = sizeBytes;
  }

  #reserve(sizeBytes: number): void {
    if (this.#chunks.length === 0) {
      // Most files have one chunk. An array literal reserves room for exactly one.
      this.#chunks = [this.#memory.take(FIRST_CHUNK_BYTES)];
    }
    while (this.#chunks.length * CHUNK_BYTES < sizeBytes) {
      this.#growLast(CHUNK_BYTES);
      // The first chunk starts small; every further chunk has the full size at once.
      this.#chunks.push(this.#memory.take(CHUNK_BYTES));
    }
    this.#growLast(sizeBytes - (this.#chunks.length - 1) * CHUNK_BYTES);
  }

  #growLast(neededBytes: number): void {
    const last = this.#chunks[this.#chunks.length - 1];
    if (last === undefined || last.length >= neededBytes) {
      return;
    }
    const grown = this.#memory.take(neededBytes);
    grown.set(last);
    this.#chunks[this.#chunks.length - 1] = grown;
    this.#memory.giveBack(last);
  }
}

let slab = new Uint8Array(0);
let slabUsedBytes = 0;

/** New zeroed bytes. Small copies share an allocation, because the allocation is most of the cost of a small read. */
function copySpace(lengthBytes: number): Uint8Array {
  if (lengthBytes > SLAB_BYTES / 4) {
    return new Uint8Array(lengthBytes);
  }
  if (slabUsedBytes + lengthBytes > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsedBytes = 0;
  }
  const space = slab.subarray(slabUsedBytes, slabUsedBytes + lengthBytes);
  slabUsedBytes += (lengthBytes + 7) & ~7;
  return space;
}

function sharePage(left: Change, right: Change): boolean {
  const first = (change: Change) => Math.floor(change.position / PAGE_BYTES);
  const last = (change: Change) =>
    Math.floor((change.position + Math.max(0, change.lengthBytes - 1)) / PAGE_BYTES);
  return first(left) <= last(right) && first(right) <= last(left);
}
