/**
 * The names of a simulated disk: which path names which file, and the changes of names that no directory sync has made
 * durable yet. A power loss keeps a first part of the unsynced changes of each directory, in their order (file systems
 * journal names), chosen by chance; a rename happens whole or not at all.
 *
 * Not covered: directories as things of their own (one is there while a file is in it, and needs no sync in its parent).
 */
import type { RandomStream } from '../env.js';
import { FileContent } from './file-content.js';

interface NameChange {
  readonly directories: readonly string[];
  readonly names: readonly {
    readonly path: string;
    readonly before: FileContent | null;
    readonly after: FileContent | null;
  }[];
}

export class FileTree {
  readonly #files = new Map<string, FileContent>();
  #changes: NameChange[] = [];

  get(path: string): FileContent | null {
    return this.#files.get(path) ?? null;
  }

  create(path: string): FileContent {
    const file = new FileContent();
    this.#apply({ directories: [directoryOf(path)], names: [{ path, before: null, after: file }] });
    return file;
  }

  /** The file must exist. */
  remove(path: string): void {
    this.#apply({ directories: [directoryOf(path)], names: [{ path, before: this.get(path), after: null }] });
  }

  /** The file must exist; what `to` named before is replaced. */
  rename(from: string, to: string): void {
    if (from === to) {
      return;
    }
    const file = this.get(from);
    this.#apply({
      directories: [...new Set([directoryOf(from), directoryOf(to)])],
      names: [
        { path: from, before: file, after: null },
        { path: to, before: this.get(to), after: file },
      ],
    });
  }

  /** Names directly inside a directory, sorted by code unit. */
  list(directory: string): readonly string[] {
    const prefix = directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
    const names = new Set<string>();
    for (const path of this.#files.keys()) {
      if (path.startsWith(prefix)) {
        const end = path.indexOf('/', prefix.length);
        names.add(end < 0 ? path.slice(prefix.length) : path.slice(prefix.length, end));
      }
    }
    names.delete('');
    return [...names].sort();
  }

  /** The files in a fixed order: that of their paths. */
  entries(): readonly (readonly [path: string, file: FileContent])[] {
    return [...this.#files].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  }

  /** The names in this directory are durable; a rename out of it or into it takes the other directory along. */
  sync(directory: string): void {
    const synced = new Set([directory.endsWith('/') ? directory.slice(0, -1) : directory]);
    for (let before = 0; before !== synced.size; ) {
      before = synced.size;
      for (const change of this.#changes) {
        if (change.directories.some((name) => synced.has(name))) {
          for (const name of change.directories) {
            synced.add(name);
          }
        }
      }
    }
    this.#changes = this.#changes.filter((change) => !change.directories.some((name) => synced.has(name)));
  }

  wipe(): void {
    this.#files.clear();
    this.#changes = [];
  }

  /** Returns true when a name was lost (or a lost one came back). */
  losePower(random: RandomStream): boolean {
    const changes = this.#changes;
    this.#changes = [];
    for (let index = changes.length - 1; index >= 0; index--) {
      for (const { path, before } of (changes[index] as NameChange).names) {
        this.#set(path, before);
      }
    }
    /** How many more changes of a directory are kept. */
    const left = new Map<string, number>();
    for (const { directories } of changes) {
      for (const directory of directories) {
        left.set(directory, (left.get(directory) ?? 0) + 1);
      }
    }
    for (const [directory, count] of left) {
      // Half the time all of it had been written back.
      left.set(directory, random.nextInt(2) === 0 ? count : random.nextInt(count + 1));
    }
    let lost = false;
    for (const change of changes) {
      if (change.directories.every((directory) => (left.get(directory) as number) > 0)) {
        this.#setAll(change);
        for (const directory of change.directories) {
          left.set(directory, (left.get(directory) as number) - 1);
        }
      } else {
        lost = true;
        // What follows in these directories is lost too: their journal ends here.
        for (const directory of change.directories) {
          left.set(directory, 0);
        }
      }
    }
    return lost;
  }

  #apply(change: NameChange): void {
    this.#changes.push(change);
    this.#setAll(change);
  }

  #setAll(change: NameChange): void {
    for (const { path, after } of change.names) {
      this.#set(path, after);
    }
  }

  #set(path: string, file: FileContent | null): void {
    if (file === null) {
      this.#files.delete(path);
    } else {
      this.#files.set(path, file);
    }
  }
}

function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '' : path.slice(0, end);
}
