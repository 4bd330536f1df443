/**
 * The names of a simulated disk: the file of each path, and the name changes that no directory sync has made durable yet. A
 * power loss keeps a random first part of each directory's unsynced changes, in order, because file systems journal name
 * changes. A rename is atomic, also that of a directory. The renamed directory's own unsynced changes are in the same journal:
 * the rename is durable only with them, and a power loss that undoes the rename undoes every later change in the directory.
 *
 * The cost of an operation depends only on the paths it touches: names and unsynced changes are indexed by directory.
 *
 * Not covered: directories as separate objects (a directory exists while it contains a file, and needs no sync in its parent).
 */
import type { RandomStream } from '../env.js';
import type { RunMemory } from '../kernel/run-memory.js';
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
  readonly #memory: RunMemory;
  readonly #files = new Map<string, FileContent>();
  /** By directory: each name directly inside it, with the number of files at or below that name. */
  readonly #children = new Map<string, Map<string, number>>();
  /** Unsynced changes by number, in the order in which they were made. */
  #changes = new Map<number, NameChange>();
  #changeCount = 0;
  /** By directory, the numbers of its unsynced changes. */
  readonly #unsynced = new Map<string, Set<number>>();

  constructor(memory: RunMemory) {
    this.#memory = memory;
  }

  get(path: string): FileContent | null {
    return this.#files.get(path) ?? null;
  }

  create(path: string): FileContent {
    const file = new FileContent(this.#memory);
    this.#apply({ directories: [directoryOf(path)], names: [{ path, before: null, after: file }] });
    return file;
  }

  /** The file must exist. */
  remove(path: string): void {
    this.#apply({ directories: [directoryOf(path)], names: [{ path, before: this.get(path), after: null }] });
  }

  /** The file `from` must exist. A file with the name `to` is replaced. */
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

  /** Moves every file below `from` to the same place below `to`, which must be empty. */
  renameDirectory(from: string, to: string): void {
    if (from === to) {
      return;
    }
    const directories = new Set([directoryOf(from), directoryOf(to)]);
    const names: { path: string; before: FileContent | null; after: FileContent | null }[] = [];
    for (const [path, file] of this.entries()) {
      if (!path.startsWith(`${from}/`)) continue;
      const target = `${to}${path.slice(from.length)}`;
      directories.add(directoryOf(path)).add(directoryOf(target));
      names.push({ path, before: file, after: null }, { path: target, before: null, after: file });
    }
    this.#apply({ directories: [...directories], names });
  }

  /** Names directly inside a directory, sorted by code unit. */
  list(directory: string): readonly string[] {
    return [...(this.#children.get(withoutSlash(directory))?.keys() ?? [])].sort();
  }

  /** The files in the order of their paths. */
  entries(): readonly (readonly [path: string, file: FileContent])[] {
    return [...this.#files].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  }

  /** Paths whose current file a power loss could remove, because its name is not durable. */
  unsyncedPaths(): ReadonlySet<string> {
    const paths = new Set<string>();
    for (const { names } of this.#changes.values()) {
      for (const { path, after } of names) {
        if (after !== null && this.get(path) === after) paths.add(path);
      }
    }
    return paths;
  }

  /** Makes the names in this directory durable. A rename between two directories makes the other directory durable too. */
  sync(directory: string): void {
    const waiting = [withoutSlash(directory)];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const numbers = this.#unsynced.get(next);
      this.#unsynced.delete(next);
      for (const number of numbers ?? []) {
        const change = this.#changes.get(number);
        this.#changes.delete(number);
        for (const other of change?.directories ?? []) {
          if (other !== next) {
            waiting.push(other);
          }
        }
      }
    }
  }

  wipe(): void {
    this.#files.clear();
    this.#children.clear();
    this.#changes.clear();
    this.#unsynced.clear();
  }

  /** Returns true when a name change was lost: a name is gone, or a removed name is back. */
  losePower(random: RandomStream): boolean {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    this.#unsynced.clear();
    for (let index = changes.length - 1; index >= 0; index--) {
      for (const { path, before } of (changes[index] as NameChange).names) {
        this.#set(path, before);
      }
    }
    /** By directory: the number of further changes that are kept. */
    const left = new Map<string, number>();
    for (const { directories } of changes) {
      for (const directory of directories) {
        left.set(directory, (left.get(directory) ?? 0) + 1);
      }
    }
    for (const [directory, count] of left) {
      // In half of the cases all changes of the directory had been written back.
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
        // All later changes of these directories are lost too: their journal ends here.
        for (const directory of change.directories) {
          left.set(directory, 0);
        }
      }
    }
    return lost;
  }

  #apply(change: NameChange): void {
    const number = this.#changeCount++;
    this.#changes.set(number, change);
    for (const directory of change.directories) {
      const numbers = this.#unsynced.get(directory);
      if (numbers === undefined) {
        this.#unsynced.set(directory, new Set([number]));
      } else {
        numbers.add(number);
      }
    }
    this.#setAll(change);
  }

  #setAll(change: NameChange): void {
    for (const { path, after } of change.names) {
      this.#set(path, after);
    }
  }

  #set(path: string, file: FileContent | null): void {
    const existed = this.#files.has(path);
    if (file === null) {
      this.#files.delete(path);
    } else {
      this.#files.set(path, file);
    }
    if (existed !== (file !== null)) {
      this.#count(path, existed ? -1 : 1);
    }
  }

  /** A file was added or removed: updates the file counts of all directories above it. */
  #count(path: string, step: 1 | -1): void {
    for (let child = path; child !== ''; child = directoryOf(child)) {
      const directory = directoryOf(child);
      const name = child.slice(directory === '' && !child.startsWith('/') ? 0 : directory.length + 1);
      let names = this.#children.get(directory);
      if (names === undefined) {
        names = new Map();
        this.#children.set(directory, names);
      }
      const count = (names.get(name) ?? 0) + step;
      if (count > 0) {
        names.set(name, count);
      } else {
        names.delete(name);
      }
    }
  }
}

function withoutSlash(directory: string): string {
  return directory.endsWith('/') ? directory.slice(0, -1) : directory;
}

function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '' : path.slice(0, end);
}
