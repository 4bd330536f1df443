import { describe, expect, it } from 'vitest';
import { SeededStream } from '../kernel/random-stream.js';
import { RunMemory } from '../kernel/run-memory.js';
import { FileTree } from './file-tree.js';

/** A directory with a synced file and, if wanted, one whose name is not synced yet. */
function tree(unsynced: boolean): FileTree {
  const files = new FileTree(new RunMemory());
  files.create('logs/orders-0/a');
  files.sync('logs/orders-0');
  if (unsynced) files.create('logs/orders-0/b');
  return files;
}

const pathsIn = (files: FileTree): string =>
  files
    .entries()
    .map(([path]) => path)
    .join(' ');

/** The states that a power loss leaves, over many seeds. */
function afterPowerLoss(prepare: () => FileTree): readonly string[] {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const files = prepare();
    files.losePower(new SeededStream(`${seed}`, 'loss'));
    seen.add(pathsIn(files));
  }
  return [...seen].sort();
}

describe('a renamed directory after a power loss', () => {
  it('has its old name or its new one before the sync, never both and never a part', () => {
    const renamed = () => {
      const files = tree(false);
      files.renameDirectory('logs/orders-0', 'logs/orders-0-delete');
      return files;
    };
    expect(renamed().unsyncedPaths()).toEqual(new Set(['logs/orders-0-delete/a']));
    expect(afterPowerLoss(renamed)).toEqual(['logs/orders-0-delete/a', 'logs/orders-0/a']);
  });

  it('has its new name after a sync of the parent directory', () => {
    const states = afterPowerLoss(() => {
      const files = tree(true);
      files.renameDirectory('logs/orders-0', 'logs/orders-0-delete');
      files.sync('logs');
      return files;
    });
    expect(states).toEqual(['logs/orders-0-delete/a logs/orders-0-delete/b']);
  });

  it('keeps no later change when the rename itself is undone', () => {
    const states = afterPowerLoss(() => {
      const files = tree(true);
      files.renameDirectory('logs/orders-0', 'logs/orders-0-delete');
      files.remove('logs/orders-0-delete/a');
      files.create('logs/orders-0/c');
      return files;
    });
    for (const state of states) {
      const isUndone = state.includes('logs/orders-0/a');
      if (isUndone) expect(['logs/orders-0/a', 'logs/orders-0/a logs/orders-0/b']).toContain(state);
      else expect(state).toContain('logs/orders-0-delete/b');
    }
    expect(states.length).toBeGreaterThan(3);
  });
});
