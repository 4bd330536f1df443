import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../testing/memory-disk.js';
import { TestProcess } from '../testing/test-process.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { takeCleanShutdownFile, writeCleanShutdownFile } from './clean-shutdown-file.js';

const bench = () => {
  const world = new TinyWorld();
  const disk = new MemoryDisk();
  const { env } = new TestProcess(world, 'b1', disk);
  const take = (): number | string => {
    let taken: number | string = 'nothing';
    takeCleanShutdownFile(env, 'data', (error, { isClean, brokerEpoch }) => {
      if (error !== null) taken = error.code;
      else taken = isClean ? brokerEpoch : 'unclean';
    });
    world.run(10_000);
    return taken;
  };
  const write = (epoch: number): void => {
    writeCleanShutdownFile(env, 'data', epoch, (error) => expect(error).toBeNull());
    world.run(10_000);
  };
  return { disk, take, write };
};

describe('the clean shutdown file', () => {
  it('is absent after a crash', () => {
    expect(bench().take()).toBe('unclean');
  });

  it('gives the epoch of a clean shutdown to the next start alone, power loss or not', () => {
    const { disk, take, write } = bench();
    write(17);
    disk.powerLoss(0);
    expect(take()).toBe(17);
    disk.powerLoss(0);
    expect(take()).toBe('unclean');
  });

  it('means nothing when it is damaged', () => {
    const { disk, take, write } = bench();
    write(17);
    disk.flip('data/.kafka_cleanshutdown', 3);
    expect(take()).toBe('unclean');
  });

  it('is also written for a broker that had no epoch yet', () => {
    const { take, write } = bench();
    write(-1);
    expect(take()).toBe(-1);
  });

  it('passes on the error of a disk that fails', () => {
    const { disk, take, write } = bench();
    write(17);
    disk.failing.add('remove');
    expect(take()).toBe('EIO');
  });
});
