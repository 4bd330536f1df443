/**
 * What every disk behind the port promises, as one suite that runs over the simulated and the real one.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Disk, DiskError } from '../../broker/env.js';

export interface DiskUnderTest {
  readonly disk: Disk;
  /** Lets time pass, where somebody must: operations asked for complete. */
  proceed(): void;
  close(): void;
}

const a = new Uint8Array([1, 2, 3, 4, 5]);
const b = new Uint8Array([6, 7, 8]);

export function describeDiskContract(name: string, open: () => DiskUnderTest): void {
  describe(`the disk contract: ${name}`, () => {
    let opened: DiskUnderTest | null = null;
    afterEach(() => {
      opened?.close();
      opened = null;
    });

    function newDisk(): Disk {
      opened = open();
      return opened.disk;
    }

    /** Asks for one operation and waits for what it hands back. */
    async function outcomeOf<T extends unknown[]>(
      ask: (done: (...outcome: [error: DiskError | null, ...rest: T]) => void) => void,
    ): Promise<[string | null, ...T]> {
      const [error, ...rest] = await new Promise<[error: DiskError | null, ...rest: T]>((resolve) => {
        ask((...outcome) => resolve(outcome));
        opened?.proceed();
      });
      return [error === null ? null : error.code, ...rest];
    }

    const append = (disk: Disk, path: string, bytes: Uint8Array) =>
      outcomeOf<[number]>((done) => disk.append(path, bytes, done));
    const read = async (disk: Disk, path: string, position = 0, length = 100) => {
      const [code, bytes] = await outcomeOf<[Uint8Array]>((done) => disk.read(path, position, length, done));
      return code ?? [...bytes];
    };
    const errorOf = async (ask: (done: (error: DiskError | null) => void) => void) =>
      (await outcomeOf(ask))[0];

    it('appends, and creates the file and its directories with the first append', async () => {
      const disk = newDisk();
      expect(await append(disk, 'x/y/file', a)).toEqual([null, 5]);
      expect(await append(disk, 'x/y/file', b)).toEqual([null, 3]);
      expect(await read(disk, 'x/y/file')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await outcomeOf<[number]>((done) => disk.size('x/y/file', done))).toEqual([null, 8]);
    });

    it('writes over what is there and past the end, and creates the file', async () => {
      const disk = newDisk();
      expect(await outcomeOf<[number]>((done) => disk.write('file', 0, a, done))).toEqual([null, 5]);
      expect(await outcomeOf<[number]>((done) => disk.write('file', 1, b, done))).toEqual([null, 3]);
      expect(await read(disk, 'file')).toEqual([1, 6, 7, 8, 5]);
      await outcomeOf<[number]>((done) => disk.write('file', 4, b, done));
      expect(await read(disk, 'file')).toEqual([1, 6, 7, 8, 6, 7, 8]);
    });

    it('reads what is there, less at the end, nothing beyond', async () => {
      const disk = newDisk();
      await append(disk, 'file', a);
      expect(await read(disk, 'file', 1, 2)).toEqual([2, 3]);
      expect(await read(disk, 'file', 3, 10)).toEqual([4, 5]);
      expect(await read(disk, 'file', 5, 10)).toEqual([]);
      expect(await read(disk, 'file', 50, 10)).toEqual([]);
    });

    it('hands out copies: what the reader does to them changes nothing', async () => {
      const disk = newDisk();
      await append(disk, 'file', a);
      const [, bytes] = await outcomeOf<[Uint8Array]>((done) => disk.read('file', 0, 5, done));
      bytes.fill(9);
      expect(await read(disk, 'file')).toEqual([1, 2, 3, 4, 5]);
    });

    it('truncates, and grows again from there', async () => {
      const disk = newDisk();
      await append(disk, 'file', a);
      expect(await errorOf((done) => disk.truncate('file', 2, done))).toBeNull();
      await append(disk, 'file', b);
      expect(await read(disk, 'file')).toEqual([1, 2, 6, 7, 8]);
      await errorOf((done) => disk.truncate('file', 7, done));
      expect(await read(disk, 'file')).toEqual([1, 2, 6, 7, 8, 0, 0]);
    });

    it('renames over what is there', async () => {
      const disk = newDisk();
      await append(disk, 'd/from', a);
      await append(disk, 'd/to', b);
      expect(await errorOf((done) => disk.rename('d/from', 'd/to', done))).toBeNull();
      expect(await read(disk, 'd/to')).toEqual([1, 2, 3, 4, 5]);
      expect(await read(disk, 'd/from')).toBe('ENOENT');
    });

    it('removes', async () => {
      const disk = newDisk();
      await append(disk, 'file', a);
      expect(await errorOf((done) => disk.remove('file', done))).toBeNull();
      expect(await read(disk, 'file')).toBe('ENOENT');
      await append(disk, 'file', b);
      expect(await read(disk, 'file')).toEqual([6, 7, 8]);
    });

    it('says ENOENT of what is not there', async () => {
      const disk = newDisk();
      expect((await outcomeOf<[number]>((done) => disk.size('none', done)))[0]).toBe('ENOENT');
      expect(await errorOf((done) => disk.sync('none', done))).toBe('ENOENT');
      expect(await errorOf((done) => disk.truncate('none', 0, done))).toBe('ENOENT');
      expect(await errorOf((done) => disk.rename('none', 'other', done))).toBe('ENOENT');
      expect(await errorOf((done) => disk.remove('none', done))).toBe('ENOENT');
    });

    it('lists names in a directory, files and directories, sorted; none in one that is absent', async () => {
      const disk = newDisk();
      for (const path of ['d/b', 'd/a', 'd/sub/x', 'd/sub/y', 'd/B', 'other']) {
        await append(disk, path, a);
      }
      const list = (path: string) => outcomeOf<[readonly string[]]>((done) => disk.list(path, done));
      expect(await list('d')).toEqual([null, ['B', 'a', 'b', 'sub']]);
      expect(await list('d/sub')).toEqual([null, ['x', 'y']]);
      expect(await list('none')).toEqual([null, []]);
      expect(await list('')).toEqual([null, ['d', 'other']]);
    });

    it('renames a directory with everything in it, but not over one that is not empty', async () => {
      const disk = newDisk();
      for (const path of ['d/from/a', 'd/from/sub/b', 'd/fromage', 'd/taken/c']) await append(disk, path, a);
      const rename = (from: string, to: string) => errorOf((done) => disk.renameDirectory(from, to, done));
      expect(await rename('d/from', 'd/taken')).toBe('EEXIST');
      expect(await rename('d/none', 'd/to')).toBe('ENOENT');
      expect(await rename('d/from', 'd/to')).toBeNull();
      expect(await errorOf((done) => disk.syncDirectory('d', done))).toBeNull();
      expect(await read(disk, 'd/to/a')).toEqual([1, 2, 3, 4, 5]);
      expect(await read(disk, 'd/to/sub/b')).toEqual([1, 2, 3, 4, 5]);
      expect(await read(disk, 'd/from/a')).toBe('ENOENT');
      const [, names] = await outcomeOf<[readonly string[]]>((done) => disk.list('d', done));
      expect(names).toEqual(['fromage', 'taken', 'to']);
      await append(disk, 'd/from/a', b);
      expect(await read(disk, 'd/from/a')).toEqual([6, 7, 8]);
      expect(await read(disk, 'd/to/a')).toEqual([1, 2, 3, 4, 5]);
    });

    it('removes a directory that is empty or absent, and no other', async () => {
      const disk = newDisk();
      await append(disk, 'd/sub/file', a);
      const remove = (path: string) => errorOf((done) => disk.removeDirectory(path, done));
      expect(await remove('d/sub')).toBe('EEXIST');
      expect(await errorOf((done) => disk.remove('d/sub/file', done))).toBeNull();
      expect(await remove('d/sub')).toBeNull();
      expect(await remove('d/none')).toBeNull();
      const [, names] = await outcomeOf<[readonly string[]]>((done) => disk.list('d', done));
      expect(names).toEqual([]);
    });

    it('syncs files and directories', async () => {
      const disk = newDisk();
      await append(disk, 'd/file', a);
      expect(await errorOf((done) => disk.sync('d/file', done))).toBeNull();
      expect(await errorOf((done) => disk.syncDirectory('d', done))).toBeNull();
    });

    it('completes the operations on one file in the order asked, never from inside the call', async () => {
      const disk = newDisk();
      const completed: string[] = [];
      await new Promise<void>((resolve) => {
        const note = (what: string) => () => completed.push(what);
        disk.append('file', a, note('append'));
        disk.sync('file', note('sync'));
        disk.append('file', b, note('append again'));
        disk.truncate('file', 6, note('truncate'));
        disk.rename('file', 'renamed', note('rename'));
        disk.read('renamed', 0, 100, (_error, bytes) => {
          completed.push(`read ${bytes.length}`);
          resolve();
        });
        expect(completed).toEqual([]);
        opened?.proceed();
      });
      expect(completed).toEqual(['append', 'sync', 'append again', 'truncate', 'rename', 'read 6']);
    });

    it('holds big files', async () => {
      const disk = newDisk();
      const block = Uint8Array.from({ length: 10_007 }, (_, index) => index % 251);
      for (let index = 0; index < 20; index++) {
        await append(disk, 'big', block);
      }
      const [, bytes] = await outcomeOf<[Uint8Array]>((done) => disk.read('big', 65_000, 20_000, done));
      expect(bytes.every((byte, index) => byte === ((65_000 + index) % 10_007) % 251)).toBe(true);
    });
  });
}
