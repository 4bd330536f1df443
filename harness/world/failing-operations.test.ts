import { describe, expect, it } from 'vitest';
import type { DiskError } from '../env.js';
import type { FailingOperation } from './disk-faults.js';
import { IdleWorld } from './testing/idle-world.js';

/** What each of two rounds of operations came to, of which the first of the kind fails. */
function rounds(failing: FailingOperation): { readonly failed: readonly string[]; readonly stored: unknown } {
  const world = new IdleWorld(['h'], { seed: 'disk' });
  const [disk, failed] = [world.env('h').disk, [] as string[]];
  const noting = (what: string) => (error: DiskError | null) => {
    if (error !== null) failed.push(`${what}: ${error.code}`);
  };
  disk.append('f', Uint8Array.of(1, 2), noting('append'));
  world.run(1_000_000);
  world.host('h').disk.fail(failing, 1);
  for (const round of ['first', 'second']) {
    disk.truncate('f', 1, noting(`${round} truncate`));
    disk.append('f', Uint8Array.of(3), noting(`${round} append`));
    disk.rename('f', 'f', noting(`${round} rename`));
    world.run(1_000_000);
  }
  return { failed, stored: world.host('h').disk.peek('f') };
}

describe('an operation that is to fail', () => {
  it('truncate: leaves the file as long as it was', () => {
    expect(rounds('truncate')).toEqual({ failed: ['first truncate: EIO'], stored: Uint8Array.of(1, 3) });
  });

  it('rename: nothing else fails', () => {
    expect(rounds('rename')).toEqual({ failed: ['first rename: EIO'], stored: Uint8Array.of(1, 3) });
  });

  it('write: a truncation is one', () => {
    expect(rounds('write').failed).toEqual(['first truncate: EIO']);
  });
});
